"""How blocks hang in the app: the page, and the gates of the accounts."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from community.accounts import gates
from community.accounts.permissions import Verb

from ..places import Place, add_settings
from . import models, refusing, routes

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Register it all."""
    app.register_blueprint(routes.blueprint)
    add_settings(app, Place(100, "blocks", _l("Blocked networks"), "blocking.index", Verb.BLOCK))
    gates.ask_of_networks(refusing.refuses_network)
    gates.ask_of_addresses(refusing.refuses_address)
