"""How the staff side hangs in the app."""

from __future__ import annotations

from flask import Flask

from community.core import events

from . import audit, findability, log, models, routes
from .restructuring import models as restructuring_models
from .restructuring import notices
from .restructuring import routes as restructuring_routes

__all__ = ["init_app", "models", "restructuring_models"]


def init_app(app: Flask) -> None:
    """The desk, the public log, and the audit log's witness."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(log.blueprint)
    app.register_blueprint(findability.blueprint)
    app.register_blueprint(restructuring_routes.blueprint)
    app.jinja_env.globals["restructurings_of"] = notices.notices_of
    app.jinja_env.globals["all_categories"] = routes.all_categories
    events.witness(audit.AUDITED, audit.write)
