"""How staff notes hang in the app: pages of staff ask for them, those who are mentioned are told."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from community.core import events
from community.core.events import Action
from community.notifications import kinds
from community.threads.models import Post, Thread
from community.threads.queries import ThreadPage

from . import policy, queries, routes, telling


def _on_page(shown: ThreadPage) -> queries.Placed:
    return queries.notes_on(shown, current_user._get_current_object())


def _in_case(thread: Thread, posts: Sequence[Post]) -> tuple[queries.Placed, bool]:
    return queries.notes_in_case(thread, posts, current_user._get_current_object())


def init_app(app: Flask) -> None:
    """Addresses, template globals, and who hears of a mention."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(
        staff_notes_on=_on_page, staff_notes_in_case=_in_case, can_change_note=policy.can_change_note
    )
    events.subscribe((Action.NOTE_WRITTEN, Action.NOTE_EDITED), telling.JOB)
    kinds.add(
        kinds.Kind(
            telling.KIND,
            _l("%(who)s mentioned you in a staff note on “%(title)s”"),
            leads_to=telling.leads_to,
            staff_only=True,
        )
    )
