"""The solved cases that stand under a thread: found by the worker, kept, and shown only while public.

They are looked for when a thread asks something new, and when it changes otherwise and they are a day old.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import joinedload

from community.core import clock
from community.core.extensions import db, rows_changed, writing
from community.threads.models import Thread

from .cases import cases_of
from .documents import SolvedCase
from .engines.contract import Engine
from .models import RelatedCases

SHOWN = 5
KEPT = 8  # some may be hidden or merged later
BODY = 1_000  # characters of the question that count
FIRST_TIME = 1_000  # threads that a rebuild relates at once


def relate(engine: Engine, cases: Collection[SolvedCase], *, anew: Collection[int] = ()) -> None:
    """Find and keep the related cases of these threads: of those in `anew`, and where nothing or too old a list is kept.

    Raises IndexUnavailable.
    """
    fresh = set(
        db.session.scalars(
            select(RelatedCases.thread_id).where(
                RelatedCases.thread_id.in_([case.thread_id for case in cases]), RelatedCases.at > clock.ago(days=1)
            )
        )
    )
    cases = [case for case in cases if case.thread_id in anew or case.thread_id not in fresh]
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
        kept = select(RelatedCases.thread_id, RelatedCases.related).where(RelatedCases.thread_id.in_(list(found)))
        before = {row.thread_id: row.related for row in db.session.execute(kept)}
        db.session.execute(delete(RelatedCases).where(RelatedCases.thread_id.in_(list(found))))
        rows = [{"thread_id": one, "related": related, "at": clock.now()} for one, related in found.items()]
        db.session.execute(insert(RelatedCases), rows)
        changed = [one for one, related in found.items() if before.get(one) != related]
        rows_changed(update(Thread).where(Thread.id.in_(changed)).values(version=Thread.version + 1))


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
