"""Work to be done later is a row, written with the change that asked for it; so nothing is lost and nothing waits for it.

A worker takes a due job by a conditional update that gives it a lease. A job that fails comes back after a growing pause
and is given up, loudly, after MAX_ATTEMPTS. A handler may run twice for one job (a crash between work and note), so handlers
are idempotent. A handler that fails with `NotYet` says when to come back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Select, String, Text, delete, func, or_, select, update
from sqlalchemy import insert as insert_rows
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .columns import Base, Id, UTCDateTime
from .extensions import db, insert, rows_changed, writing

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 12
BACK_OFF = (2, 5, 15, 60, 300, 900, 3600, 7200, 14400, 28800, 43200, 43200)  # seconds; 1.6 days in all


class Job(Base):
    """One piece of work. Done jobs are deleted; dead ones stay until an operator has looked at them."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due", "dead_at", "run_at"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[str] = mapped_column(Text)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    run_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    leased_by: Mapped[str | None] = mapped_column(String(40))
    last_error: Mapped[str | None] = mapped_column(Text)
    dead_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class NotYet(Exception):
    """Raised by a handler: nothing is wrong, come back in `seconds`. Does not count as a failure."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not yet; again in {seconds:.0f} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Handler:
    """What does the work named `name`. A batch handler gets the list of all due argument dicts at once; if single ones
    failed, it returns their errors by their place in that list, and those alone come back.

    A slow handler waits for somebody else (a mail server): its jobs run in a lane of their own and hold nobody up.
    """

    name: str
    function: Callable[..., Any]
    batch: bool = False
    slow: bool = False


_handlers: dict[str, Handler] = {}


def handler(
    name: str, *, batch: bool = False, slow: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: this function does the jobs called `name`. It runs outside any transaction and opens its own."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _handlers[name] = Handler(name, function, batch, slow)
        return function

    return register


def handlers() -> dict[str, Handler]:
    """All known handlers by name."""
    return dict(_handlers)


def enqueue(name: str, *, run_at: datetime | None = None, key: str | None = None, **arguments: Any) -> Job | None:
    """Write a job into the current transaction. With `key`, a job of that key that still waits is enough: returns None."""
    values = _row(name, arguments, run_at) | {"key": key}
    while not (key and _still_waits(key)):
        statement = insert(Job).values(**values).on_conflict_do_nothing().returning(Job)
        if (job := db.session.scalar(statement)) is not None:
            return job
    return None


def enqueue_each(names: Iterable[str], **arguments: Any) -> None:
    """Write a job of each name into the current transaction, all with the same arguments."""
    _store([_row(name, arguments) for name in names])


def enqueue_all(name: str, arguments: Iterable[dict[str, Any]]) -> None:
    """Write a job of this name into the current transaction for each of these arguments."""
    _store([_row(name, each) for each in arguments])


def _store(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert_rows(Job), rows)


def _row(name: str, arguments: dict[str, Any], run_at: datetime | None = None) -> dict[str, Any]:
    moment = clock.now()
    said = json.dumps(arguments, sort_keys=True)
    return {"name": name, "arguments": said, "created_at": moment, "run_at": run_at or moment}


def _still_waits(key: str) -> bool:
    """Is there a job of this key that nobody has taken? It stays so until this transaction ends, so it sees the change."""
    waiting = select(Job.id).where(Job.key == key, Job.leased_until.is_(None)).with_for_update()
    return db.session.scalar(waiting) is not None


class Lane(StrEnum):
    """Which jobs a worker takes."""

    ALL = "all"
    QUICK = "quick"
    SLOW = "slow"


def take(worker: str, most: int, lane: Lane = Lane.ALL) -> list[Job]:
    """Lease up to `most` due jobs to `worker`, oldest first. Returns them detached; other workers no longer see them."""
    moment = clock.now()
    if not db.session.scalar(select(_due(moment, lane).limit(1).exists())):
        db.session.rollback()
        return []
    with writing():
        due = _due(moment, lane).order_by(Job.run_at, Job.id).limit(most)
        if db.engine.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True)
        ids = list(db.session.scalars(due))
        taken = list(
            db.session.scalars(
                update(Job)
                .where(Job.id.in_(ids))
                .values(leased_until=moment + LEASE, leased_by=worker, attempts=Job.attempts + 1, key=None)
                .returning(Job)
                .execution_options(synchronize_session=False, populate_existing=True)
            )
        )
        db.session.flush()
        for job in taken:
            db.session.expunge(job)
    return sorted(taken, key=lambda job: job.id)


def release(is_gone: Callable[[str], bool]) -> int:
    """Give back the jobs that are held by workers which are gone, so that nobody waits for their leases; how many they were."""
    with writing():
        holders = db.session.scalars(select(Job.leased_by).where(Job.leased_by.is_not(None)).distinct())
        gone = [name for name in holders if name and is_gone(name)]
        return rows_changed(update(Job).where(Job.leased_by.in_(gone)).values(leased_until=None, leased_by=None))


def _due(moment: datetime, lane: Lane) -> Select[int]:
    due = select(Job.id).where(
        Job.dead_at.is_(None), Job.run_at <= moment, or_(Job.leased_until.is_(None), Job.leased_until < moment)
    )
    slow = [name for name, known in _handlers.items() if known.slow]
    if lane is Lane.ALL:
        return due
    return due.where(Job.name.in_(slow) if lane is Lane.SLOW else Job.name.not_in(slow))


def forget(word: str, *names: str) -> None:
    """Work of these names that speaks of this word (in lower case: a mail address) is not done any more."""
    speaks = func.lower(Job.arguments).contains(word, autoescape=True)
    db.session.execute(delete(Job).where(Job.name.in_(names), speaks).execution_options(synchronize_session=False))


def finish(jobs: list[Job]) -> None:
    """The work is done: the rows go."""
    with writing():
        db.session.execute(delete(Job).where(Job.id.in_([job.id for job in jobs])))


def postpone(jobs: list[Job], error: BaseException) -> None:
    """The work failed: come back after a pause, or give up after MAX_ATTEMPTS."""
    with writing():
        for row in db.session.scalars(select(Job).where(Job.id.in_([job.id for job in jobs]))):
            row.leased_until = row.leased_by = None
            row.last_error = f"{type(error).__name__}: {error}"[:2000]
            if isinstance(error, NotYet):
                row.attempts -= 1
                row.run_at = clock.now() + timedelta(seconds=error.seconds)
            elif row.attempts >= MAX_ATTEMPTS:
                row.dead_at = clock.now()
            else:
                row.run_at = clock.now() + timedelta(seconds=BACK_OFF[row.attempts - 1])


def dead() -> list[Job]:
    """The jobs that were given up, newest first."""
    return list(db.session.scalars(select(Job).where(Job.dead_at.is_not(None)).order_by(Job.id.desc())))


def oldest_waiting() -> datetime | None:
    """Since when the oldest due job waits, or None."""
    return db.session.scalar(select(func.min(Job.run_at)).where(Job.dead_at.is_(None), Job.run_at <= clock.now()))


def revive(job_id: int) -> bool:
    """Give a dead job another round of attempts."""
    with writing():
        job = db.session.get(Job, job_id)
        if job is None or job.dead_at is None:
            return False
        job.dead_at, job.attempts, job.run_at = None, 0, clock.now()
    return True
