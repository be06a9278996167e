"""Each waiting thread has one row with the clock that is due first; it is kept in the transaction of whatever changes it.

`keep` works it out anew from posts, events and targets. A changed target or calendar is worked in by a job, a batch at a
time. `mend` finds rows that are missing or left over, whatever the reason: nobody may wait unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, tuple_
from sqlalchemy.orm import joinedload

from community.core import clock, jobs
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads.models import Thread
from community.threads.visibility import PUBLISHED

from ..owning.owners import note_owners, owner_of_clock
from .facts import facts_of
from .models import ServiceTarget, ThreadClock
from .timing import Clock, clocks, running

RECOMPUTE = "targets.recompute"
MEND = "targets.mend"
BATCH = 100
#: Facts about threads and posts that change nobody's wait. All others, also those that are yet to come, might.
QUIET = (
    Action.THREAD_TAGGED,
    Action.THREAD_RETITLED,
    Action.THREAD_ME_TOO,
    Action.THREAD_ME_TOO_WITHDRAWN,
    Action.THREAD_RATED,
    Action.THREAD_ESTIMATED,
    Action.POST_EDITED,
    Action.POST_REDACTED,
    Action.POST_ENDORSED,
    Action.POST_ENDORSEMENT_WITHDRAWN,
    Action.POST_HELPFUL,
    Action.POST_HELPFUL_WITHDRAWN,
)
CHANGES_A_CLOCK = tuple(action for action in Action if action.startswith(("thread.", "post.")) and action not in QUIET)


def needs_staff() -> ColumnElement[bool]:
    """The condition on Thread: public, and a customer waits."""
    return and_(Thread.visibility == PUBLISHED, Thread.waiting_since.is_not(None))


def note(event: Event) -> None:
    """Witness: the clocks of the event's thread, and of the others that it is about (`also`), after it."""
    ids = [event.thread_id, *event.payload.get("also", [])]
    threads = [thread for number in ids if number and (thread := db.session.get(Thread, number)) is not None]
    keep([thread for thread in threads if not _goes_on(event, thread)])


def _goes_on(event: Event, thread: Thread) -> bool:
    """One more line of a customer who waits already: nothing changes, however long the thread is."""
    if event.action != Action.POST_REPLIED or thread.waiting_since is None:
        return False
    row = db.session.get(ThreadClock, thread.id)
    return row is not None and row.waiting_since == thread.waiting_since


def keep(threads: Sequence[Thread]) -> None:
    """Make the rows of these threads say what is so now. Call it inside `writing()`, with the threads held."""
    waiting = [thread for thread in threads if thread.visibility == PUBLISHED and thread.waiting_since is not None]
    _drop({thread.id for thread in threads} - {thread.id for thread in waiting})
    if not waiting:
        return
    known = {
        row.thread_id: row
        for row in db.session.scalars(select(ThreadClock).where(ThreadClock.thread_id.in_([t.id for t in waiting])))
    }
    first = _first_due(waiting)
    for thread in waiting:
        row = known.get(thread.id)
        if row is None:
            row = ThreadClock(thread_id=thread.id, steps=0)
            db.session.add(row)
        _set(row, thread, first.get(thread.id))
    db.session.flush()
    note_owners([thread.id for thread in waiting])


def _drop(thread_ids: set[int]) -> None:
    if thread_ids:
        db.session.execute(delete(ThreadClock).where(ThreadClock.thread_id.in_(thread_ids)))


def targets_of(category_ids: set[int]) -> dict[int, ServiceTarget]:
    """What is promised in these categories, with the calendars."""
    rows = select(ServiceTarget).where(ServiceTarget.category_id.in_(category_ids))
    return {row.category_id: row for row in db.session.scalars(rows.options(joinedload(ServiceTarget.calendar)))}


def _first_due(waiting: list[Thread]) -> dict[int, Clock]:
    """The clock that is due first, for the threads that have one."""
    targets = targets_of({thread.category_id for thread in waiting})
    promised = [thread for thread in waiting if thread.category_id in targets]
    facts = facts_of(promised) if promised else {}
    found: dict[int, Clock] = {}
    for thread in promised:
        target = targets[thread.category_id]
        going = running(facts[thread.id], target.target, target.calendar.hours, clock.now())
        if going and going[0].due_at is not None:
            found[thread.id] = going[0]
    return found


