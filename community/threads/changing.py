"""How a thread is changed: held by one at a time, and marked as changed for everyone who looks at a kept page of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect, select

from ..core import pages
from ..core.errors import Conflict
from ..core.extensions import db
from .models import Post, Thread


def hold(thread: Thread) -> None:
    """Read the thread afresh and keep others from changing it until the transaction ends.

    The first line of every verb that decides by the thread's state or counts something in it. Raises Conflict if the
    thread is gone: what would be written into it now, nobody would ever read.
    """
    known = inspect(thread).identity  # the id, without reading the thread for it
    _there(_held(known[0] if known else thread.id))


def hold_both(one: int, other: int) -> tuple[Thread, Thread]:
    """Hold two threads by their ids, in one order, so that two who do this never wait for each other. Gone ones too."""
    held = {thread_id: _held(thread_id) for thread_id in sorted({one, other})}
    return held[one], held[other]


def hold_thread_of(post: Post) -> Thread:
    """Hold the post's thread, read the post afresh under it; returns the thread. Raises Conflict if that is gone."""
    thread = _held(post.thread_id)
    db.session.refresh(post, _COLUMNS_OF_POST)
    if post.thread_id != thread.id:  # it was moved to another thread while we waited
        thread = _held(post.thread_id)
        db.session.refresh(post, _COLUMNS_OF_POST)
    _there(thread)
    return thread


def _there(thread: Thread) -> None:
    if thread.visibility == "removed":
        raise Conflict(_l("This thread was taken away meanwhile."))


_COLUMNS_OF_POST = [column.key for column in Post.__table__.columns]


def _held(thread_id: int) -> Thread:
    return db.session.scalars(
        select(Thread).where(Thread.id == thread_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def mark_changed(thread: Thread) -> None:
    """Readers of this thread, and of lists that show it, see something new from now on."""
    thread.version = Thread.version + 1  # reckoned by the database, with the thread's other changes
    pages.touch(pages.LISTS)
