"""What goes of somebody who is erased: what they follow and what they were told. What others were told of them stays."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from ..accounts.models import Person
from ..core.extensions import db, rows_changed
from .models import Follow, Notification


def forget_person(person: Person) -> None:
    """They follow nothing and were told nothing."""
    rows_changed(delete(Follow).where(Follow.person_id == person.id))
    rows_changed(delete(Notification).where(Notification.person_id == person.id))


def follows_of(person: Person) -> int:
    """How many threads they follow."""
    return db.session.scalar(select(func.count()).select_from(Follow).where(Follow.person_id == person.id)) or 0


def notifications_of(person: Person) -> int:
    """How many notifications they have."""
    rows = select(func.count()).select_from(Notification).where(Notification.person_id == person.id)
    return db.session.scalar(rows) or 0