def _set(row: ThreadClock, thread: Thread, first: Clock | None) -> None:
    assert thread.waiting_since is not None
    row.category_id, row.waiting_since = thread.category_id, thread.waiting_since
    kind, since, due_at = (first.kind.value, first.since, first.due_at) if first else (None, None, None)
    row.turn, row.turn_at = (0, due_at) if due_at else (1, thread.waiting_since)
    if (row.kind, row.started_at, row.due_at) != (kind, since, due_at):
        row.kind, row.started_at, row.due_at = kind, since, due_at
        row.breached_at = row.escalated_at = None
        row.steps, row.step_at = 0, due_at


def clocks_of(thread: Thread) -> list[Clock]:
    """All clocks of a thread as they stand now, for the page of the case."""
    target = targets_of({thread.category_id}).get(thread.category_id)
    if target is None:
        return []
    return clocks(facts_of([thread])[thread.id], target.target, target.calendar.hours, clock.now())


def rows_of(threads: Sequence[Thread]) -> dict[int, ThreadClock]:
    """The rows of those of these threads that wait, by the thread's id."""
    rows = select(ThreadClock).where(ThreadClock.thread_id.in_([thread.id for thread in threads]))
    return {row.thread_id: row for row in db.session.scalars(rows)}


# --- After a change of target or calendar


def recompute_later(category_id: int) -> None:
    """Let the worker work out all clocks of a category anew. Call it inside `writing()`."""
    jobs.enqueue(RECOMPUTE, key=f"{RECOMPUTE}:{category_id}", category_id=category_id)


@jobs.handler(RECOMPUTE)
def recompute(category_id: int, since: str = "", after_id: int = 0) -> None:
    """A batch of the category's waiting threads, the longest waiting first; the next batch is a job of its own."""
    with writing():
        rows = select(Thread.id, Thread.waiting_since).where(Thread.category_id == category_id, needs_staff())
        if since:
            key = (datetime.fromisoformat(since), after_id)
            rows = rows.where(tuple_(Thread.waiting_since, Thread.id) > key)
        found = db.session.execute(rows.order_by(Thread.waiting_since, Thread.id).limit(BATCH)).all()
        keep(_held([thread_id for thread_id, _since in found]))
        if len(found) == BATCH:
            last_id, last = found[-1]
            assert last is not None
            jobs.enqueue(RECOMPUTE, category_id=category_id, since=last.isoformat(), after_id=last_id)


def _held(ids: list[int]) -> list[Thread]:
    """These threads, kept from others until the transaction ends; in the order in which verbs hold them."""
    rows = select(Thread).where(Thread.id.in_(ids)).order_by(Thread.id)
    return list(db.session.scalars(rows.with_for_update().execution_options(populate_existing=True)))


# --- Whatever the reason


def _wrong() -> tuple[Select[int], Select[int]]:
    """Threads without their row, and rows that say something else than their thread."""
    has_row = select(ThreadClock.thread_id).where(ThreadClock.thread_id == Thread.id).exists()
    differs = or_(
        Thread.visibility != PUBLISHED,
        ThreadClock.waiting_since.is_distinct_from(Thread.waiting_since),
        ThreadClock.category_id != Thread.category_id,
        ThreadClock.owner_id != owner_of_clock(),
    )
    left_over = select(ThreadClock.thread_id).join(Thread, Thread.id == ThreadClock.thread_id).where(differs)
    return select(Thread.id).where(needs_staff(), ~has_row), left_over


@jobs.handler(MEND)
def mend() -> int:
    """Put right all rows that are missing or wrong; returns how many they were."""
    return sum(_mend(rows) for rows in _wrong())


def _mend(wrong: Select[int]) -> int:
    """A batch at a time, in the order of ids, so that no row is looked at twice."""
    mended, last = 0, 0
    number = wrong.selected_columns[0]
    while ids := list(db.session.scalars(wrong.where(number > last).order_by(number).limit(BATCH))):
        with writing():
            keep(_held(ids))
        mended, last = mended + len(ids), ids[-1]
    return mended


def drift() -> Iterator[str]:
    """A sentence if rows are missing or wrong; for `flask doctor`."""
    missing, wrong = (len(db.session.scalars(rows.limit(1_000)).all()) for rows in _wrong())
    if missing or wrong:
        yield f"threads that wait: {missing} are missing from the queue, {wrong} stand in it wrongly"
