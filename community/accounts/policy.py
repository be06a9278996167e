"""May this person use their account, and what may they change of another's?"""

from __future__ import annotations

from .models import Person, Session


def can_log_in(person: Person) -> bool:
    """Somebody with a password who was not shut out. Imported authors have none."""
    return person.is_active and person.password_hash is not None


def can_reset_password(person: Person) -> bool:
    """Somebody with an address who was not shut out."""
    return person.is_active and person.email is not None


def can_end_session(person: Person, session: Session) -> bool:
    """One's own."""
    return session.person_id == person.id
