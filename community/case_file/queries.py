"""What a customer's own case file shows: all their cases, open first, and what is private on each. Always of one's own.

A case is a thread that somebody asked, that one of theirs was merged into, or on which they have private details. The
number of questions does not depend on how many cases, details or requests there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    literal,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from ..accounts.models import Person
from ..core.extensions import Question, db
from ..core.limits import PAGE_ROWS
from ..threads.models import Alias, MeToo, Thread
from ..threads.visibility import PUBLISHED, thread_is_visible_to, visible_threads
from . import details
from .asking import open_requests
from .kinds import KNOWN
from .models import Detail, DetailRequest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_SHARED = 20
_MOST_KNOWN = 200
#: How a case stands for its customer, in the order of the list.
FOR_YOU, FOR_STAFF, OVER = 0, 1, 2
#: How staff came to know of a detail.
SOURCES = {
    "asked": _l("told when asking"),
    "thread": _l("told beside the thread"),
    "mail": _l("told by mail"),
    "moved": _l("moved out of a text"),
    "staff": _l("written down by staff"),
}


@dataclass(frozen=True)
class Shown:
    """A detail for whose it is: what it says (None: no key opens it), and when it is deleted (None: the case is open)."""

    detail: Detail
    value: str | None
    ends_at: datetime | None


@dataclass(frozen=True)
class Case:
    """A case of somebody, with what is private of theirs there and what staff wait for."""

    thread: Thread
    rank: int
    #: May they see the thread? One that was removed is named nowhere; what they told there is theirs still.
    is_readable: bool
    details: Sequence[Shown]
    requests: Sequence[DetailRequest]


@dataclass(frozen=True)
class Key:
    """Where the list goes on: after the case of this rank, moment and id."""

    rank: int
    moment: datetime
    thread_id: int

    @staticmethod
    def read(text: str) -> Key | None:
        """The key from an address, or None if it is none."""
        parts = text.split("_")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 17 for part in parts):
            return None
        rank, microseconds, thread_id = map(int, parts)
        return Key(rank, _EPOCH + timedelta(microseconds=microseconds), thread_id)

    def __str__(self) -> str:
        return f"{self.rank}_{(self.moment - _EPOCH) // timedelta(microseconds=1)}_{self.thread_id}"


@dataclass(frozen=True)
class Page:
    """One page of the list, and the key of the next."""

    cases: Sequence[Case]
    next_key: Key | None


def cases_of(person: Person, key: Key | None = None, rows: int = PAGE_ROWS) -> Page:
    """The cases of `person`, who asks: first what waits for them, then what waits for staff, then what is over."""
    rank = _rank(person)
    selected = _of(person, rank).order_by(rank, Thread.last_post_at.desc(), Thread.id.desc())
    if key is not None:
        beside = and_(Thread.last_post_at == key.moment, Thread.id < key.thread_id)
        selected = selected.where(
            or_(rank > key.rank, and_(rank == key.rank, or_(Thread.last_post_at < key.moment, beside)))
        )
    found = db.session.execute(selected.limit(rows + 1)).all()
    page = _filled(person, found[:rows])
    last = page[-1] if len(found) > rows else None
    return Page(page, Key(last.rank, last.thread.last_post_at, last.thread.id) if last else None)


def case_of(person: Person, thread_id: int) -> Case | None:
    """One case of `person`, who asks; None if it is none of theirs."""
    found = db.session.execute(_of(person, _rank(person)).where(Thread.id == thread_id)).all()
    return next(iter(_filled(person, found)), None)


def _of(person: Person, rank: ColumnElement[int]) -> Select[Thread, int, bool]:
    return (
        select(Thread, rank, thread_is_visible_to(person))
        .where(Thread.id.in_(_ids(person)))
        .options(joinedload(Thread.category), joinedload(Thread.author))
    )


def _ids(person: Person) -> CompoundSelect[int]:
    once = aliased(Thread)
    merged = (
        select(Alias.thread_id)
        .join(once, Alias.path == literal("/threads/") + cast(once.id, String))
        .where(once.author_id == person.id, once.visibility == "removed")
    )
    return union(
        select(Thread.id).where(Thread.author_id == person.id, Thread.visibility != "removed"),
        merged,
        select(Detail.thread_id).where(Detail.person_id == person.id, Detail.thread_id.is_not(None)),
        _asked(person),
    )


def _asked(person: Person) -> Select[int]:
    return select(DetailRequest.thread_id).where(
        DetailRequest.person_id == person.id, DetailRequest.answered_at.is_(None)
    )


def _rank(person: Person) -> ColumnElement[int]:
    over = or_(
        Thread.solved_at.is_not(None),
        Thread.closed_at.is_not(None),
        Thread.locked_at.is_not(None),
        Thread.duplicate_of_id.is_not(None),
        Thread.visibility.in_(("hidden", "removed")),
    )
    for_staff = or_(Thread.waiting_since.is_not(None), Thread.visibility == "held")
    return case((over, OVER), (Thread.id.in_(_asked(person)), FOR_YOU), (for_staff, FOR_STAFF), else_=FOR_YOU)


def _filled(person: Person, found: Sequence[tuple[Thread, int, bool]]) -> list[Case]:
    ids = [thread.id for thread, _rank, _readable in found]
    rows = db.session.scalars(
        select(Detail).where(Detail.person_id == person.id, Detail.thread_id.in_(ids)).order_by(Detail.id)
    ).all()
    values, asked = details.own_values(person, rows), open_requests(person, ids)
    return [
        Case(
            thread,
            rank,
            bool(is_readable),
            [shown(row, thread, values.get(row.id)) for row in rows if row.thread_id == thread.id],
            [] if rank == OVER else [row for row in asked if row.thread_id == thread.id],
        )
        for thread, rank, is_readable in found
    ]


def shown(detail: Detail, thread: Thread | None, value: str | None) -> Shown:
    """A detail with its value and when it is deleted."""
    return Shown(detail, value, details.ends_at(detail, thread))


# --- On the thread's page


def is_concerned(person: Person, thread: Thread) -> bool:
    """Did they ask the thread, or have something private there?"""
    return person.id == thread.author_id or has_private(thread, person)


def has_private(thread: Thread, person: Person) -> bool:
    """Has `person` private details on the case, or do staff wait for some?"""
    return bool(_HAS_PRIVATE(thread_id=thread.id, person_id=person.id))


_HAS_PRIVATE = Question(
    union_all(
        select(Detail.id).where(
            Detail.thread_id == bindparam("thread_id", type_=Integer),
            Detail.person_id == bindparam("person_id", type_=Integer),
        ),
        select(DetailRequest.id).where(
            DetailRequest.thread_id == bindparam("thread_id", type_=Integer),
            DetailRequest.person_id == bindparam("person_id", type_=Integer),
        ),
    )
)


def nothing_private(thread: Thread, reader: Person) -> bool | None:
    """Facet: True while nothing private of the reader's stands there; a page with private details is nobody else's."""
    return None if has_private(thread, reader) else True


def own_case(thread: Thread, person: Person) -> Case | None:
    """What the thread's page shows of `person`'s private details; None if there is nothing for them to see or do."""
    if not person.is_authenticated or not is_concerned(person, thread):
        return None
    rows = details.of_case(thread.id, person.id)
    values = details.own_values(person, rows)
    asked = [] if thread.is_over else open_requests(person, [thread.id])
    return Case(thread, 0, True, [shown(row, thread, values.get(row.id)) for row in rows], asked)


# --- Whatever the case


def known_of(person: Person) -> list[Shown]:
    """What is known of `person`, who asks, whatever the case: of each kind the values that a form offers, the latest first."""
    rows = db.session.scalars(
        select(Detail)
        .where(Detail.person_id == person.id, or_(Detail.known_as.in_(KNOWN), Detail.thread_id.is_(None)))
        .order_by(Detail.id.desc())
        .limit(_MOST_KNOWN)
        .options(joinedload(Detail.thread))
    ).all()
    values = details.own_values(person, rows)
    latest = {(row.known_as or row.kind, values.get(row.id)): row for row in reversed(rows)}
    return sorted(
        (shown(row, row.thread, values.get(row.id)) for row in latest.values()),
        key=lambda each: (each.detail.known_as, -each.detail.id),
    )


def shared_by(person: Person) -> Sequence[Thread]:
    """The threads of others whose issue `person` has too, the last said first; as many as the page shows."""
    return db.session.scalars(
        visible_threads(None)
        .join(MeToo, MeToo.thread_id == Thread.id)
        .where(MeToo.person_id == person.id, Thread.visibility == PUBLISHED)
        .order_by(MeToo.at.desc(), Thread.id.desc())
        .limit(MOST_SHARED)
        .options(joinedload(Thread.category))
    ).all()
