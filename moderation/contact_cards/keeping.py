"""A contact card is written by the person themselves, or for them by whoever may set staff: that one is an act and is logged.

Kept pages show cards, so all of them are made anew when one changes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from community.accounts.models import Person
from community.accounts.policy import is_on_staff
from community.attachments import keeping as attachments
from community.attachments.inspection import Inspected
from community.attachments.models import Attachment
from community.core import events, pages
from community.core.errors import Conflict, Invalid
from community.core.events import Action
from community.core.extensions import db, insert, rows_changed

from ..owning.models import Contact, ContactCard


@dataclass(frozen=True)
class Written:
    """A card, as its form says it. `stand_in_id`: who is here while they are away, or nobody."""

    hours_de: str = ""
    hours_en: str = ""
    stand_in_id: int | None = None


def card_of(person: Person) -> ContactCard | None:
    """What is stored, as it stands now."""
    rows = select(ContactCard).where(ContactCard.person_id == person.id)
    return db.session.scalar(rows.execution_options(populate_existing=True))


def written_on(card: ContactCard | None) -> Written:
    """What somebody would have written to get this card."""
    return Written(card.hours_de, card.hours_en, card.stand_in_id) if card else Written()


class Face(Enum):
    """What becomes of the photo, if no new one was sent."""

    KEEP = "keep"
    REMOVE = "remove"


def put(
    person: Person, written: Written, *, by: Person, started_from: int, photo: Inspected | Face = Face.KEEP
) -> None:
    """This is on the card from now on. `started_from` is the version that the writer had before them, 0 for none.

    Raises Conflict if the card changed since, Invalid if nobody can stand in as it says.
    """
    before = card_of(person)
    check_stand_in(written.stand_in_id, person)
    if (before.version if before else 0) != started_from:
        raise _changed_meanwhile()
    was = written_on(before)
    if was == written and photo is Face.KEEP:
        return
    _store(person, asdict(written), started_from)
    if photo is not Face.KEEP:
        _show(person, photo, by)
    pages.touch(pages.SITE)
    if by.id != person.id:
        facts: dict[str, Any] = {
            "before": _as_fact(was),
            "after": _as_fact(written),
            "is_photo_changed": photo is not Face.KEEP,
        }
        events.record(Action.CONTACT_CARD_CHANGED, actor_id=by.id, person_id=person.id, **facts)


def _show(person: Person, photo: Inspected | Face, by: Person) -> None:
    """Another face, or none: the one before is nobody's any more."""
    card = card_of(person)
    assert card is not None
    before = db.session.get(Attachment, card.photo_attachment_id) if card.photo_attachment_id else None
    card.photo_attachment_id = None
    if isinstance(photo, Inspected):
        kept = attachments.keep(photo, by_id=by.id, is_private=False)
        attachments.bind(kept)
        card.photo_attachment_id = kept.id
    db.session.flush()
    if before is not None:
        attachments.remove(before)


def is_a_face(attachment: Attachment, _viewer: Person | None) -> bool:
    """Photos of cards are served to everyone who has their address."""
    held = select(ContactCard.person_id).where(ContactCard.photo_attachment_id == attachment.id)
    return db.session.scalar(held.limit(1)) is not None


def photo_of(card: ContactCard | None) -> Attachment | None:
    """The photo on it."""
    return db.session.get(Attachment, card.photo_attachment_id) if card and card.photo_attachment_id else None


def name_stand_in(person: Person, stand_in_id: int | None) -> None:
    """Whoever goes off duty says who stands in. Raises Invalid if they cannot, Conflict if the card changes just now."""
    card = card_of(person)
    written = written_on(card)
    wanted = Written(written.hours_de, written.hours_en, stand_in_id)
    put(person, wanted, by=person, started_from=card.version if card else 0)


def check_stand_in(stand_in_id: int | None, person: Person) -> None:
    """Raises Invalid unless it is nobody, or a colleague who works here."""
    if stand_in_id is None:
        return
    if stand_in_id == person.id:
        raise Invalid(_("Nobody stands in for themselves. Choose a colleague, or nobody."), "stand_in")
    if not is_on_staff(db.session.get(Person, stand_in_id)):
        raise Invalid(_("Only staff can stand in. Choose a colleague, or nobody."), "stand_in")


def show_anew(person: Person) -> None:
    """They went off duty or came back: if customers read it somewhere, pages are made anew."""
    is_named = select(Contact.thread_id).where(Contact.person_id == person.id).exists()
    stands_in = select(ContactCard.person_id).where(ContactCard.stand_in_id == person.id).exists()
    if db.session.scalar(select(Person.id).where(Person.id == person.id, or_(is_named, stands_in))) is not None:
        pages.touch(pages.SITE)


def _store(person: Person, values: dict[str, Any], started_from: int) -> None:
    if started_from == 0:
        new = insert(ContactCard).values(person_id=person.id, version=1, **values)
        done = rows_changed(new.on_conflict_do_nothing())
    else:
        same = ContactCard.version == started_from
        row = update(ContactCard).where(ContactCard.person_id == person.id, same)
        done = rows_changed(row.values(version=started_from + 1, **values))
    if not done:
        raise _changed_meanwhile()


def _changed_meanwhile() -> Conflict:
    return Conflict(
        _("This card was changed while you wrote. Your text is still here: look it over and save it once more.")
    )


def _as_fact(written: Written) -> dict[str, Any]:
    other = db.session.get(Person, written.stand_in_id) if written.stand_in_id else None
    return {"hours_de": written.hours_de, "hours_en": written.hours_en, "stand_in": other.name if other else None}
