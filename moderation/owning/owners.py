"""Whose each waiting thread is, beside its clock: the queue of one person, or of nobody, is walked like the whole queue.

The rows of clocks repeat here what `contacts` says; whoever puts or takes a contact, or makes a row of clocks, calls
`note_owners` in the same transaction. A contact who is no longer staff is none.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, update

from community.accounts.models import STAFF_ROLES, Person
from community.core.events import Event
from community.core.extensions import rows_changed

from ..service_targets.models import ThreadClock
from .models import Contact

NOBODY = 0


def is_staff() -> ColumnElement[bool]:
    """The condition on Person: staff who are here."""
    return and_(Person.role.in_(sorted(STAFF_ROLES)), Person.disabled_at.is_(None))


def owner_of_clock() -> ColumnElement[int]:
    """Whose a row of clocks should be, as contacts and persons say it."""
    contact = (
        select(Contact.person_id)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.thread_id == ThreadClock.thread_id, is_staff())
        .correlate(ThreadClock)
    )
    return func.coalesce(contact.scalar_subquery(), NOBODY)


def note_owners(thread_ids: list[int] | Select[Any]) -> None:
    """Make the clocks of these threads, as far as they have any, say whose they are. Call it inside `writing()`."""
    rows_changed(update(ThreadClock).where(ThreadClock.thread_id.in_(thread_ids)).values(owner_id=owner_of_clock()))


def note_owners_of(event: Event) -> None:
    """Witness of persons who become staff, cease to be, are shut out or let in: their threads are theirs, or nobody's."""
    note_owners(select(Contact.thread_id).where(Contact.person_id == event.person_id))
