"""Posts go from one thread to the end of another, in the order in which they were written.

The other thread's own posts keep their numbers, because addresses, quotes and feeds speak of them; those that come get
new ones behind them. A post's permalink names the post and leads to it wherever it stands. Revisions, helpful votes and
what is hidden or held belong to the post and go along untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from community.accounts.models import Person
from community.core import clock, events, pages
from community.core.events import Action
from community.core.extensions import db
from community.threads.changing import mark_changed
from community.threads.models import Alias, Post, Thread
from community.threads.states import derive

from .models import Restructuring


@dataclass(frozen=True)
class Place:
    """Where a post stands: its number, and the number of the post that it replies to."""

    post_id: int
    number: int
    reply_to: int | None
    created_at: datetime


def places_in(thread: Thread, numbers: Iterable[int] | None = None) -> list[Place]:
    """The places of the thread's posts (of those with these numbers), in the order in which they were written."""
    rows = select(Post.id, Post.number, Post.reply_to_number, Post.created_at).where(Post.thread_id == thread.id)
    if numbers is not None:
        rows = rows.where(Post.number.in_(sorted(numbers)))
    return [Place(*row) for row in db.session.execute(rows.order_by(Post.created_at, Post.number))]


def bring(places: Sequence[Place], to: Thread) -> dict[int, int]:
    """The posts become the last ones of `to`, which is held. Returns their new numbers by the old ones."""
    numbers = {place.number: to.next_number + rank for rank, place in enumerate(places)}
    put(
        to,
        [
            Place(place.post_id, numbers[place.number], numbers.get(place.reply_to or 0), place.created_at)
            for place in places
        ],
    )
    to.next_number += len(places)
    return numbers


def put(thread: Thread, places: Sequence[Place]) -> None:
    """The posts stand in this thread, at these numbers."""
    db.session.flush()
    if places:
        db.session.execute(
            update(Post),
            [
                {"id": place.post_id, "thread_id": thread.id, "number": place.number, "reply_to_number": place.reply_to}
                for place in places
            ],
        )
    for post in [each for each in db.session.identity_map.values() if isinstance(each, Post)]:
        db.session.expire(post)


def note(
    kind: str, source: Thread, to: Thread, places: Sequence[Place], before: dict[str, Any], *, by: Person, reason: str
) -> Restructuring:
    """The row that says what was done, and what it takes to undo it: `before`, and where the posts stood."""
    first = min(places, key=lambda place: place.number) if kind == "merged" else places[0]
    stood = [[place.post_id, place.number, place.reply_to] for place in places]
    done = Restructuring(
        kind=kind,
        from_id=source.id,
        to_id=to.id,
        first_post_id=first.post_id,
        post_count=len(places),
        by_id=by.id,
        reason=reason,
        at=clock.now(),
        before=before | {"posts": stood},
        after={"next_number": to.next_number},
    )
    db.session.add(done)
    db.session.flush()
    return done


def turn_addresses(source: Thread, to: Thread, numbers: dict[int, int]) -> list[list[object]]:
    """Addresses that led to these posts of `source` lead to where they stand now. Returns [path, old number] of each."""
    turned = db.session.scalars(select(Alias).where(Alias.thread_id == source.id, Alias.number.in_(numbers))).all()
    before: list[list[object]] = [[alias.path, alias.number] for alias in turned]
    for alias in turned:
        alias.thread_id, alias.number = to.id, numbers[alias.number or 0]
    return before


def conclude(*threads: Thread) -> None:
    """What lists sort by is worked out anew, nobody is shown a page that was kept from before, and robots come again."""
    db.session.flush()
    for thread in threads:
        derive(thread)
        thread.edited_at = clock.now()
        mark_changed(thread)
    pages.touch(pages.SITE)


def record(action: Action, *, by_id: int, source: Thread, to: Thread, reason: str, told: Iterable[int] = ()) -> None:
    """One fact of two threads: it is told of the one in which the posts stand now, and the index looks at both."""
    events.record(
        action,
        actor_id=by_id,
        thread_id=to.id,
        reason=reason or None,
        before=source.id,
        after=to.id,
        also=[source.id],
        told=sorted(set(told)),
    )
