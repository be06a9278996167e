"""The queue: what needs staff, the worst breach first. Pages by key, so that 100,000 waiting threads page as fast as ten.

First come threads with a due time, the one that is due first at the front; then the others, the longest waiting first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from community.accounts.models import Person
from community.core.extensions import db
from community.core.incoming import LARGEST_ID
from community.core.limits import LIST_ROWS
from community.threads.models import Category, Post, Tag, Thread, ThreadTag
from community.threads.visibility import PUBLISHED

from .owning.models import Contact
from .owning.owners import NOBODY, is_staff
from .service_targets.models import ThreadClock

Rows = TypeVar("Rows")
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
TABS = ("needs_staff", "waiting", "solved", "closed", "hidden")
COUNTED_UP_TO = 1_000


@dataclass(frozen=True)
class Filter:
    """What of a tab to show. Empty fields do not filter."""

    tab: str = "needs_staff"
    category: str = ""
    tag: str = ""
    language: str = ""
    #: Whose threads: 'nobody', 'me', or the number of a colleague.
    owner: str = ""
    after: str = ""
    #: Who 'me' is.
    reader_id: int = 0

    @property
    def owner_id(self) -> int | None:
        """Whose threads, by number; None: everybody's. What is no owner owns nothing."""
        if not self.owner:
            return None
        known = {"nobody": NOBODY, "me": self.reader_id}
        return known.get(self.owner, int(self.owner) if _NUMBER.fullmatch(self.owner) else -1)

    @property
    def narrows(self) -> bool:
        """Does it leave anything of the tab out?"""
        return bool(self.category or self.tag or self.language or self.owner)

    def as_query(self, **changes: object) -> dict[str, Any]:
        """The filter as query parameters, without what is empty."""
        names = ("tab", "category", "tag", "language", "owner")
        values = {name: getattr(self, name) for name in names} | changes
        return {name: value for name, value in values.items() if value and (name, value) != ("tab", TABS[0])}


def _over() -> ColumnElement[bool]:
    return or_(Thread.closed_at.is_not(None), Thread.locked_at.is_not(None), Thread.duplicate_of_id.is_not(None))


def needs_staff() -> ColumnElement[bool]:
    """The condition on Thread: public, and a customer waits."""
    return _IN_TAB[TABS[0]]


_IN_TAB: dict[str, ColumnElement[bool]] = {
    "needs_staff": and_(Thread.visibility == "published", Thread.waiting_since.is_not(None)),
    "waiting": and_(
        Thread.visibility == "published", Thread.waiting_since.is_(None), Thread.solved_at.is_(None), ~_over()
    ),
    "solved": and_(Thread.visibility == "published", Thread.solved_at.is_not(None)),
    "closed": and_(Thread.visibility == "published", Thread.solved_at.is_(None), _over()),
    "hidden": Thread.visibility == "hidden",
}


def queue(chosen: Filter, most: int = LIST_ROWS) -> tuple[list[Thread], str]:
    """One page of the queue, and the key of the next page ('' at the end)."""
    rows = _by_turn(chosen) if chosen.tab == "needs_staff" else _by_newest(chosen)
    found = with_all(rows.limit(most + 1))
    next_key = _write_key(*found[most - 1]) if len(found) > most else ""
    return [thread for thread, *_turn in found[:most] if belongs(thread, chosen.tab)], next_key


def by_turn(chosen: Filter, most: int) -> list[tuple[Thread, str]]:
    """So many of those that need staff, by turn, each with the key behind it; for lists that begin with them."""
    found = with_all(_by_turn(chosen).limit(most))
    return [(thread, _write_key(thread, turn, moment)) for thread, turn, moment in found]


