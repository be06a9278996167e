"""How notifications hang in the app: taking part follows, facts notify, templates may ask."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from markupsafe import Markup

from ..accounts import erasing
from ..core import events, sharing
from ..core.events import Action
from ..threads import facets
from . import asking_for_rating, following, forgetting, models, notifying, recipients, routes, sentences

__all__ = ["init_app", "models"]


def _unread() -> Markup | str:
    count = notifying.unread_count(current_user._get_current_object())
    if not count:
        return ""
    said = ngettext("%(num)s new", "%(num)s new", count)
    return Markup('<span class="masthead-bell-count">{}</span>').format(said)


def init_app(app: Flask) -> None:
    """Addresses, template globals, subscribers."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(is_following=following.is_following, notification_sentence=sentences.sentence)
    sharing.gives(app, "unread", _unread)
    facets.shows(app, following.is_following)
    events.witness(following.TAKES_PART, following.follow_by_taking_part)
    events.subscribe(recipients.HEARD_OF, notifying.JOB)
    events.subscribe(Action.THREAD_SOLVED, asking_for_rating.JOB)
    erasing.erases(forgetting.forget_person)
    erasing.counts("follows", _l("Followed threads"), forgetting.follows_of)
    erasing.counts("notifications", _l("Notifications"), forgetting.notifications_of)
