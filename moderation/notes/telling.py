"""Who is mentioned in a staff note is told so on the page, if they are staff. No mail is sent, and no text goes along."""

from __future__ import annotations

from sqlalchemy import select

from community.accounts.models import STAFF_ROLES, Person
from community.core import jobs
from community.core.events import Event
from community.core.extensions import db, writing
from community.notifications import notifying
from community.notifications.models import Notification

from . import queries
from .models import StaffNote

JOB = "notes.tell"
KIND = "noted"


@jobs.handler(JOB)
def tell(event_id: int, thread_id: int | None, post_id: int | None) -> None:
    """Tell those who are mentioned for the first time, unless the note is gone. Twice is once."""
    event = db.session.get(Event, event_id)
    note = db.session.get(StaffNote, event.payload["note"]) if event is not None else None
    if event is None or note is None or note.deleted_at is not None:
        return
    meant = _staff(event.payload["mentioned"], but=event.actor_id)
    with writing():
        notifying.tell_on_page(event, meant, KIND)


def _staff(person_ids: list[int], but: int | None) -> list[Person]:
    return list(
        db.session.scalars(
            select(Person).where(Person.id.in_(person_ids), Person.id != but, Person.role.in_(sorted(STAFF_ROLES)))
        )
    )


def leads_to(row: Notification, reader: Person) -> str | None:
    """Where the note stands that this notification is about; None if there is none any more."""
    event = db.session.get(Event, row.event_id)
    note = queries.visible_note(event.payload["note"], reader) if event is not None else None
    if note is None or note.deleted_at is not None:
        return None
    return queries.note_address(note, note.thread, reader)
