"""Who decides about an appeal: staff who may do what was decided, and never those who decided it, nor who appeals."""

from __future__ import annotations

from community.accounts.models import Person
from community.accounts.permissions import may

from .models import Appeal
from .subjects import Matter


def can_see_at_desk(person: Person, matter: Matter) -> bool:
    """Staff who may do there what was decided."""
    return may(person, matter.subject.verb, matter.category_id)


def is_barred(person: Person, appeal: Appeal, matter: Matter) -> bool:
    """Is it their own decision, or their own appeal?"""
    return person.id in {*appeal.against, *matter.subject.deciders(matter.thing), appeal.appellant_id}


def can_decide(person: Person, appeal: Appeal, matter: Matter) -> bool:
    """A different moderator."""
    return can_see_at_desk(person, matter) and not is_barred(person, appeal, matter)


def can_read_own(person: Person, appeal: Appeal) -> bool:
    """Who made it."""
    return appeal.appellant_id is not None and appeal.appellant_id == person.id
