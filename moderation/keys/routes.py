"""The switch of the desk's single keys, as two buttons."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from community.core.extensions import writing
from community.core.security import safe_next

from ..access import put_door
from . import switching

blueprint = put_door(Blueprint("keys", __name__, url_prefix="/moderation/keys"))


def are_mine_on() -> bool:
    """Do single keys act for whoever reads this page?"""
    return switching.are_on(current_user)


def _back() -> Response:
    return redirect(safe_next(request.form.get("next")) or url_for("moderation.desk"), 303)


@blueprint.post("/off")
def switch_off() -> Response:
    """No single keys for me."""
    with writing():
        switching.switch_off(current_user)
    return _back()


@blueprint.post("/on")
def switch_on() -> Response:
    """The keys again."""
    with writing():
        switching.switch_on(current_user)
    return _back()
