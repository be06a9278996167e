"""How this room hangs in the app."""

from __future__ import annotations

from flask import Flask

from ..core import sealing
from . import details, kinds
from .models import Detail, Reading


def init_app(app: Flask) -> None:
    """What is sealed here is sealed anew with new keys; templates know the kinds."""
    sealing.keeps(Detail.sealed)
    sealing.keeps(Reading.sealed_purpose)
    app.jinja_env.globals["details_of_case"] = details.of_case
    app.jinja_env.globals["detail_kinds"] = kinds.KINDS
