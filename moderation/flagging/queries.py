"""Which flagged posts wait for a decision: the heaviest first, then whichever was flagged first. Pages by key.

The number of statements does not depend on how much is flagged. Only categories in which the reader may decide are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.core.extensions import db
from community.core.incoming import LARGEST_ID
from community.core.limits import LIST_ROWS
from community.threads.models import Post, Thread

from ..queue import COUNTED_UP_TO
from ..reach import within_reach
from .models import Flag

_WEIGHT: ColumnElement[int] = func.sum(Flag.weight)
_FIRST: ColumnElement[int] = func.min(Flag.id)
_TURN = (-_WEIGHT, _FIRST)


@dataclass(frozen=True)
class Flagged:
    """A post with open flags: how heavy they are together (in hundredths), how many, and since when."""

    post: Post
    weight: int
    first_id: int
    count: int
    since: datetime

    @property
    def key(self) -> str:
        """Where it stands in the list."""
        return f"{self.weight}-{self.first_id}"


def flagged(person: Person, after: str = "", most: int = LIST_ROWS) -> tuple[list[Flagged], str]:
    """One page of what this member of staff may decide about, and the key of the next page ('' at the end)."""
    rows = _waiting(person)
    if (key := _read_key(after)) is not None:
        rows = rows.having(tuple_(*_TURN) > (-key[0], key[1]))
    found = _loaded(rows.order_by(*_TURN).limit(most + 1))
    return found[:most], found[most - 1].key if len(found) > most else ""


def flagged_post(post_id: int, person: Person) -> Flagged | None:
    """This post with its open flags, if it has any and the reader may decide about them."""
    found = _loaded(_waiting(person).where(Flag.post_id == post_id))
    return found[0] if found else None


def next_after(here: Flagged | None, person: Person) -> int | None:
    """The id of the post that comes after this one, else of the first one that is not this one; None: nothing waits."""
    pages = (flagged(person, here.key, 1)[0] if here else [], flagged(person, most=2)[0])
    return next((one.post.id for page in pages for one in page if here is None or one.post.id != here.post.id), None)


def open_flags(post_id: int) -> list[Flag]:
    """The open flags of a post with who raised them, the heaviest first."""
    return list(
        db.session.scalars(
            select(Flag)
            .where(Flag.post_id == post_id, Flag.decided_at.is_(None))
            .order_by(Flag.weight.desc(), Flag.id)
            .options(joinedload(Flag.by))
        )
    )


def heaviest_reason(flags: Iterable[Flag]) -> str:
    """The reason that these flags give with the greatest weight together."""
    weights: dict[str, int] = {}
    for flag in flags:
        weights[flag.reason] = weights.get(flag.reason, 0) + flag.weight
    return max(weights, key=lambda reason: weights[reason])


def count_of_flagged(person: Person) -> int:
    """How many posts wait for a decision, counted up to 1,000."""
    first = _in_reach(select(Flag.post_id), person).distinct().limit(COUNTED_UP_TO).subquery()
    return db.session.scalar(select(func.count()).select_from(first)) or 0


def _waiting(person: Person) -> Select[Any]:
    columns: list[Any] = [Flag.post_id, _WEIGHT, _FIRST, func.count(), func.min(Flag.at)]
    return _in_reach(select(*columns), person).group_by(Flag.post_id)


def _in_reach(rows: Select[Any], person: Person) -> Select[Any]:
    return (
        rows.join(Post, Post.id == Flag.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Flag.decided_at.is_(None), Post.visibility != "removed", Thread.visibility != "removed")
        .where(within_reach(person, Verb.FLAGS))
    )


def _loaded(rows: Select[Any]) -> list[Flagged]:
    found = db.session.execute(rows).all()
    thread = joinedload(Post.thread)
    posts = db.session.scalars(
        select(Post)
        .where(Post.id.in_([row[0] for row in found]))
        .options(
            joinedload(Post.author),
            joinedload(Post.endorsement),
            joinedload(Post.hidden_by),
            thread.joinedload(Thread.author),
            thread.joinedload(Thread.category),
        )
    )
    by_id = {post.id: post for post in posts}
    return [Flagged(by_id[post_id], *rest) for post_id, *rest in found]


_KEY = re.compile(r"([0-9]{1,12})-([0-9]{1,18})", re.ASCII)


def _read_key(text: str) -> tuple[int, int] | None:
    match = _KEY.fullmatch(text)
    return (int(match[1]), min(int(match[2]), LARGEST_ID)) if match else None
