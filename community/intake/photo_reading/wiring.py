"""How this part of the room hangs in the app."""

from __future__ import annotations

from flask import Flask

from ...core import doctor, sealing
from . import guessing, reading
from .models import PhotoGuess

__all__ = ["guessing", "init_app"]


def init_app(app: Flask) -> None:
    """Register what is sealed, the worker's job, and what the doctor says without Tesseract."""
    sealing.keeps(PhotoGuess.sealed_guess)
    doctor.add_check("photo reading", reading.problems, is_optional=True)
