"""What staff do to threads and posts: hide, restore, lock, unlock, move, mark as duplicate. Each with a reason where one is due.

Each verb records an event with actor, reason, before and after; the audit log witnesses those events.
"""

from __future__ import annotations

from sqlalchemy import update

from ..accounts.models import Person
from ..core import clock, events, pages
from ..core.errors import Conflict
from ..core.events import Action
from ..core.extensions import db
from .changing import hold, hold_thread_of, mark_changed
from .models import Category, Post, Thread
from .posting import count_in_category
from .states import derive


def hide_post(post: Post, *, by: Person, reason: str) -> None:
    """Take a post out of sight; hiding the opening post hides the thread. Raises Conflict if it is hidden already.

    What the site hid by itself is hidden by `by`, for this reason, from then on.
    """
    thread = hold_thread_of(post)
    hid_itself = post.visibility == "hidden" and post.hidden_ground is not None
    if post.visibility not in ("published", "held") and not hid_itself:
        raise Conflict
    before, post.hidden_reason, post.hidden_ground = post.visibility, reason, None
    post.visibility, post.hidden_at, post.hidden_by_id = "hidden", clock.now(), by.id
    show_or_hide(thread, post)
    events.record(
        Action.POST_HIDDEN,
        actor_id=by.id,
        thread_id=post.thread_id,
        post_id=post.id,
        reason=reason,
        before=before,
        after="hidden",
    )


def hide_by_itself(post: Post, *, ground: str) -> None:
    """The site takes a published post out of sight until staff have looked. Raises Conflict if it is not published.

    `ground` is one of `grounds.SENTENCES`: its sentence is said in the language of whoever reads it.
    """
    thread = hold_thread_of(post)
    if post.visibility != "published":
        raise Conflict
    post.visibility, post.hidden_at, post.hidden_ground = "hidden", clock.now(), ground
    show_or_hide(thread, post)
    events.record(
        Action.POST_HIDDEN,
        actor_id=None,
        thread_id=post.thread_id,
        post_id=post.id,
        ground=ground,
        before="published",
        after="hidden",
    )


def restore_post(post: Post, *, by: Person, reason: str) -> None:
    """Put a hidden post back. Raises Conflict if it is not hidden."""
    thread = hold_thread_of(post)
    if post.visibility != "hidden":
        raise Conflict
    post.visibility, post.hidden_at, post.hidden_by_id = "published", None, None
    post.hidden_reason = post.hidden_ground = None
    show_or_hide(thread, post)
    events.record(
        Action.POST_RESTORED,
        actor_id=by.id,
        thread_id=post.thread_id,
        post_id=post.id,
        reason=reason,
        before="hidden",
        after="published",
    )


def show_or_hide(thread: Thread, post: Post) -> None:
    """Whatever follows from the post's visibility, which has just changed: the thread's own, what is counted, what is kept."""
    if post.number == 1:
        if (thread.visibility == "published") != (post.visibility == "published"):
            count_in_category(thread.category_id, 1 if post.visibility == "published" else -1)
        thread.visibility = post.visibility
    db.session.flush()
    derive(thread)
    mark_changed(thread)
    pages.touch(pages.SITE)  # gone at once from every page that showed it


def lock_thread(thread: Thread, *, by: Person, reason: str) -> None:
    """No more replies by customers. Raises Conflict if it is locked."""
    hold(thread)
    if thread.locked_at is not None:
        raise Conflict
    thread.locked_at, thread.locked_by_id, thread.lock_reason = clock.now(), by.id, reason
    derive(thread)
    mark_changed(thread)
    events.record(Action.THREAD_LOCKED, actor_id=by.id, thread_id=thread.id, reason=reason, before=False, after=True)


def unlock_thread(thread: Thread, *, by: Person, reason: str) -> None:
    """Replies are welcome again. Raises Conflict if it is not locked."""
    hold(thread)
    if thread.locked_at is None:
        raise Conflict
    thread.locked_at = thread.locked_by_id = thread.lock_reason = None
    derive(thread)
    mark_changed(thread)
    events.record(Action.THREAD_UNLOCKED, actor_id=by.id, thread_id=thread.id, reason=reason, before=True, after=False)


def move_thread(thread: Thread, category: Category, *, by: Person, reason: str = "") -> None:
    """Into another category. Moving it to where it is changes nothing."""
    hold(thread)
    if thread.category_id == category.id:
        return
    before = db.session.get_one(Category, thread.category_id)
    if thread.visibility == "published":
        count_in_category(before.id, -1)
        count_in_category(category.id, 1)
    thread.category_id = category.id
    db.session.flush()
    db.session.expire(thread, ["category"])
    mark_changed(thread)
    events.record(
        Action.THREAD_MOVED,
        actor_id=by.id,
        thread_id=thread.id,
        reason=reason or None,
        before=before.slug,
        after=category.slug,
    )


def unmark_duplicate(
    thread: Thread, *, leads_to: int | None, led_here: list[int], by: Person, reason: str = ""
) -> None:
    """This thread is no duplicate after all, or leads again to the thread that it led to before (`leads_to`).

    Of the threads that led here before (`led_here`), those that still lead where this one did lead here again.
    Raises Conflict if it is no duplicate.
    """
    hold(thread)
    if (before := thread.duplicate_of_id) is None:
        raise Conflict
    thread.duplicate_of_id = leads_to
    db.session.execute(
        update(Thread)
        .where(Thread.id.in_(led_here), Thread.duplicate_of_id == before)
        .values(duplicate_of_id=thread.id, version=Thread.version + 1)
    )
    db.session.flush()
    derive(thread)
    mark_changed(thread)
    events.record(
        Action.THREAD_UNMARKED_DUPLICATE if leads_to is None else Action.THREAD_MARKED_DUPLICATE,
        actor_id=by.id,
        thread_id=thread.id,
        reason=reason or None,
        before=before,
        after=leads_to,
    )


def mark_duplicate(thread: Thread, master: Thread, *, by: Person, reason: str = "") -> None:
    """This thread asks what `master` asks. A master that is itself a duplicate leads on to its own master.

    Linking it to where it leads already changes nothing. Raises Conflict for a thread that would become a duplicate of
    itself.
    """
    for each in sorted(
        (thread, master), key=lambda held: held.id
    ):  # in one order, so that two never wait for each other
        hold(each)
    if master.duplicate_of_id is not None:
        master = db.session.get_one(Thread, master.duplicate_of_id)
    if master.id == thread.id:
        raise Conflict
    if thread.duplicate_of_id == master.id:
        return
    before, thread.duplicate_of_id = thread.duplicate_of_id, master.id
    db.session.execute(
        update(Thread)
        .where(Thread.duplicate_of_id == thread.id)
        .values(duplicate_of_id=master.id, version=Thread.version + 1)
    )
    db.session.flush()
    derive(thread)
    mark_changed(thread)
    events.record(
        Action.THREAD_MARKED_DUPLICATE,
        actor_id=by.id,
        thread_id=thread.id,
        reason=reason or None,
        before=before,
        after=master.id,
    )
