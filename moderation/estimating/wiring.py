"""How estimating hangs in the app."""

from __future__ import annotations

from flask import Flask
from flask_login import current_user

from community.threads.models import Thread

from . import queries
from .figures import FEW
from .routes import blueprint


def _in_case(thread: Thread) -> queries.InCase:
    return queries.in_case(thread, current_user._get_current_object())


def _is_estimated(thread: Thread) -> bool:
    return queries.is_estimated(thread, current_user._get_current_object())


def init_app(app: Flask) -> None:
    """The address, and what the desk asks for."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        is_estimated=_is_estimated,
        estimating_in_case=_in_case,
        service_figures=queries.service_figures,
        FEW_RATINGS=FEW,
    )
