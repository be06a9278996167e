"""What the staff side keeps of somebody who is erased, and what goes of it.

Staff notes, flags, appeals, sanctions and reasons are the staff's: they stay, for staff alone. What goes: who gave a notice, what
belonged to the work of a former colleague (card, face, filters, keys), and their name in what was logged of threads.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, cast, delete, func, select, update

from community.accounts.models import Person
from community.attachments import keeping as attachments
from community.attachments.models import Attachment
from community.core.events import Action, Event
from community.core.extensions import db, rows_changed

from ..keys.models import KeysOff
from ..models import AuditEntry
from ..notices.models import Notice
from ..owning.models import Claim, ContactCard, OffDuty, Presence
from ..saved_filters.models import SavedFilter

#: What names members of staff in its before and after.
NAMES_STAFF = (
    Action.THREAD_TAKEN_OVER,
    Action.THREAD_HANDED_OVER,
    Action.THREAD_GIVEN_UP,
    Action.CONTACT_CARD_CHANGED,
)


def forget_giver(person: Person) -> None:
    """Of notices that they gave, what they say stays; not who gave them."""
    if person.email_key:
        theirs = func.lower(Notice.email) == person.email_key
        rows_changed(update(Notice).where(theirs).values(name="", email=""))


def forget_colleague(person: Person) -> None:
    """What was theirs while they worked here. Of those who never did there is nothing."""
    card = db.session.get(ContactCard, person.id)
    photo = db.session.get(Attachment, card.photo_attachment_id) if card and card.photo_attachment_id else None
    rows_changed(update(ContactCard).where(ContactCard.stand_in_id == person.id).values(stand_in_id=None))
    for table in (ContactCard, OffDuty, Claim, Presence, SavedFilter, KeysOff):
        rows_changed(delete(table).where(table.person_id == person.id))
    if photo is not None:
        attachments.remove(photo)


def forget_name_in_log(person: Person) -> None:
    """A former colleague stands with their user name in the facts and in the log of what they were contact of."""
    role_changed = select(Event.id).where(Event.action == Action.PERSON_ROLE_CHANGED, Event.person_id == person.id)
    if db.session.scalar(role_changed.limit(1)) is None:
        return
    said, mark = f'"{person.name}"', f"former-{person.id}"
    logged = select(AuditEntry).where(AuditEntry.act.in_(NAMES_STAFF), cast(AuditEntry.change, String).contains(said))
    for entry in db.session.scalars(logged):
        entry.change = _without(entry.change, person.name, mark)
    facts = select(Event).where(Event.action.in_(NAMES_STAFF), cast(Event.payload, String).contains(said))
    for event in db.session.scalars(facts):
        event.payload = _without(event.payload, person.name, mark)


def _without(value: Any, name: str, mark: str) -> Any:
    """The same with the mark wherever the name alone stands."""
    if isinstance(value, dict):
        return {key: _without(each, name, mark) for key, each in value.items()}
    return mark if value == name else value
