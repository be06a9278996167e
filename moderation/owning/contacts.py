"""The contact: the one member of staff who answers for a thread. Customers see who it is.

The first who answers becomes it. Whoever asks again has the same contact, if that person is on duty, else who stands in for
them, if that one is; the time after it is the contact again. A contact hands a thread over, or gives it up; then the next who
answers becomes it. A contact who is no longer staff is none.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.policy import is_on_staff
from community.core import clock, events, pages
from community.core.errors import Conflict, Invalid
from community.core.events import Action, Event
from community.core.extensions import db, insert
from community.threads.changing import hold, mark_changed
from community.threads.models import Thread

from . import claiming
from .duty import is_on_duty, stand_in_for
from .models import Contact
from .owners import is_staff, note_owners

STANDING_IN = "standing_in"


class Handed(NamedTuple):
    """A contact as it was before a handing over, in words that can be stored."""

    person_id: int
    since: str
    how: str
    by_id: int | None
    note: str


def handed(thread_id: int) -> Handed | None:
    """Who answers for it now, for `hand_back`."""
    row = contact_row(thread_id)
    return Handed(row.person_id, row.since.isoformat(), row.how, row.by_id, row.note) if row else None


def contact_of(thread: Thread) -> Person | None:
    """Who answers for the thread; None before anybody has answered."""
    return db.session.scalar(
        select(Person).join(Contact, Contact.person_id == Person.id).where(Contact.thread_id == thread.id, is_staff())
    )


def owner_id(thread_id: int) -> int | None:
    """The same, by the ids of thread and person."""
    return db.session.scalar(
        select(Contact.person_id).join(Contact.person).where(Contact.thread_id == thread_id, is_staff())
    )


def contact_row(thread_id: int) -> Contact | None:
    """Since when, how and by whom, with both persons and the note: for staff."""
    return db.session.scalar(
        select(Contact)
        .join(Contact.person)
        .where(Contact.thread_id == thread_id, is_staff())
        .options(joinedload(Contact.person), joinedload(Contact.by))
        .execution_options(populate_existing=True)
    )


def name_first_answerer(thread_id: int, actor: Person) -> None:
    """`actor` of the staff has answered: if it is another's thread and nobody answers for it yet, they do."""
    if db.session.get_one(Thread, thread_id).author_id != actor.id:
        _put(thread_id, actor.id, "answered", only_if_nobody=True)


def name_known_contact(event: Event) -> None:
    """Witness of new threads: who asks again has the same contact, if that person is staff and on duty; else their stand-in."""
    known = db.session.scalar(_contacts_of(event.actor_id).limit(1))
    if known is None or not is_on_staff(known) or known.id == event.actor_id:
        return
    if is_on_duty(known):
        _put(event.thread_id, known.id, "returning")
    elif (other := stand_in_for(known)) is not None and other.id != event.actor_id:
        _put(event.thread_id, other.id, STANDING_IN)


def _contacts_of(author_id: int | None) -> Select[Person]:
    """The contacts of all threads of somebody, the last one named first; those who only stood in come after them."""
    return (
        select(Person)
        .join(Contact, Contact.person_id == Person.id)
        .join(Thread, Thread.id == Contact.thread_id)
        .where(Thread.author_id == author_id)
        .order_by(Contact.how == STANDING_IN, Contact.since.desc(), Contact.thread_id.desc())
    )


