"""How acts on many threads hang in the app."""

from __future__ import annotations

from flask import Flask

from . import models, routes

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Their addresses, and what the queue asks."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(bulk_acts=routes.offered, bulk_done=routes.just_done)
