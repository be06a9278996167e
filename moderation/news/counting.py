"""Counting what a page does not show yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from community.core.extensions import db
from community.threads.models import Post, Thread

from .. import queue
from ..owning import mine
from ..queue import Filter

COUNTED_UP_TO = 100


@dataclass(frozen=True)
class News:
    """What a page does not show yet. `first_reply`: the number of the first new post of the case."""

    waiting: int = 0
    replies: int = 0
    first_reply: int = 0


def newly_waiting(chosen: Filter, since: datetime, but: Collection[int]) -> int:
    """How many threads of the tab began to wait since, those left out that the page shows; other tabs hold nobody who waits."""
    if chosen.tab not in (queue.TABS[0], mine.TAB):
        return 0
    if chosen.tab == mine.TAB:
        chosen = replace(chosen, owner="me")
    rows = select(Thread.id).where(queue.needs_staff(), Thread.waiting_since > since, Thread.id.not_in(but))
    first = queue.owned(queue.narrowed(rows, chosen), chosen).limit(COUNTED_UP_TO).subquery()
    return db.session.scalar(select(func.count()).select_from(first)) or 0


def new_replies(case_id: int, seen: int) -> tuple[int, int]:
    """How many posts the case has behind number `seen`, and the number of the first of them."""
    rows = select(func.count(), func.min(Post.number)).where(
        Post.thread_id == case_id, Post.number > seen, Post.visibility != "removed"
    )
    count, first = db.session.execute(rows).one()
    return count, first or 0
