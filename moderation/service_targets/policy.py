"""Who may say how soon customers are answered?"""

from __future__ import annotations

from community.accounts.models import Person


def can_set(person: Person) -> bool:
    """Admins: calendars and targets. Agents and moderators work by them."""
    return bool(person.is_authenticated and person.is_active and person.is_verified and person.role == "admin")
