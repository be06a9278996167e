"""The one door to the staff side: every address of the desk is asked here, before anything else, whether its visitor is staff.

A stranger is sent to the login page; a customer is refused. A test walks the URL map and tries every address.
"""

from __future__ import annotations

from flask import Blueprint, Response
from flask_login import current_user

from community.core.errors import require
from community.core.extensions import login_manager
from community.threads.policy import can_moderate


def guard() -> Response | None:
    """Refuse everyone but staff."""
    if not current_user.is_authenticated:
        return login_manager.unauthorized()  # type: ignore[no-any-return]
    require(can_moderate(current_user))
    return None


def put_door(blueprint: Blueprint) -> Blueprint:
    """Every address of `blueprint` goes through the door."""
    blueprint.before_request(guard)
    return blueprint
