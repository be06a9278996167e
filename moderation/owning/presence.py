"""Presence: which of the staff have a thread before them, and who has a text there that is not yet posted. For staff alone.

A browser says so every twenty seconds while its page is visible. What was said more than a minute ago does not count.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from community.accounts.models import Person
from community.core import clock
from community.core.extensions import db, insert, rows_changed, writing
from community.threads.changing import hold
from community.threads.models import Thread

from .models import Presence

COUNTS_FOR = timedelta(minutes=1)


def counts_since(now: datetime) -> datetime:
    """Who was seen since then is present."""
    return now - COUNTS_FOR


def note(thread: Thread, *, by: Person, is_writing: bool) -> None:
    """`by` has this thread before them now. Raises Conflict if the thread was taken away."""
    hold(thread)
    values = {"seen_at": clock.now(), "is_writing": is_writing}
    db.session.execute(
        insert(Presence)
        .values(thread_id=thread.id, person_id=by.id, **values)
        .on_conflict_do_update(index_elements=[Presence.thread_id, Presence.person_id], set_=values)
    )


def stop_writing(thread_id: int, person_id: int) -> None:
    """What they were writing there is posted."""
    rows_changed(
        update(Presence)
        .where(Presence.thread_id == thread_id, Presence.person_id == person_id)
        .values(is_writing=False)
    )


def sweep() -> None:
    """Forget who was seen more than a minute ago."""
    with writing():
        db.session.execute(delete(Presence).where(Presence.seen_at < counts_since(clock.now())))
