"""Somebody was erased: the index looks at all their threads anew, a batch at a time, and knows their name no longer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from community.core import jobs
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads.models import Thread

from .indexing import JOB as REINDEX

JOB = "search.follow_person"
BATCH = 200
CHANGES_A_PERSON = (Action.PERSON_ERASED,)


@jobs.handler(JOB)
def follow_person(event_id: int, after_id: int = 0, **_of_the_event: Any) -> None:
    """Have the next of their threads looked at; the batch after them is a job of its own."""
    with writing():
        person_id = db.session.get_one(Event, event_id).person_id
        rows = select(Thread.id).where(Thread.author_id == person_id, Thread.id > after_id)
        ids = list(db.session.scalars(rows.order_by(Thread.id).limit(BATCH)))
        jobs.enqueue_all(REINDEX, [{"event_id": event_id, "thread_id": number, "post_id": None} for number in ids])
        if len(ids) == BATCH:
            jobs.enqueue(JOB, event_id=event_id, after_id=ids[-1])
