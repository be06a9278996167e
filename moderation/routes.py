"""The desk and what can be done at it. Every address here is behind the one door (`access`)."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb, may
from community.core.errors import Invalid
from community.core.extensions import db, writing
from community.core.incoming import asked_id
from community.core.security import safe_next
from community.threads import closing, endorsing, moderating, tagging
from community.threads.addresses import permalink, thread_address
from community.threads.models import Category, Post, Thread
from community.threads.visibility import visible_post, visible_thread

from . import audit, forms
from . import queue as queue_
from .access import need, put_door
from .owning import mine
from .service_targets import keeping

blueprint = put_door(Blueprint("moderation", __name__, url_prefix="/moderation"))


def chosen_filter() -> queue_.Filter:
    """What of the queue the address, or a form, asks for."""
    arguments = request.values
    tab = arguments.get("tab", "")
    return queue_.Filter(
        tab=tab if tab in (*queue_.TABS, mine.TAB) else queue_.TABS[0],
        category=arguments.get("category", "")[:60],
        tag=arguments.get("tag", "")[:30],
        language=arguments.get("language", "")[:2],
        owner=arguments.get("owner", "")[:9],
        after=arguments.get("after", "")[:40],
        reader_id=current_user.id,
    )


@blueprint.get("")
def desk() -> str:
    """The queue; with ?case= a case in the middle and its customer's card at the right."""
    chosen = chosen_filter()
    threads, next_key = mine.mine(chosen, current_user) if chosen.tab == mine.TAB else queue_.queue(chosen)
    case_id = asked_id("case")
    case = queue_.case(case_id) if case_id else None
    if request.args.get("case") and case is None:
        abort(404)
    return render_template(
        "moderation/desk.html",
        filter=chosen,
        threads=threads,
        clocks=keeping.rows_of(threads),
        next_key=next_key,
        counts=queue_.tab_counts() | {mine.TAB: mine.waiting_for(current_user)},
        categories=all_categories(),
        case=case,
        case_clocks=keeping.clocks_of(case) if case else [],
        posts=queue_.posts_of_case(case) if case else [],
        card=queue_.customer_card(case.author) if case else None,
        entries=audit.entries_of(case) if case else [],
    )


def all_categories() -> list[Category]:
    """The categories that take threads, in their order."""
    return list(
        db.session.scalars(
            select(Category).where(Category.archived_at.is_(None)).order_by(Category.position, Category.id)
        )
    )


def _post(post_id: int) -> Post:
    return visible_post(post_id, current_user, joinedload(Post.thread)) or abort(404)


def _thread(thread_id: int) -> Thread:
    return visible_thread(thread_id, current_user) or abort(404)


def _back(fallback: str) -> Response:
    return redirect(safe_next(request.form.get("next")) or fallback, 303)


def _to_post(post: Post) -> Response:
    return _back(permalink(post))


def _to_thread(thread: Thread) -> Response:
    return _back(thread_address(thread))


@blueprint.post("/posts/<int:post_id>/hide")
def hide(post_id: int) -> Response:
    """Take a post out of sight, with a reason that its author is told."""
    post = _post(post_id)
    need(Verb.HIDE, post.thread)
    why = forms.reason()
    with writing():
        moderating.hide_post(post, by=current_user, reason=why)
    flash(_("The post is hidden. Its author is told the reason."), "done")
    return _to_post(post)


@blueprint.post("/posts/<int:post_id>/restore")
def restore(post_id: int) -> Response:
    """Put a hidden post back."""
    post = _post(post_id)
    need(Verb.HIDE, post.thread)
    why = forms.reason()
    with writing():
        moderating.restore_post(post, by=current_user, reason=why)
    flash(_("The post is public again."), "done")
    return _to_post(post)


@blueprint.post("/threads/<int:thread_id>/lock")
def lock(thread_id: int) -> Response:
    """No more replies by customers."""
    thread = _thread(thread_id)
    need(Verb.LOCK, thread)
    why = forms.reason()
    with writing():
        moderating.lock_thread(thread, by=current_user, reason=why)
    flash(_("The thread is locked."), "done")
    return _to_thread(thread)


