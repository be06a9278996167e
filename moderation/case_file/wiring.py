"""How the staff's side of the case file hangs in the app."""

from __future__ import annotations

from flask import Flask
from flask_login import current_user

from community.case_file import asking, carrying, grounds
from community.core import events
from community.core.events import Action
from community.threads.models import Thread

from ..restructuring import belongings
from . import queries, routes, telling


def _private_of(thread: Thread) -> queries.Private:
    return queries.private_of(thread, current_user._get_current_object())


def init_app(app: Flask) -> None:
    """Addresses, template globals, who hears of what; details go along when threads become one."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(
        private_of=_private_of,
        askable_kinds=asking.ASKABLE,
        reading_purposes=grounds.PURPOSES,
        removal_grounds=grounds.REMOVED,
    )
    events.subscribe((Action.DETAIL_ASKED, Action.DETAIL_ADDED, Action.DETAIL_REMOVED), telling.JOB)
    telling.add_kinds()
    belongings.goes_along("details", carrying.carry, carrying.give_back)
