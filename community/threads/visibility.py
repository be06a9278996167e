"""What exists for whom. Lists, pages, feeds and the index all start from here; a post that this module hides is nowhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select

from ..accounts.models import Person
from ..accounts.policy import is_on_staff
from ..core.extensions import db
from .models import Post, Thread

PUBLISHED = "published"


def _knows_all(viewer: Person | None) -> bool:
    return is_on_staff(viewer)


def thread_is_visible_to(viewer: Person | None) -> ColumnElement[bool]:
    """The condition on Thread: published for all, one's own held or hidden ones, everything but removed for staff."""
    if _knows_all(viewer):
        return Thread.visibility != "removed"
    own = viewer is not None and viewer.is_authenticated
    return or_(
        Thread.visibility == PUBLISHED,
        Thread.visibility.in_(("held", "hidden")) & (Thread.author_id == viewer.id) if own and viewer else false(),
    )


def visible_threads(viewer: Person | None) -> Select[Thread]:
    """All threads that `viewer` (None: a stranger) may see."""
    return select(Thread).where(thread_is_visible_to(viewer))


def post_is_readable_by(viewer: Person | None) -> ColumnElement[bool]:
    """The condition on Post (joined to its Thread): published for all, one's own held or hidden ones, all for staff."""
    if _knows_all(viewer):
        return Post.visibility != "removed"
    if viewer is None or not viewer.is_authenticated:
        return Post.visibility == PUBLISHED
    return or_(
        Post.visibility == PUBLISHED,
        Post.visibility.in_(("held", "hidden")) & (Post.author_id == viewer.id),
    )


def visible_thread(thread_id: int, viewer: Person | None, *options: Any) -> Thread | None:
    """The thread, if it exists for `viewer`."""
    return db.session.scalar(visible_threads(viewer).where(Thread.id == thread_id).options(*options))


def was_removed(thread_id: int) -> bool:
    """Was there a thread that is gone for good? All that anybody is told of it: robots forget an address sooner then.
    Of what is held or hidden nothing is told."""
    return (
        db.session.scalar(select(Thread.id).where(Thread.id == thread_id, Thread.visibility == "removed")) is not None
    )


def visible_post(post_id: int, viewer: Person | None, *options: Any) -> Post | None:
    """The post, if it and its thread exist for `viewer`."""
    return db.session.scalar(
        select(Post)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.id == post_id, post_is_readable_by(viewer), thread_is_visible_to(viewer))
        .options(*options)
    )


def may_be_indexed(thread: Thread) -> bool:
    """Only what a stranger may read is searched."""
    return thread.visibility == PUBLISHED
