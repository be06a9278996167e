"""Contact cards as customers read them: on each open case the face, the name, the hours; who is away says until when and who
stands in. One question for any number of cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from community.accounts.models import STAFF_ROLES, Person
from community.accounts.policy import is_on_staff
from community.attachments.models import Attachment
from community.core.extensions import db
from community.core.i18n import language, today
from community.threads.models import Thread

from ..owning.duty import is_away
from ..owning.models import Contact, ContactCard, OffDuty
from ..owning.owners import is_staff
from . import days


@dataclass(frozen=True)
class Card:
    """What is shown of a contact. `stand_in`: who is here meanwhile, only while the contact is away."""

    person: Person
    hours_de: str
    hours_en: str
    is_away: bool
    back_on: date | None
    stand_in: Person | None
    #: Where their photo is served; nothing without one.
    photo: str | None = None

    @property
    def hours(self) -> str:
        """In the reader's language; in the other one if nothing else was written."""
        own, other = (self.hours_de, self.hours_en) if language() == "de" else (self.hours_en, self.hours_de)
        return own or other

    @property
    def back(self) -> str:
        """'back on Tuesday'; nothing if they said no day."""
        return days.back(self.back_on) if self.is_away and self.back_on else ""


def is_open(thread: Thread) -> bool:
    """Is there still something to be done here?"""
    return thread.solved_at is None and thread.closed_at is None and thread.duplicate_of_id is None


def contact_card(thread: Thread) -> Card | None:
    """The card of who answers for an open thread; None for others, and while nobody does."""
    return contact_cards([thread]).get(thread.id)


def contact_cards(threads: Sequence[Thread]) -> dict[int, Card]:
    """The same for many threads, by their ids."""
    return _read([thread.id for thread in threads if is_open(thread)])


def _read(thread_ids: Iterable[int]) -> dict[int, Card]:
    ids = list(thread_ids)
    return {row[0]: _card(*row[1:]) for row in db.session.execute(_rows(ids))} if ids else {}


def _rows(thread_ids: list[int]) -> Select[*tuple[Any, ...]]:
    other, other_off = aliased(Person), aliased(OffDuty)
    return (
        select(Contact.thread_id, Person, ContactCard, OffDuty, Attachment.secret, other, other_off)
        .join(Person, Person.id == Contact.person_id)
        .outerjoin(ContactCard, ContactCard.person_id == Person.id)
        .outerjoin(OffDuty, OffDuty.person_id == Person.id)
        .outerjoin(Attachment, Attachment.id == ContactCard.photo_attachment_id)
        .outerjoin(other, and_(other.id == ContactCard.stand_in_id, other.role.in_(sorted(STAFF_ROLES))))
        .outerjoin(other_off, other_off.person_id == other.id)
        .where(Contact.thread_id.in_(thread_ids), is_staff())
        .execution_options(populate_existing=True)
    )


def _card(
    person: Person,
    card: ContactCard | None,
    off: OffDuty | None,
    photo: str | None,
    other: Person | None,
    other_off: OffDuty | None,
) -> Card:
    day = today()
    stands_in = is_away(off, day) and is_on_staff(other) and not is_away(other_off, day)
    return Card(
        person=person,
        hours_de=card.hours_de if card else "",
        hours_en=card.hours_en if card else "",
        is_away=is_away(off, day),
        back_on=off.back_on if off else None,
        stand_in=other if stands_in else None,
        photo=photo,
    )
