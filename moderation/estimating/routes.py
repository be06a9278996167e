"""Giving an estimate at the desk."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core.extensions import writing
from community.core.security import safe_next
from community.threads.addresses import thread_address
from community.threads.visibility import visible_thread

from ..access import need, put_door
from . import estimating

blueprint = put_door(Blueprint("estimating", __name__, url_prefix="/moderation"))


@blueprint.post("/threads/<int:thread_id>/estimate")
def estimate(thread_id: int) -> Response:
    """Say what the customer would say."""
    thread = visible_thread(thread_id, current_user) or abort(404)
    need(Verb.SOLVE, thread)
    address = f"{safe_next(request.form.get('next')) or thread_address(thread)}#estimate"
    well, personal = request.form.get("well", ""), request.form.get("personal", "")
    with writing():
        estimating.estimate(thread, by=current_user, well=well, personal=personal)
    flash(_("Your estimate is stored."), "done")
    return redirect(address, 303)
