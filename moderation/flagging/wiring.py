"""How flags hang in the app: a link in every post's menu, a tab of the desk, and who hears of a decision."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from community.accounts.permissions import Verb
from community.core import events
from community.core.events import Action
from community.notifications import kinds
from community.threads import facets

from .. import places
from . import policy, queries, routes, telling


def _count() -> int:
    return queries.count_of_flagged(current_user._get_current_object())


def init_app(app: Flask) -> None:
    """Addresses, what pages may ask, the tab, the subscriber."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(routes.desk)
    app.jinja_env.globals["can_flag"] = policy.can_flag
    facets.shows(app, policy.flags_here)
    places.add_tab(app, places.Place(40, "flags", _l("Flags"), "flagging.flags", Verb.FLAGS, _count))
    events.subscribe((Action.FLAG_UPHELD, Action.FLAG_DISMISSED), telling.JOB)
    for kind in telling.KINDS:
        kinds.add(kind)
