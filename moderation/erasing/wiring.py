"""How erasing hangs in the app on the staff's side."""

from __future__ import annotations

from flask import Flask

from community.accounts import erasing

from . import forgetting, routes


def init_app(app: Flask) -> None:
    """The page at the desk, and what of the staff's side goes."""
    app.register_blueprint(routes.blueprint)
    for function in (forgetting.forget_giver, forgetting.forget_colleague, forgetting.forget_name_in_log):
        erasing.erases(function)
