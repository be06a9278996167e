"""How the switch of the keys hangs in the app."""

from __future__ import annotations

from flask import Flask

from . import models, routes

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Its addresses, and what templates ask."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(keys_are_on=routes.are_mine_on)
