"""The one door to the staff side: every address of the desk is asked here, before anything else, whether its visitor is staff.

A stranger is sent to the login page; a customer is refused, and so are staff who are suspended. A test walks the URL map and
tries every address. What staff may do behind the door is asked verb by verb: each act begins with `need`.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from community.accounts.permissions import Verb, may
from community.core.errors import require
from community.core.extensions import login_manager
from community.threads.models import Thread
from community.threads.policy import can_moderate


def guard() -> Response | None:
    """Refuse everyone but staff."""
    if not current_user.is_authenticated:
        return login_manager.unauthorized()  # type: ignore[no-any-return]
    require(can_moderate(current_user))
    return None


MAY_NOT = _l("You may not do this here. An admin can allow it.")


def need(verb: Verb, *threads: Thread) -> None:
    """Refuse whoever may not do this: in the categories of all these threads, or anywhere if it is about the whole site."""
    places: list[int | None] = [thread.category_id for thread in threads]
    require(
        all(may(current_user, verb, place) for place in places or [None]),
        MAY_NOT,
    )


def put_door(blueprint: Blueprint) -> Blueprint:
    """Every address of `blueprint` goes through the door."""
    blueprint.before_request(guard)
    return blueprint


def put_door_to_desk(blueprint: Blueprint) -> Blueprint:
    """Those addresses of `blueprint` that are at the desk go through the door; its others are everybody's."""

    def guard_desk() -> Response | None:
        is_at_desk = request.url_rule is not None and request.url_rule.rule.startswith("/moderation/")
        return guard() if is_at_desk else None

    blueprint.before_request(guard_desk)
    return blueprint
