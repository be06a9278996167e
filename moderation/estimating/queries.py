"""Estimates of a case as the desk shows them, and the numbers of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from community.accounts.models import STAFF_ROLES, Person
from community.core import clock
from community.core.extensions import db
from community.threads.models import Thread
from community.threads.rating.models import Rating
from community.threads.rating.queries import rating_of
from community.threads.visibility import PUBLISHED

from .figures import Counted, Sums, sums_of
from .models import Estimate


@dataclass(frozen=True)
class InCase:
    """What the reader sees beside a case: their own estimate, and only with it what the asker said."""

    own: Estimate | None
    rating: Rating | None


def is_estimated(thread: Thread, reader: Person) -> bool:
    """Solved, and not the reader's own."""
    return thread.solved_at is not None and thread.author_id != reader.id


def estimate_by(thread: Thread, person: Person) -> Estimate | None:
    """What this member of staff said."""
    return db.session.get(Estimate, (thread.id, person.id))


def in_case(thread: Thread, reader: Person) -> InCase:
    """Blind: without an estimate of their own the reader learns nothing of the rating, not even whether there is one."""
    own = estimate_by(thread, reader)
    return InCase(own, rating_of(thread) if own is not None else None)


def _solved(since: datetime, *columns: Any) -> Select[Any]:
    """Of customers' public threads that were solved since: how many by category and by these columns."""
    return (
        select(Thread.category_id, *columns, func.count())
        .join(Person, Person.id == Thread.author_id)
        .where(Thread.visibility == PUBLISHED, Thread.solved_at >= since, Person.role.not_in(sorted(STAFF_ROLES)))
        .group_by(Thread.category_id, *columns)
    )


def service_figures(days: int) -> dict[int | None, Sums]:
    """By category, and under None for all: of the threads solved in the last so many days. Three statements, however many."""
    since = clock.ago(days=days)
    by_asker = (Rating.thread_id == Thread.id) & (Rating.person_id == Thread.author_id)
    rated = _solved(since, Rating.well, Rating.personal).join(Rating, by_asker)
    estimated = _solved(since, Estimate.well, Estimate.personal).join(Estimate, Estimate.thread_id == Thread.id)
    return sums_of(
        [Counted(place, None, None, count) for place, count in db.session.execute(_solved(since))],
        [Counted(*row) for row in db.session.execute(rated)],
        [Counted(*row) for row in db.session.execute(estimated)],
    )
