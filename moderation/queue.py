"""The queue: what needs staff, the longest waiting first. Pages by key, so that 100,000 waiting threads page as fast as ten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from community.accounts.models import Person
from community.core.extensions import db
from community.core.incoming import LARGEST_ID
from community.core.limits import LIST_ROWS
from community.threads.models import Category, Post, Tag, Thread, ThreadTag

TABS = ("needs_staff", "waiting", "solved", "closed", "hidden")
COUNTED_UP_TO = 1_000


@dataclass(frozen=True)
class Filter:
    """What of a tab to show. Empty fields do not filter."""

    tab: str = "needs_staff"
    category: str = ""
    tag: str = ""
    language: str = ""
    after: str = ""

    def as_query(self, **changes: object) -> dict[str, object]:
        """The filter as query parameters, without what is empty."""
        values = {"tab": self.tab, "category": self.category, "tag": self.tag, "language": self.language} | changes
        return {name: value for name, value in values.items() if value and (name, value) != ("tab", TABS[0])}


def _over() -> ColumnElement[bool]:
    return or_(Thread.closed_at.is_not(None), Thread.locked_at.is_not(None), Thread.duplicate_of_id.is_not(None))


_IN_TAB: dict[str, ColumnElement[bool]] = {
    "needs_staff": and_(Thread.visibility == "published", Thread.waiting_since.is_not(None)),
    "waiting": and_(
        Thread.visibility == "published", Thread.waiting_since.is_(None), Thread.solved_at.is_(None), ~_over()
    ),
    "solved": and_(Thread.visibility == "published", Thread.solved_at.is_not(None)),
    "closed": and_(Thread.visibility == "published", Thread.solved_at.is_(None), _over()),
    "hidden": Thread.visibility == "hidden",
}


def _moment(tab: str) -> ColumnElement[datetime]:
    """The column a tab is sorted by: the longest waiting first, else the newest first."""
    return Thread.waiting_since if tab == "needs_staff" else Thread.last_post_at  # type: ignore[return-value]


def queue(chosen: Filter, most: int = LIST_ROWS) -> tuple[list[Thread], str]:
    """One page of the queue, and the key of the next page ('' at the end)."""
    moment = _moment(chosen.tab)
    rows = narrowed(select(Thread).where(_IN_TAB[chosen.tab]), chosen)
    ascending = chosen.tab == "needs_staff"
    key = _read_key(chosen.after)
    if key is not None:
        here = tuple_(moment, Thread.id)
        rows = rows.where(here > key if ascending else here < key)
    order = (moment, Thread.id) if ascending else (moment.desc(), Thread.id.desc())
    found = list(
        db.session.scalars(
            rows.order_by(*order)
            .limit(most + 1)
            .options(joinedload(Thread.author), joinedload(Thread.category), selectinload(Thread.tags))
        )
    )
    page = found[:most]
    return page, _write_key(page[-1], chosen.tab) if len(found) > most else ""


def narrowed(rows: Select[Thread], chosen: Filter) -> Select[Thread]:
    """The rows that the filter leaves, whatever the tab."""
    if chosen.category:
        rows = rows.where(Thread.category_id.in_(select(Category.id).where(Category.slug == chosen.category)))
    if chosen.tag:
        rows = rows.where(Thread.id.in_(select(ThreadTag.thread_id).join(Tag).where(Tag.name == chosen.tag)))
    if chosen.language:
        rows = rows.where(Thread.language == chosen.language)
    return rows


def _write_key(thread: Thread, tab: str) -> str:
    moment = thread.waiting_since if tab == "needs_staff" else thread.last_post_at
    assert moment is not None
    return f"{int(moment.timestamp() * 1_000_000)}-{thread.id}"


def _read_key(text: str) -> tuple[datetime, int] | None:
    micros, _dash, thread_id = text.partition("-")
    if not (micros.isascii() and micros.isdigit() and len(micros) < 18 and thread_id.isascii() and thread_id.isdigit()):
        return None
    seconds, rest = divmod(int(micros), 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), min(int(thread_id[:18]), LARGEST_ID)


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
                joinedload(Post.author), joinedload(Post.solution), joinedload(Post.hidden_by), joinedload(Post.thread)
            )
        )
    )
