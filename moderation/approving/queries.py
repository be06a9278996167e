"""What waits at the tab *Held*, the oldest first, of categories in which the reader decides; how long it usually takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.core.extensions import db
from community.threads.models import Post, Thread
from community.threads.visibility import PUBLISHED

from ..reach import within_reach
from .models import HeldPost

ROWS = 10
COUNTED_UP_TO = 1_000
_DECISIONS = 50
_TOO_FEW = 3


@dataclass(frozen=True)
class HeldPage:
    """One page of the tab: the rows with post, author, thread and category; how many public posts each author has, by
    person; after which row the next page begins (None: this is the last)."""

    rows: list[HeldPost]
    written: dict[int, int]
    next_key: int | None


def _waiting(person: Person) -> Select[HeldPost]:
    """What waits for this person. A post whose thread was removed waits for nobody."""
    return (
        select(HeldPost)
        .join(HeldPost.post)
        .join(Post.thread)
        .where(HeldPost.decided_at.is_(None), Post.visibility == "held")
        .where(within_reach(person, Verb.APPROVE), Thread.visibility != "removed")
        .order_by(HeldPost.id)
    )


def held_page(person: Person, after_id: int | None) -> HeldPage:
    """A page from after a row's id on."""
    rows = _waiting(person).where(HeldPost.id > (after_id or 0)).limit(ROWS + 1)
    post = contains_eager(HeldPost.post)
    thread = post.contains_eager(Post.thread)
    found = list(db.session.scalars(rows.options(post.joinedload(Post.author), thread.joinedload(Thread.category))))
    page = found[:ROWS]
    written = _written(row.post.author_id for row in page)
    return HeldPage(page, written, page[-1].id if len(found) > ROWS else None)


def _written(author_ids: Iterable[int]) -> dict[int, int]:
    rows = (
        select(Post.author_id, func.count())
        .where(Post.author_id.in_(set(author_ids)), Post.visibility == PUBLISHED)
        .group_by(Post.author_id)
    )
    return dict(db.session.execute(rows).all())


def next_after(person: Person, row_id: int) -> int | None:
    """The post that this person looks at after a row: the next one, else the oldest; None: nothing waits."""
    waiting = _waiting(person).with_only_columns(HeldPost.post_id).limit(1)
    return db.session.scalar(waiting.where(HeldPost.id > row_id)) or db.session.scalar(waiting)


def held_count(person: Person) -> int:
    """How many wait for this person, counted up to 1,000."""
    first = _waiting(person).with_only_columns(HeldPost.id).limit(COUNTED_UP_TO).subquery()
    return db.session.scalar(select(func.count()).select_from(first)) or 0


def usual_wait() -> timedelta | None:
    """How long half of the last 50 decisions took at most; None: there are fewer than three."""
    decided = (
        select(HeldPost.held_at, HeldPost.decided_at)
        .where(HeldPost.decided_at.is_not(None))
        .order_by(HeldPost.decided_at.desc(), HeldPost.id.desc())
        .limit(_DECISIONS)
    )
    waits = sorted(end - since for since, end in db.session.execute(decided) if end is not None)
    return waits[(len(waits) - 1) // 2] if len(waits) >= _TOO_FEW else None
