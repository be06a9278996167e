"""How canned replies hang in the app."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from community.accounts.permissions import Verb

from ..places import Place, add_settings
from .reply_box import canned_replies_in
from .routes import blueprint


def init_app(app: Flask) -> None:
    """Their addresses, and what reply boxes and menus ask of them."""
    app.register_blueprint(blueprint)
    add_settings(app, Place(70, "canned-replies", _l("Canned replies"), "canned_replies.settings", Verb.CANNED_REPLIES))
    app.jinja_env.globals["canned_replies_in"] = canned_replies_in
