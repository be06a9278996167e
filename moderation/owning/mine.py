"""The tab *Mine*: threads whose contact one is. First those that need staff, the longest waiting first; then the rest.

The rest stands with the newest first. Pages by key in these two stretches.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from community.accounts.models import Person
from community.core.extensions import db
from community.core.incoming import LARGEST_ID
from community.core.limits import LIST_ROWS
from community.threads.models import Thread
from community.threads.queries import Key

from ..queue import COUNTED_UP_TO, Filter, narrowed
from .models import Contact

TAB = "mine"
_NEEDS_STAFF = and_(Thread.visibility == "published", Thread.waiting_since.is_not(None))
_WAITING, _REST = "w", "r"


def mine(chosen: Filter, person: Person, most: int = LIST_ROWS) -> tuple[list[Thread], str]:
    """One page of the threads that `person` answers for, and the key of the next page ('' at the end)."""
    stretch, key = chosen.after[:1], Key.read(chosen.after[1:])
    found: list[Thread] = []
    if stretch != _REST:
        found = _stretch(_NEEDS_STAFF, Thread.waiting_since, chosen, person, key, most + 1)
    if len(found) <= most:
        rest_from = key if stretch == _REST else None
        left = most + 1 - len(found)
        found += _stretch(not_(_NEEDS_STAFF), Thread.last_post_at, chosen, person, rest_from, left)
    page = found[:most]
    return page, _key_after(page[-1]) if len(found) > most else ""


def _stretch(
    condition: ColumnElement[bool], moment: Any, chosen: Filter, person: Person, key: Key | None, most: int
) -> list[Thread]:
    oldest_first = moment is Thread.waiting_since
    rows = narrowed(_owned(select(Thread), person).where(Thread.visibility != "removed", condition), chosen)
    if key is not None:
        here, there = tuple_(moment, Thread.id), (key.moment, min(key.thread_id, LARGEST_ID))
        rows = rows.where(here > there if oldest_first else here < there)
    order = (moment, Thread.id) if oldest_first else (moment.desc(), Thread.id.desc())
    return list(
        db.session.scalars(
            rows.order_by(*order)
            .limit(most)
            .options(joinedload(Thread.author), joinedload(Thread.category), selectinload(Thread.tags))
        )
    )


def _owned(rows: Select[Any], person: Person) -> Select[Any]:
    return rows.join(Contact, Contact.thread_id == Thread.id).where(Contact.person_id == person.id)


def _key_after(thread: Thread) -> str:
    if thread.visibility == "published" and thread.waiting_since is not None:
        return f"{_WAITING}{Key(thread.waiting_since, thread.id)}"
    return f"{_REST}{Key(thread.last_post_at, thread.id)}"


def waiting_for(person: Person) -> int:
    """How many of them need staff, counted up to 1,000."""
    first = _owned(select(Thread.id), person).where(_NEEDS_STAFF).limit(COUNTED_UP_TO).subquery()
    return db.session.scalar(select(func.count()).select_from(first)) or 0