def with_all(rows: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows, with what a line of the queue shows of each thread."""
    return db.session.execute(
        rows.options(joinedload(Thread.author), joinedload(Thread.category), selectinload(Thread.tags))
    ).all()


def belongs(thread: Thread, tab: str) -> bool:
    """Asked once more of what needs staff: there the database was asked for the rows of clocks alone."""
    return tab != "needs_staff" or (thread.visibility == PUBLISHED and thread.waiting_since is not None)


def _by_turn(chosen: Filter) -> Select[*tuple[Any, ...]]:
    """What is due first, then the longest waiting; from after a key on. Each thread with what it is sorted by.

    A thread that waits has a row of clocks, and no other has (`service_targets.keeping`), so threads are not asked for what they
    are: a database that knows how its rows are spread would begin with them.
    """
    here = (ThreadClock.turn, ThreadClock.turn_at, ThreadClock.thread_id)
    rows = select(Thread).join(ThreadClock, ThreadClock.thread_id == Thread.id)
    if (key := _read_key(chosen.after)) is not None:
        rows = rows.where(tuple_(*here) > key)
    if chosen.owner_id is not None:
        rows = rows.where(ThreadClock.owner_id == chosen.owner_id)
    return narrowed(rows, chosen, ThreadClock.category_id).order_by(*here).add_columns(*here[:2])


def _by_newest(chosen: Filter) -> Select[*tuple[Any, ...]]:
    rows, here = select(Thread).where(_IN_TAB[chosen.tab]), (Thread.last_post_at, Thread.id)
    if (key := _read_key(chosen.after)) is not None:
        rows = rows.where(tuple_(*here) < key[1:])
    rows = owned(narrowed(rows, chosen, Thread.category_id), chosen)
    newest_first = rows.order_by(*(column.desc() for column in here))
    return newest_first.add_columns(literal(0), Thread.last_post_at)


def owned(rows: Select[Rows], chosen: Filter) -> Select[Rows]:
    """The rows of threads whose owner the filter wants, whether they wait or not."""
    if chosen.owner_id is None:
        return rows
    theirs = select(Contact.thread_id).join(Contact.person).where(Contact.thread_id == Thread.id, is_staff())
    if chosen.owner_id == NOBODY:
        return rows.where(~theirs.exists())
    return rows.where(theirs.where(Contact.person_id == chosen.owner_id).exists())


def narrowed(
    rows: Select[Rows], chosen: Filter, category_id: InstrumentedAttribute[int] = Thread.category_id
) -> Select[Rows]:
    """The rows that the filter leaves, whatever the tab."""
    if chosen.category:
        known = select(Category.id).where(Category.slug == chosen.category)
        rows = rows.where(category_id == known.scalar_subquery())
    if chosen.tag:
        rows = rows.where(Thread.id.in_(select(ThreadTag.thread_id).join(Tag).where(Tag.name == chosen.tag)))
    if chosen.language:
        rows = rows.where(Thread.language == chosen.language)
    return rows


def _write_key(thread: Thread, turn: int, moment: datetime) -> str:
    return f"{turn}-{round(moment.timestamp() * 1_000_000)}-{thread.id}"


_KEY = re.compile(r"([01])-([0-9]{1,17})-([0-9]{1,18})", re.ASCII)


def _read_key(text: str) -> tuple[int, datetime, int] | None:
    match = _KEY.fullmatch(text)
    if match is None:
        return None
    seconds, rest = divmod(int(match[2]), 1_000_000)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
    return int(match[1]), moment, min(int(match[3]), LARGEST_ID)


def tab_counts() -> dict[str, int]:
    """How many threads need staff, counted up to 1,000 (more is 'many' anyway)."""
    first = select(Thread.id).where(_IN_TAB["needs_staff"]).limit(COUNTED_UP_TO).subquery()
    return {"needs_staff": db.session.scalar(select(func.count()).select_from(first)) or 0}


@dataclass(frozen=True)
class CustomerCard:
    """What staff see of the customer beside the case."""

    customer: Person
    thread_count: int
    solved_count: int
    hidden_count: int
    latest: list[Thread]


def customer_card(customer: Person, most: int = 5) -> CustomerCard:
    """The customer's other cases and how things went."""
    counts = db.session.execute(
        select(func.count(), func.count(Thread.solved_at)).where(
            Thread.author_id == customer.id, Thread.visibility != "removed"
        )
    ).one()
    hidden = db.session.scalar(select(func.count()).where(Post.author_id == customer.id, Post.visibility == "hidden"))
    latest = db.session.scalars(
        select(Thread)
        .where(Thread.author_id == customer.id, Thread.visibility != "removed")
        .order_by(Thread.last_post_at.desc())
        .limit(most)
    )
    return CustomerCard(customer, counts[0], counts[1], hidden or 0, list(latest))


def case(thread_id: int) -> Thread | None:
    """The thread in the middle of the desk."""
    return db.session.scalar(
        select(Thread)
        .where(Thread.id == thread_id, Thread.visibility != "removed")
        .options(
            joinedload(Thread.author),
            joinedload(Thread.category),
            selectinload(Thread.tags),
            joinedload(Thread.duplicate_of),
        )
    )


def posts_of_case(thread: Thread, last: int = 15) -> list[Post]:
    """The opening post and the last replies, in order, hidden ones too."""
    newest = select(Post.id).where(Post.thread_id == thread.id).order_by(Post.number.desc()).limit(last)
    return list(
        db.session.scalars(
            select(Post)
            .where(
                Post.thread_id == thread.id, or_(Post.number == 1, Post.id.in_(newest)), Post.visibility != "removed"
            )
            .order_by(Post.number)
            .options(
                joinedload(Post.author),
                joinedload(Post.endorsement),
                joinedload(Post.solution),
                joinedload(Post.hidden_by),
                joinedload(Post.thread),
            )
        )
    )
