"""How canned replies hang in the app."""

from __future__ import annotations

from flask import Flask

from .policy import can_edit_canned_replies
from .reply_box import canned_replies_in
from .routes import blueprint


def init_app(app: Flask) -> None:
    """Their addresses, and what reply boxes and menus ask of them."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        canned_replies_in=canned_replies_in,
        can_edit_canned_replies=can_edit_canned_replies,
    )
