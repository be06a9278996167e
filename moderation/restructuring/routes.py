"""Merging, splitting, moving posts and undoing it, for staff. A refusal stands on the same page, with what was typed."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb, may
from community.core import pages
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.threads.addresses import permalink_of, thread_address
from community.threads.models import Thread
from community.threads.queries import address_once, thread_once_at
from community.threads.visibility import visible_thread

from ..access import need, put_door
from . import forms, merging, notices, splitting, undoing
from .models import Restructuring

blueprint = put_door(Blueprint("restructuring", __name__, url_prefix="/moderation"))
#: So many posts are on one page to choose from.
CHOICES = 100
Answer = str | Response | tuple[str, int]


def _thread(thread_id: int) -> Thread:
    """The thread; a conflict if it was merged while its page was open."""
    found = visible_thread(thread_id, current_user, joinedload(Thread.category))
    if found is None and thread_once_at(address_once(thread_id), current_user) is not None:
        raise Conflict(_("This thread was merged into another one meanwhile."))
    return found or abort(404)


def _allowed(thread: Thread) -> Thread:
    """The other thread, if its category is one in which the reader may do this too. Raises Invalid."""
    if not may(current_user, Verb.RESTRUCTURE, thread.category_id):
        raise Invalid(_("You may not change threads in the category of that thread."), "into")
    return thread


# --- Merging


@blueprint.get("/threads/<int:thread_id>/merge")
def merge_page(thread_id: int) -> str:
    """Where to, and why?"""
    thread = _thread(thread_id)
    need(Verb.RESTRUCTURE, thread)
    return _merge_page(thread)


@blueprint.post("/threads/<int:thread_id>/merge")
def merge(thread_id: int) -> Answer:
    """Show both threads first; once that is confirmed, merge."""
    thread = _thread(thread_id)
    need(Verb.RESTRUCTURE, thread)
    try:
        into = _allowed(forms.other_thread(current_user))
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


# --- Splitting and moving posts


@blueprint.get("/threads/<int:thread_id>/split")
def split_page(thread_id: int) -> str:
    """Which posts, where to, and why?"""
    thread = _thread(thread_id)
    need(Verb.RESTRUCTURE, thread)
    return _split_page(thread)


@blueprint.post("/threads/<int:thread_id>/split")
def split(thread_id: int) -> Answer:
    """The chosen posts become a thread of their own."""
    thread = _thread(thread_id)
    need(Verb.RESTRUCTURE, thread)
    try:
        posts, title, category, why = forms.chosen_posts(thread), forms.title(), forms.category(), forms.reason()
        if not may(current_user, Verb.RESTRUCTURE, category.id):
            raise Invalid(_("You may not put threads into this category. Choose another one."), "category")
        with writing():
            done = splitting.split(thread, posts, title=title, category=category, by=current_user, reason=why)
    except Invalid as error:
        db.session.rollback()
        return _split_page(_thread(thread_id), error), 422
    flash(_("The posts have a thread of their own now."), "done")
    return redirect(permalink_of(done.first_post_id), 303)


@blueprint.post("/threads/<int:thread_id>/move-posts")
def move_posts(thread_id: int) -> Answer:
    """The chosen posts become posts of another thread."""
    thread = _thread(thread_id)
    need(Verb.RESTRUCTURE, thread)
    try:
        posts, to, why = forms.chosen_posts(thread), _allowed(forms.other_thread(current_user)), forms.reason()
        with writing():
            done = splitting.move_posts(thread, posts, to, by=current_user, reason=why)
    except Invalid as error:
        db.session.rollback()
        return _split_page(_thread(thread_id), error), 422
    flash(_("The posts stand in this thread now."), "done")
    return redirect(permalink_of(done.first_post_id), 303)


def _split_page(thread: Thread, problem: Invalid | None = None) -> str:
    last = (max(thread.next_number - 1, 1) - 1) // CHOICES + 1
    page = pages.asked_page(last)
    return render_template(
        "moderation/split.html",
        thread=thread,
        posts=notices.posts_to_choose(thread, (page.number - 1) * CHOICES + 1, page.number * CHOICES),
        page=page,
        ticked=forms.ticked(),
        problem=problem,
    )


# --- Undoing


@blueprint.post("/restructurings/<int:restructuring_id>/undo")
def undo(restructuring_id: int) -> Response:
    """Everything back to where it was."""
    done = db.session.get(Restructuring, restructuring_id) or abort(404)
    need(Verb.RESTRUCTURE, db.session.get_one(Thread, done.from_id), db.session.get_one(Thread, done.to_id))
    with writing():
        undoing.undo(done, by=current_user)
    flash(_("It is undone. Everything is where it was."), "done")
    return redirect(thread_address(db.session.get_one(Thread, done.from_id)), 303)
