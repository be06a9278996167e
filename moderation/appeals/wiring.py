"""How appeals hang in the app."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from community.core import events
from community.core.events import Action
from community.notifications import kinds
from community.notifications.kinds import Kind

from ..places import Place, add_tab
from . import models, posts, queries, routes, subjects, telling

__all__ = ["init_app", "models"]


def _open_count() -> int:
    return queries.open_count(current_user._get_current_object())


def _subject_name(kind: str) -> str:
    return next((str(subject.name) for subject in subjects.subjects() if subject.kind == kind), kind)


def init_app(app: Flask) -> None:
    """Its addresses, its tab, the first subject, and who is told."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(appeal_about=posts.appeal_about, appeal_subject=_subject_name)
    add_tab(app, Place(55, "appeals", _l("Appeals"), "appeals.inbox", count=_open_count))
    subjects.add_subject(app, posts.HIDDEN_POST)
    events.subscribe((Action.APPEAL_GRANTED, Action.APPEAL_DENIED), telling.TELL)
    kinds.add(Kind(telling.GRANTED, _l("%(who)s granted your appeal"), telling.leads_to))
    kinds.add(Kind(telling.DENIED, _l("%(who)s denied your appeal"), telling.leads_to))
    kinds.add(
        Kind(
            telling.REVIEWED,
            _l("%(who)s decided about an appeal against a decision of yours"),
            telling.leads_to,
            staff_only=True,
        )
    )
