"""The switch: keys are on until somebody says no. It concerns nobody else, so it is no act that the audit log tells."""

from __future__ import annotations

from sqlalchemy import delete, select

from community.accounts.models import Person
from community.core import clock
from community.core.extensions import db, insert

from .models import KeysOff


def are_on(person: Person) -> bool:
    """Do single keys act for this member of staff?"""
    return db.session.scalar(select(KeysOff.person_id).where(KeysOff.person_id == person.id)) is None


def switch_off(person: Person) -> None:
    """No single key does anything from now on. Saying it again changes nothing."""
    values = {"person_id": person.id, "since": clock.now()}
    db.session.execute(insert(KeysOff).values(**values).on_conflict_do_nothing())


def switch_on(person: Person) -> None:
    """Keys act again."""
    db.session.execute(delete(KeysOff).where(KeysOff.person_id == person.id))
