"""Who may sanction whom? Nobody themselves, only admins an admin, and only admins suspend one of the staff."""

from __future__ import annotations

from community.accounts.models import Person
from community.accounts.permissions import Verb, may

from .models import Kind

_VERBS = {Kind.WARN: Verb.WARN, Kind.SILENCE: Verb.SANCTION, Kind.SUSPEND: Verb.SANCTION}


def can_impose(by: Person, person: Person, kind: str) -> bool:
    """Warn, silence or suspend this person."""
    if not may(by, _VERBS[Kind(kind)]) or by.id == person.id:
        return False
    if person.role == "admin" or (person.is_staff and kind == Kind.SUSPEND):
        return by.role == "admin"
    return True


def can_lift(by: Person, person: Person, kind: str) -> bool:
    """Take a sanction of this kind back: whoever may impose it."""
    return can_impose(by, person, kind)
