"""How notifications hang in the app: taking part follows, facts notify, templates may ask."""

from __future__ import annotations

from flask import Flask
from flask_login import current_user

from ..core import events
from ..threads.models import Thread
from . import following, models, notifying, recipients, routes, sentences

__all__ = ["init_app", "models"]


def _unread() -> int:
    return notifying.unread_count(current_user) if current_user.is_authenticated else 0


def _follow_state(thread: Thread) -> bool:
    return bool(current_user.is_authenticated and following.is_following(thread, current_user))


def init_app(app: Flask) -> None:
    """Addresses, template globals, subscribers."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(
        unread_notifications=_unread, follow_state=_follow_state, notification_sentence=sentences.sentence
    )
    events.witness(following.TAKES_PART, following.follow_by_taking_part)
    events.subscribe(recipients.HEARD_OF, notifying.JOB)
