"""How the spam scorer hangs in the app: its page, its word on what is about to be posted, what it learns from, its check."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from community.accounts.permissions import Verb
from community.core import doctor, events

from ..approving.judging import add_judge
from ..places import Place, add_settings
from . import examples, following, models, scoring
from .routes import blueprint

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Register it all."""
    app.register_blueprint(blueprint)
    add_settings(app, Place(95, "spam", _l("Spam score"), "spam.settings", Verb.WORDS))
    add_judge(app, scoring.judge)
    events.subscribe(following.TEACHING, following.JOB)
    doctor.add_check("spam", examples.drift, examples.recount)
