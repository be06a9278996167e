"""How notices of illegal content hang in the app."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from community.accounts.permissions import Verb
from community.core import events
from community.core.events import Action
from community.notifications import kinds
from community.notifications.kinds import Kind

from ..appeals import posts
from ..appeals.subjects import add_subject
from ..places import Place, add_tab
from . import appealing, models, queries, routes, telling, words

__all__ = ["init_app", "models"]


def _open_count() -> int:
    return queries.open_count(current_user._get_current_object())


def init_app(app: Flask) -> None:
    """Its addresses, its tab, the way to appeal, and who is told."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(notice_kind=words.notice_kind, notice_ground=words.notice_ground)
    add_tab(app, Place(50, "notices", _l("Notices"), "notices.inbox", Verb.NOTICES, _open_count))
    add_subject(app, appealing.DECISION)
    posts.decided_by(app, queries.hidden_by_notice)
    events.subscribe((Action.NOTICE_RECEIVED, *telling.DECISIONS, *telling.APPEALS), telling.TELL)
    kinds.add(
        Kind(telling.UPHELD, _l("%(who)s removed a post of yours after a notice of illegal content"), telling.leads_to)
    )
    kinds.add(
        Kind(
            telling.DISMISSED,
            _l("%(who)s examined a notice about a post of yours and kept the post"),
            telling.leads_to,
        )
    )