def hand_over(thread: Thread, to: Person, *, by: Person, note: str = "") -> None:
    """`to` answers for it from now on; `note` tells them what they need to know, and nobody but staff reads it.

    If `by` was on it, they are no longer. Raises Invalid if `to` is no staff or asked the thread themselves, Conflict if
    `to` is the contact already.
    """
    hold(thread)
    if not is_on_staff(to):
        raise Invalid(_("Only staff can be a contact. Choose somebody else."), "to")
    if to.id == thread.author_id:
        raise Invalid(_("%(name)s asked this themselves. Choose somebody else.", name=to.display_name), "to")
    before = contact_row(thread.id)
    if before is not None and before.person_id == to.id:
        raise Conflict(_("%(name)s is the contact already.", name=to.display_name))
    before_name = before.person.name if before else None
    _put(thread.id, to.id, "handed_over", by_id=by.id, note=note)
    claiming.let_go(thread.id, by.id)
    mark_changed(thread)
    events.record(
        Action.THREAD_HANDED_OVER,
        actor_id=by.id,
        thread_id=thread.id,
        person_id=to.id,
        reason=note or None,
        before=before_name,
        after=to.name,
    )


def give_up(thread: Thread, *, by: Person) -> None:
    """Answer for it no longer; the next who answers becomes the contact. Raises Conflict if `by` is not the contact."""
    hold(thread)
    before = contact_row(thread.id)
    if before is None or before.person_id != by.id:
        raise Conflict(_("You are not the contact of this thread."))
    _take_from(thread.id)
    mark_changed(thread)
    events.record(Action.THREAD_GIVEN_UP, actor_id=by.id, thread_id=thread.id, before=by.name, after=None)


def hand_back(thread: Thread, to: Handed | None, *, by: Person) -> None:
    """Whoever answered for it before a handing over does so again, as it was noted then; nobody, if nobody did.

    Only staff can: if they are none any more, nobody answers for it.
    """
    hold(thread)
    now = contact_row(thread.id)
    before = db.session.scalar(select(Person).where(Person.id == to.person_id, is_staff())) if to else None
    if to is not None and before is not None:
        _put(thread.id, before.id, to.how, by_id=to.by_id, note=to.note, since=datetime.fromisoformat(to.since))
    else:
        _take_from(thread.id)
    mark_changed(thread)
    events.record(
        Action.THREAD_HANDED_OVER if before else Action.THREAD_GIVEN_UP,
        actor_id=by.id,
        thread_id=thread.id,
        person_id=before.id if before else None,
        before=now.person.name if now else None,
        after=before.name if before else None,
    )


def carry_contact(source: Thread, to: Thread) -> list[Any] | None:
    """Whoever answers for `source` answers for `to` as well, if nobody does. Returns what `return_contact` wants."""
    row = contact_row(source.id)
    if row is None or contact_row(to.id) is not None:
        return None
    _put(to.id, row.person_id, row.how, by_id=row.by_id, note=row.note)
    return [row.person_id, clock.now().isoformat()]


def return_contact(_source: Thread, to: Thread, carried: list[Any] | None) -> None:
    """That contact answers for `to` no longer, unless it was named anew since; for the other thread it never ceased to."""
    if carried is not None:
        person_id, since = carried[0], datetime.fromisoformat(carried[1])
        _take_from(to.id, Contact.person_id == person_id, Contact.since == since)


def show_anew(event: Event) -> None:
    """Witness of persons who are shut out or let in: kept pages name contacts."""
    if db.session.scalar(select(Contact.thread_id).where(Contact.person_id == event.person_id).limit(1)) is not None:
        pages.touch(pages.SITE)


def _put(thread_id: int | None, person_id: int, how: str, *, only_if_nobody: bool = False, **more: Any) -> None:
    values = {"person_id": person_id, "since": clock.now(), "how": how, "by_id": None, "note": ""} | more
    still_here = Contact.person_id.in_(select(Person.id).where(is_staff()))
    db.session.execute(
        insert(Contact)
        .values(thread_id=thread_id, **values)
        .on_conflict_do_update(
            index_elements=[Contact.thread_id], set_=values, where=~still_here if only_if_nobody else None
        )
    )
    note_owners([thread_id] if thread_id else [])


def _take_from(thread_id: int, *still: ColumnElement[bool]) -> None:
    db.session.execute(delete(Contact).where(Contact.thread_id == thread_id, *still))
    note_owners([thread_id])
