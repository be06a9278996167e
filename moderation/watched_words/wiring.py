"""How watched words hang in the app."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from community.accounts.permissions import Verb

from ..approving.judging import add_judge
from ..places import Place, add_settings
from . import models, watching
from .routes import blueprint

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Their page, and their word on what is about to be posted."""
    app.register_blueprint(blueprint)
    add_settings(app, Place(90, "words", _l("Watched words"), "watched_words.settings", Verb.WORDS))
    add_judge(app, watching.judge)
