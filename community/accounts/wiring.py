"""How this room hangs in the app."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from ..core import sharing
from . import cli, erasing, names, permissions, routes, sessions


def init_app(app: Flask) -> None:
    """Register sessions, addresses and commands."""
    sessions.init_app(app)
    app.before_request(permissions.forget)
    app.jinja_env.globals["may"] = permissions.may
    app.jinja_env.globals.update(shown_name=names.shown_name, is_erased=names.is_erased)
    erasing.counts("sessions", _l("Logged in browsers"), lambda person: len(sessions.sessions_of(person)))
    sharing.gives(app, "reader", lambda: current_user.name)
    sharing.gives(app, "reader-name", lambda: current_user.display_name)
    app.register_blueprint(routes.blueprint)
    for command in cli.COMMANDS:
        app.cli.add_command(command)
