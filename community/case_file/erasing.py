"""When a person is erased, their private details go for good, and who read them with them."""

from __future__ import annotations

from sqlalchemy import delete, select

from ..accounts.models import Person
from ..core.extensions import db
from .details import delete_silently
from .models import Detail, DetailRequest, Reading


def erase(person: Person) -> None:
    """Remove what this room keeps of the person. What they read as staff stays with those whose details they were."""
    for detail in db.session.scalars(select(Detail).where(Detail.person_id == person.id)).all():
        delete_silently(detail)
    db.session.execute(delete(Reading).where(Reading.person_id == person.id))
    db.session.execute(delete(DetailRequest).where(DetailRequest.person_id == person.id))