@blueprint.post("/threads/<int:thread_id>/unlock")
def unlock(thread_id: int) -> Response:
    """Replies are welcome again."""
    thread = _thread(thread_id)
    need(Verb.LOCK, thread)
    why = forms.reason(required=False)
    with writing():
        moderating.unlock_thread(thread, by=current_user, reason=why)
    flash(_("The thread takes replies again."), "done")
    return _to_thread(thread)


@blueprint.post("/threads/<int:thread_id>/move")
def move(thread_id: int) -> Response:
    """Into another category."""
    thread = _thread(thread_id)
    need(Verb.MOVE, thread)
    why = forms.reason(required=False)
    category = db.session.scalar(
        select(Category).where(Category.slug == request.form.get("category", ""), Category.archived_at.is_(None))
    )
    if category is None:
        raise Invalid(_("Choose the category that the thread belongs to."), "category")
    if not may(current_user, Verb.MOVE, category.id):
        raise Invalid(_("You may not move threads into this category. Choose another one."), "category")
    with writing():
        moderating.move_thread(thread, category, by=current_user, reason=why)
    flash(_("The thread is moved."), "done")
    return _to_thread(thread)


@blueprint.post("/threads/<int:thread_id>/tags")
def tag(thread_id: int) -> Response:
    """Replace the thread's tags."""
    thread = _thread(thread_id)
    need(Verb.TAG, thread)
    names = tagging.read_tags(request.form.get("tags", ""))
    with writing():
        tagging.set_tags(thread, names, by=current_user)
    flash(_("The tags are saved."), "done")
    return _to_thread(thread)


@blueprint.post("/threads/<int:thread_id>/duplicate")
def duplicate(thread_id: int) -> Response:
    """This thread asks what an earlier one asks."""
    thread = _thread(thread_id)
    need(Verb.LINK, thread)
    why = forms.reason(required=False)
    master = visible_thread(forms.thread_number(), current_user)
    if master is None or master.id == thread.id:
        raise Invalid(_("There is no other thread of that number."), "master")
    with writing():
        moderating.mark_duplicate(thread, master, by=current_user, reason=why)
    flash(_("The thread now leads to the earlier one."), "done")
    return _to_thread(thread)


@blueprint.post("/threads/<int:thread_id>/close")
def close(thread_id: int) -> Response:
    """It is over: no more replies by customers."""
    thread = _thread(thread_id)
    need(Verb.CLOSE, thread)
    why = forms.reason()
    with writing():
        closing.close_thread(thread, by=current_user, reason=why)
    flash(_("The thread is closed. Its author is told the reason."), "done")
    return _to_thread(thread)


@blueprint.post("/threads/<int:thread_id>/open")
def open_again(thread_id: int) -> Response:
    """Replies are welcome again."""
    thread = _thread(thread_id)
    need(Verb.CLOSE, thread)
    why = forms.reason(required=False)
    with writing():
        closing.open_thread(thread, by=current_user, reason=why)
    flash(_("The thread is open again."), "done")
    return _to_thread(thread)


@blueprint.post("/posts/<int:post_id>/official")
def endorse(post_id: int) -> Response:
    """The company stands by this reply."""
    post = _post(post_id)
    need(Verb.ENDORSE, post.thread)
    with writing():
        endorsing.endorse(post, by=current_user)
    flash(_("It is an official answer now."), "done")
    return _to_post(post)


@blueprint.post("/posts/<int:post_id>/official/withdrawal")
def withdraw_endorsement(post_id: int) -> Response:
    """It is an answer like any other."""
    post = _post(post_id)
    need(Verb.ENDORSE, post.thread)
    with writing():
        endorsing.withdraw_endorsement(post, by=current_user)
    flash(_("It is an answer like any other now."), "done")
    return _to_post(post)
