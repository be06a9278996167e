"""Merging, splitting, moving posts and undoing it, for staff. A refusal stands on the same page, with what was typed."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.threads.addresses import permalink_of, thread_address
from community.threads.models import Thread
from community.threads.queries import address_once, thread_once_at
from community.threads.visibility import visible_thread

from ..access import put_door
from . import forms, merging, undoing
from .models import Restructuring

blueprint = put_door(Blueprint("restructuring", __name__, url_prefix="/moderation"))
Answer = str | Response | tuple[str, int]


def _thread(thread_id: int) -> Thread:
    """The thread; a conflict if it was merged while its page was open."""
    found = visible_thread(thread_id, current_user)
    if found is None and thread_once_at(address_once(thread_id), current_user) is not None:
        raise Conflict(_("This thread was merged into another one meanwhile."))
    return found or abort(404)


# --- Merging


@blueprint.get("/threads/<int:thread_id>/merge")
def merge_page(thread_id: int) -> str:
    """Where to, and why?"""
    return _merge_page(_thread(thread_id))


@blueprint.post("/threads/<int:thread_id>/merge")
def merge(thread_id: int) -> Answer:
    """Show both threads first; once that is confirmed, merge."""
    thread = _thread(thread_id)
    try:
        into = forms.other_thread(current_user)
        merging.check(thread, into)
        why = forms.reason()
        if "confirmed" not in request.form:
            return _merge_page(thread, into)
        with writing():
            done = merging.merge(thread, into, by=current_user, reason=why)
    except Invalid as error:
        db.session.rollback()
        return _merge_page(_thread(thread_id), problem=error), 422
    flash(_("The threads are merged. The old address leads here."), "done")
    return redirect(permalink_of(done.first_post_id), 303)


def _merge_page(thread: Thread, into: Thread | None = None, problem: Invalid | None = None) -> str:
    return render_template(
        "moderation/merge.html", thread=thread, into=into, problem=problem, size=merging.size_of(thread)
    )


# --- Undoing


@blueprint.post("/restructurings/<int:restructuring_id>/undo")
def undo(restructuring_id: int) -> Response:
    """Everything back to where it was."""
    done = db.session.get(Restructuring, restructuring_id) or abort(404)
    with writing():
        undoing.undo(done, by=current_user)
    flash(_("It is undone. Everything is where it was."), "done")
    return redirect(thread_address(db.session.get_one(Thread, done.from_id)), 303)
