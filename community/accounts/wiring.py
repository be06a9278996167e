"""How this room hangs in the app."""

from __future__ import annotations

from flask import Flask

from . import cli, routes, sessions


def init_app(app: Flask) -> None:
    """Register sessions, addresses and commands."""
    sessions.init_app(app)
    app.register_blueprint(routes.blueprint)
    for command in cli.COMMANDS:
        app.cli.add_command(command)
