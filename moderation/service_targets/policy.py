"""Who may say how soon customers are answered?"""

from __future__ import annotations

from community.accounts.models import Person
from community.accounts.permissions import Verb, may


def can_set(person: Person) -> bool:
    """Usually admins alone: calendars and targets. Agents and moderators work by them."""
    return may(person, Verb.TARGETS)
