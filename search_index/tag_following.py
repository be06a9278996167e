"""A tag is called something else, or was merged: the index looks at all its threads anew, a batch at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from community.core import jobs
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads.models import ThreadTag

from .indexing import JOB as REINDEX

JOB = "search.follow_tag"
BATCH = 200
CHANGES_A_TAG = (Action.TAG_RENAMED, Action.TAG_MERGED)


@jobs.handler(JOB)
def follow_tag(event_id: int, after_id: int = 0, **_of_the_event: Any) -> None:
    """Have the next threads of the event's tag looked at; the batch after them is a job of its own."""
    with writing():
        tag_id = db.session.get_one(Event, event_id).payload["tag"]
        rows = select(ThreadTag.thread_id).where(ThreadTag.tag_id == tag_id, ThreadTag.thread_id > after_id)
        ids = list(db.session.scalars(rows.order_by(ThreadTag.thread_id).limit(BATCH)))
        jobs.enqueue_all(REINDEX, [{"event_id": event_id, "thread_id": number, "post_id": None} for number in ids])
        if len(ids) == BATCH:
            jobs.enqueue(JOB, event_id=event_id, after_id=ids[-1])
