"""The tab *Mine*: threads whose contact one is. First those that need staff, in the order of the queue; then the rest.

The rest stands with the newest first. Pages by key in these two stretches.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, and_, func, not_, select, tuple_

from community.accounts.models import Person
from community.core.extensions import db
from community.core.incoming import LARGEST_ID
from community.core.limits import LIST_ROWS
from community.threads.models import Thread
from community.threads.queries import Key

from ..queue import COUNTED_UP_TO, TABS, Filter, belongs, by_turn, narrowed, owned, with_all
from ..service_targets.models import ThreadClock
from .models import Contact

TAB = "mine"
_NEEDS_STAFF = and_(Thread.visibility == "published", Thread.waiting_since.is_not(None))
_WAITING, _REST = "w", "r"


def mine(chosen: Filter, person: Person, most: int = LIST_ROWS) -> tuple[list[Thread], str]:
    """One page of the threads that `person` answers for, and the key of the next page ('' at the end)."""
    stretch, key = chosen.after[:1], chosen.after[1:]
    found: list[tuple[Thread, str]] = []
    if stretch != _REST:
        found = _waiting(chosen, person, key, most + 1)
    if len(found) <= most:
        found += _rest(chosen, person, key if stretch == _REST else "", most + 1 - len(found))
    page = found[:most]
    here = [thread for thread, key in page if key[0] == _REST or belongs(thread, TABS[0])]
    return here, page[-1][1] if len(found) > most else ""


def _waiting(chosen: Filter, person: Person, key: str, most: int) -> list[tuple[Thread, str]]:
    """Nobody but `person` is asked for here: whose else the filter wants, of these there is none."""
    if chosen.owner and chosen.owner_id != person.id:
        return []
    theirs = replace(chosen, owner="me", reader_id=person.id, after=key)
    return [(thread, f"{_WAITING}{behind}") for thread, behind in by_turn(theirs, most)]


def _rest(chosen: Filter, person: Person, after: str, most: int) -> list[tuple[Thread, str]]:
    rows = _owned(select(Thread), person).where(Thread.visibility != "removed", not_(_NEEDS_STAFF))
    rows = owned(narrowed(rows, chosen), chosen)
    here, key = (Thread.last_post_at, Thread.id), Key.read(after)
    if key is not None:
        rows = rows.where(tuple_(*here) < (key.moment, min(key.thread_id, LARGEST_ID)))
    newest_first = rows.order_by(*(column.desc() for column in here)).limit(most)
    return [(thread, f"{_REST}{Key(thread.last_post_at, thread.id)}") for (thread,) in with_all(newest_first)]


def _owned(rows: Select[Any], person: Person) -> Select[Any]:
    return rows.join(Contact, Contact.thread_id == Thread.id).where(Contact.person_id == person.id)


def waiting_for(person: Person) -> int:
    """How many of them need staff, counted up to 1,000."""
    rows = select(Thread.id).join(ThreadClock, ThreadClock.thread_id == Thread.id)
    first = rows.where(ThreadClock.owner_id == person.id, _NEEDS_STAFF).limit(COUNTED_UP_TO).subquery()
    return db.session.scalar(select(func.count()).select_from(first)) or 0
