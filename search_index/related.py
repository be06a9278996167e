"""The solved cases that stand under a thread: found by the worker when a thread changes, kept, and shown only while public."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from community.core import clock
from community.core.extensions import db, writing
from community.threads.models import Thread

from .cases import cases_of
from .documents import SolvedCase
from .engines.contract import Engine
from .models import RelatedCases

SHOWN = 5
KEPT = 8  # some may be hidden or merged later
BODY = 1_000  # characters of the question that count
FIRST_TIME = 1_000  # threads that a rebuild relates at once


def relate(engine: Engine, cases: Iterable[SolvedCase]) -> None:
    """Find and keep the related cases of these threads. Raises IndexUnavailable."""
    found = {
        case.thread_id: [
            hit.thread_id
            for hit in engine.similar(
                case.title, case.body[:BODY], case.language, limit=KEPT, last_word_partial=False, without=case.thread_id
            )
        ]
        for case in cases
    }
    if not found:
        return
    with writing():
        rows = {row.thread_id: row for row in db.session.scalars(_rows(found))}
        for thread_id, related in found.items():
            row = rows.get(thread_id)
            if row is not None and row.related == related:
                continue
            if row is None:
                db.session.add(RelatedCases(thread_id=thread_id, related=related, at=clock.now()))
            else:
                row.related, row.at = related, clock.now()
            db.session.execute(update(Thread).where(Thread.id == thread_id).values(version=Thread.version + 1))


def _rows(thread_ids: Iterable[int]):  # type: ignore[no-untyped-def]
    return select(RelatedCases).where(RelatedCases.thread_id.in_(list(thread_ids)))


def relate_unrelated(engine: Engine) -> None:
    """Relate the newest threads that have never been looked at."""
    ids = db.session.scalars(
        select(Thread.id)
        .where(Thread.visibility == "published", Thread.id.not_in(select(RelatedCases.thread_id)))
        .order_by(Thread.id.desc())
        .limit(FIRST_TIME)
    ).all()
    relate(engine, cases_of(ids)[0])


def related_threads(thread: Thread) -> list[Thread]:
    """Three to five public solved cases like this one, best first; may be none."""
    row = db.session.get(RelatedCases, thread.id)
    if row is None or not row.related:
        return []
    found = {
        other.id: other
        for other in db.session.scalars(
            select(Thread)
            .where(Thread.id.in_(row.related), Thread.visibility == "published", Thread.solved_at.is_not(None))
            .options(joinedload(Thread.category))
        )
    }
    return [found[thread_id] for thread_id in row.related if thread_id in found][:SHOWN]
