"""How this room hangs in the app."""

from __future__ import annotations

from flask import Flask

from ..accounts import sessions
from ..core import events, sharing
from ..core.events import Action
from ..threads import facets
from . import drafts, reply_box, routes, saying
from .photo_reading import wiring as photo_reading


def init_app(app: Flask) -> None:
    """Register addresses, template globals, the witness of replies and the claiming of drafts at login."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(reply_draft=reply_box.reply_draft, reply_nudge=reply_box.reply_nudge)
    app.jinja_env.filters["saved_line"] = saying.saved_line
    sharing.gives(app, "new-window", drafts.new_window)
    facets.shows(app, reply_box.no_draft)
    events.witness((Action.POST_REPLIED, Action.POST_HELD), drafts.forget_reply)
    sessions.on_login(routes.claim_drafts)
    photo_reading.init_app(app)
