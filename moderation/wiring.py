"""How the staff side hangs in the app."""

from __future__ import annotations

from flask import Flask

from community.core import events

from . import audit, findability, log, models, routes
from .canned_replies import models as canned_replies_models
from .canned_replies import wiring as canned_replies

__all__ = ["canned_replies_models", "init_app", "models"]


def init_app(app: Flask) -> None:
    """The desk, the public log, and the audit log's witness."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(log.blueprint)
    app.register_blueprint(findability.blueprint)
    app.jinja_env.globals["all_categories"] = routes.all_categories
    events.witness(audit.AUDITED, audit.write)
    canned_replies.init_app(app)
