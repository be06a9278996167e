"""On duty: everyone of the staff is, until they say no. Who is off duty gets no new threads of customers they know.

Everyone switches only themselves, for breaks and holidays; the row says since when. So it is no act that the audit log tells.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from community.accounts.models import Person
from community.core import clock
from community.core.extensions import db, insert

from .models import OffDuty


def is_on_duty(person: Person) -> bool:
    """Does this member of staff take new threads?"""
    return db.session.scalar(select(OffDuty.person_id).where(OffDuty.person_id == person.id)) is None


def off_duty() -> set[int]:
    """The ids of all who are not on duty."""
    return set(db.session.scalars(select(OffDuty.person_id)))


def go_off_duty(person: Person) -> None:
    """Take no new threads. Saying it again changes nothing."""
    values = {"person_id": person.id, "since": clock.now()}
    db.session.execute(insert(OffDuty).values(**values).on_conflict_do_nothing())


def come_on_duty(person: Person) -> None:
    """Take new threads again."""
    db.session.execute(delete(OffDuty).where(OffDuty.person_id == person.id))
