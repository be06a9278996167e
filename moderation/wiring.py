"""How the staff side hangs in the app."""

from __future__ import annotations

from flask import Flask

from community.core import events

from . import audit, findability, log, models, routes
from .service_targets import wiring as service_targets
from .owning import wiring as owning
from .notes import models as notes_models
from .notes import wiring as notes
from .standing import routes as standing

__all__ = ["init_app", "models", "notes_models"]


def init_app(app: Flask) -> None:
    """The desk, the public log, and the audit log's witness."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(log.blueprint)
    app.register_blueprint(findability.blueprint)
    app.jinja_env.globals["all_categories"] = routes.all_categories
    events.witness(audit.AUDITED, audit.write)
    service_targets.init_app(app)
    owning.init_app(app)
    notes.init_app(app)
    app.register_blueprint(standing.blueprint)
