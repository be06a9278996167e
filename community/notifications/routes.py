"""The page of notifications; follow and unfollow."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from ..core.errors import require
from ..core.extensions import db, writing
from ..core.security import safe_next
from ..threads.addresses import thread_address
from ..threads.models import Thread
from ..threads.policy import can_follow
from ..threads.queries import address_once, thread_once_at
from ..threads.visibility import visible_thread
from . import following, kinds, notifying
from .models import Notification

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/notifications")
@login_required
def index() -> str:
    """What happened, newest first."""
    return render_template("community/notifications/index.html", notifications=notifying.notifications_of(current_user))


@blueprint.post("/notifications/read")
@login_required
def read_all() -> Response:
    """All seen."""
    with writing():
        notifying.mark_read(current_user)
    return redirect(url_for("notifications.index"), 303)


@blueprint.post("/notifications/<int:notification_id>")
@login_required
def open_one(notification_id: int) -> Response:
    """Note that it was seen, and go where it happened."""
    row = db.session.get(Notification, notification_id)
    if row is None or row.person_id != current_user.id:
        abort(404)
    with writing():
        notifying.mark_read(current_user, notification_id)
    if (kind := kinds.added(row.kind)) is not None and (address := kind.leads_to(row, current_user)) is not None:
        return redirect(address, 303)
    if row.post_id:
        return redirect(url_for("threads.post", post_id=row.post_id), 303)
    return redirect(url_for("threads.show", thread_id=row.thread_id), 303)


def _thread(thread_id: int) -> Thread:
    thread = visible_thread(thread_id, current_user) or thread_once_at(address_once(thread_id), current_user)
    if thread is None:
        abort(404)
    require(can_follow(current_user, thread))
    return thread


def _back(thread: Thread) -> Response:
    return redirect(safe_next(request.form.get("next")) or thread_address(thread), 303)


@blueprint.post("/threads/<int:thread_id>/follow")
@login_required
def follow(thread_id: int) -> Response:
    """Hear of this thread."""
    thread = _thread(thread_id)
    with writing():
        following.follow(thread, by=current_user)
    return _back(thread)


@blueprint.post("/threads/<int:thread_id>/unfollow")
@login_required
def unfollow(thread_id: int) -> Response:
    """Hear no more of it."""
    thread = _thread(thread_id)
    with writing():
        following.unfollow(thread, by=current_user)
    return _back(thread)
