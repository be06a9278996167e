"""Closing: a thread that needs nobody any more takes no more replies by customers; its asker is led to a new one.

Staff close with a reason and open again. A solved thread closes by itself `SOFT_CLOSE_DAYS` after its solution, once nobody
has written in it for as long. That is quiet: nobody is told, no list moves, and whoever asks there again is shown the way.
"""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from ..accounts.models import Person
from ..core import clock, events, jobs
from ..core.errors import Conflict
from ..core.events import Action
from ..core.extensions import db, writing
from .changing import hold, mark_changed
from .models import Closing, Thread
from .states import derive

CLOSE_SOLVED = "threads.close_solved"
BATCH = 200


def close_thread(thread: Thread, *, by: Person | None, reason: str = "") -> None:
    """No more replies by customers. `by` None: it closes by itself. Raises Conflict if it is closed."""
    hold(thread)
    if thread.closed_at is not None:
        raise Conflict
    thread.closed_at = clock.now()
    db.session.add(Closing(thread_id=thread.id, by_id=by.id if by else None, reason=reason))
    _follow_up(thread)
    events.record(
        Action.THREAD_CLOSED,
        actor_id=by.id if by else None,
        thread_id=thread.id,
        reason=reason or None,
        before=False,
        after=True,
    )


def open_thread(thread: Thread, *, by: Person, reason: str = "") -> None:
    """Replies are welcome again. Raises Conflict if it is open."""
    hold(thread)
    if thread.closed_at is None:
        raise Conflict
    forget_closing(thread)
    _follow_up(thread)
    events.record(
        Action.THREAD_OPENED, actor_id=by.id, thread_id=thread.id, reason=reason or None, before=True, after=False
    )


def forget_closing(thread: Thread) -> None:
    """It is not closed; `thread` is held."""
    thread.closed_at = None
    db.session.execute(delete(Closing).where(Closing.thread_id == thread.id))


def closing_of(thread: Thread) -> Closing | None:
    """Who closed it and why, with the person; None if it is open, or came closed from elsewhere."""
    if thread.closed_at is None:
        return None
    return db.session.scalar(select(Closing).where(Closing.thread_id == thread.id).options(joinedload(Closing.by)))


def _follow_up(thread: Thread) -> None:
    derive(thread)
    mark_changed(thread)


@jobs.handler(CLOSE_SOLVED)
def close_solved() -> None:
    """Close what was solved long ago and has been quiet since, a batch a transaction; the next run goes on."""
    if (days := current_app.config["SOFT_CLOSE_DAYS"]) <= 0:
        return
    while closed := _close_batch(timedelta(days=days)):
        if closed < BATCH:
            return


def _close_batch(after: timedelta) -> int:
    before = clock.now() - after
    with writing():
        found = db.session.scalars(
            select(Thread)
            .where(Thread.visibility == "published", Thread.solved_at < before, Thread.last_post_at < before)
            .where(Thread.closed_at.is_(None))
            .order_by(Thread.id)
            .limit(BATCH)
        ).all()
        for thread in found:
            close_thread(thread, by=None)
    return len(found)
