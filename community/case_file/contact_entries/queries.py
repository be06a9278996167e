"""Which contacts are read where. A private one is for its customer and for staff; a removed one for nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from ...accounts.models import Person
from ...core.extensions import db
from ...threads.models import Thread
from .keeping import summary_of
from .models import ContactEntry

LISTED = 30


@dataclass(frozen=True)
class Shown:
    """A contact and what came of it."""

    entry: ContactEntry
    summary: str


def _entries() -> Select[ContactEntry]:
    return (
        select(ContactEntry)
        .where(ContactEntry.removed_at.is_(None))
        .order_by(ContactEntry.happened_at.desc(), ContactEntry.id.desc())
        .limit(LISTED)
        .options(joinedload(ContactEntry.by), joinedload(ContactEntry.person), joinedload(ContactEntry.thread))
    )


def _shown(rows: Select[ContactEntry]) -> list[Shown]:
    return [Shown(entry, summary_of(entry)) for entry in db.session.scalars(rows)]


def public_entries_of(thread: Thread) -> list[Shown]:
    """What everybody may read of a case's other contacts, the latest last."""
    return _shown(_entries().where(ContactEntry.thread_id == thread.id, ContactEntry.is_public))[::-1]


def entries_of_case(thread: Thread) -> list[Shown]:
    """All contacts about a case, the latest first: for staff."""
    return _shown(_entries().where(ContactEntry.thread_id == thread.id))


def entries_with(person: Person, thread_id: int | None = None) -> list[Shown]:
    """All contacts with a customer (about one case), the latest first: for that customer, and for staff."""
    rows = _entries().where(ContactEntry.person_id == person.id)
    return _shown(rows if thread_id is None else rows.where(ContactEntry.thread_id == thread_id))


def unassigned(before_id: int | None = None) -> Sequence[Shown]:
    """Contacts of which nobody has said whose they are, the latest first."""
    rows = _entries().where(ContactEntry.person_id.is_(None)).order_by(None).order_by(ContactEntry.id.desc())
    return _shown(rows.where(ContactEntry.id < before_id) if before_id else rows)


def count_unassigned() -> int:
    """How many those are, at most 100."""
    few = select(ContactEntry.id).where(ContactEntry.person_id.is_(None), ContactEntry.removed_at.is_(None)).limit(100)
    return db.session.scalar(select(func.count()).select_from(few.subquery())) or 0


def entry_of(entry_id: int) -> ContactEntry | None:
    """The contact, with its case, its customer and who logged it; None if it was removed."""
    return db.session.scalar(_entries().where(ContactEntry.id == entry_id))
