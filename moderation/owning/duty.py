"""On duty: everyone of the staff is, until they say no. Who is off duty gets no new threads of customers they know.

Everyone switches only themselves, for breaks and holidays; the row says since when, and until which day, if they know. On that
day they are on duty again by themselves. Meanwhile somebody may stand in for them: one step, a stand-in of a stand-in is not
asked. So it is no act that the audit log tells.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, case, delete, literal, or_, select

from community.accounts.models import Person
from community.accounts.policy import is_on_staff
from community.core import clock
from community.core.columns import UTCDateTime
from community.core.extensions import db, insert
from community.core.i18n import today

from .models import ContactCard, OffDuty


def is_away(row: OffDuty | None, day: date) -> bool:
    """Does this row say that somebody is off duty on that day?"""
    return row is not None and (row.back_on is None or day < row.back_on)


def away() -> ColumnElement[bool]:
    """The same as a condition on OffDuty, for today."""
    return or_(OffDuty.back_on.is_(None), OffDuty.back_on > today())


def is_on_duty(person: Person) -> bool:
    """Does this member of staff take new threads?"""
    return not is_away(row_of(person), today())


def row_of(person: Person) -> OffDuty | None:
    """What was said last, which may have run out."""
    return db.session.scalar(
        select(OffDuty).where(OffDuty.person_id == person.id).execution_options(populate_existing=True)
    )


def off_duty() -> set[int]:
    """The ids of all who are not on duty."""
    return set(db.session.scalars(select(OffDuty.person_id).where(away())))


def stand_in_for(person: Person) -> Person | None:
    """Who stands in for them, if that one works here and is on duty."""
    card = select(ContactCard.stand_in_id).where(ContactCard.person_id == person.id)
    found = db.session.scalar(select(Person).where(Person.id == card.scalar_subquery()))
    return found if found is not None and is_on_staff(found) and is_on_duty(found) else None


def go_off_duty(person: Person, back_on: date | None = None) -> None:
    """Take no new threads, until that day if it is known. Said again, only the day changes."""
    moment = clock.now()
    since = case((away(), OffDuty.since), else_=literal(moment, UTCDateTime()))
    db.session.execute(
        insert(OffDuty)
        .values(person_id=person.id, since=moment, back_on=back_on)
        .on_conflict_do_update(index_elements=[OffDuty.person_id], set_={"since": since, "back_on": back_on})
    )


def come_on_duty(person: Person) -> None:
    """Take new threads again."""
    db.session.execute(delete(OffDuty).where(OffDuty.person_id == person.id))
