"""When a person is erased, their private details go for good, and who read them with them; so do private files, and every word
of the contacts by other channels. A public contact is a part of the case, and stays."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from ..accounts.models import Person
from ..attachments import keeping as files
from ..attachments.models import Attachment
from ..core.extensions import db
from .contact_entries import keeping
from .contact_entries.models import ContactEntry
from .details import delete_silently
from .models import Detail, DetailRequest, Reading


def erase(person: Person) -> None:
    """Remove what this room keeps of the person. What they read as staff stays with those whose details they were."""
    for detail in db.session.scalars(select(Detail).where(Detail.person_id == person.id)).all():
        delete_silently(detail)
    db.session.execute(delete(Reading).where(Reading.person_id == person.id))
    db.session.execute(delete(DetailRequest).where(DetailRequest.person_id == person.id))
    entries = select(ContactEntry).where(ContactEntry.person_id == person.id, ~ContactEntry.is_public)
    for entry in db.session.scalars(entries).all():
        keeping.blank(entry)
    for attachment in db.session.scalars(select(Attachment).where(Attachment.owner_id == person.id)).all():
        if attachment.is_private or attachment.kept_at is None:
            files.remove(attachment)


def count(person: Person) -> int:
    """How many private details and contacts that is."""
    rows = [
        select(func.count()).where(Detail.person_id == person.id),
        select(func.count()).where(ContactEntry.person_id == person.id, ContactEntry.removed_at.is_(None)),
    ]
    return sum(db.session.scalar(each) or 0 for each in rows)
