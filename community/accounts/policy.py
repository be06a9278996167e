"""May this person use their account, and what may they change of another's?"""

from __future__ import annotations

from ..core import clock
from .models import Person, Session


def is_suspended(person: Person) -> bool:
    """May they only read for now?"""
    return person.suspended_until is not None and person.suspended_until > clock.now()


def is_silenced(person: Person) -> bool:
    """May they write nothing for now?"""
    return person.silenced_until is not None and person.silenced_until > clock.now()


def is_free_to_act(person: Person) -> bool:
    """Do anything at all beside reading: signed in, with a confirmed address, neither suspended nor shut out."""
    return bool(person.is_authenticated and person.is_active and person.is_verified) and not is_suspended(person)


def is_on_staff(person: Person | None) -> bool:
    """Do they work here today? Staff who are suspended or shut out see and do what everybody does, or less."""
    return bool(person is not None and person.is_authenticated and person.is_staff and is_free_to_act(person))


def can_log_in(person: Person) -> bool:
    """Somebody with a password who was not shut out. Imported authors have none."""
    return person.is_active and person.password_hash is not None


def can_reset_password(person: Person) -> bool:
    """Somebody with an address who was not shut out."""
    return person.is_active and person.email is not None


def can_end_session(person: Person, session: Session) -> bool:
    """One's own."""
    return session.person_id == person.id
