"""Finding persons. Whoever was erased is not found by any name."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from ..core.extensions import db
from ..core.text.normalising import normalise_line
from .models import Person
from .people import address_key_of, key_of


def person_named(name: str) -> Person | None:
    """The person with this user name, in any case."""
    return db.session.scalar(
        select(Person).where(Person.name_key == key_of(normalise_line(name)), Person.erased_at.is_(None))
    )


def persons_named(names: Iterable[str]) -> dict[str, Person]:
    """Those of `names` (in any case) that are somebody's user name; one query."""
    keys = {name: key_of(normalise_line(name)) for name in names}
    found = {
        person.name_key: person
        for person in db.session.scalars(
            select(Person).where(Person.name_key.in_(keys.values()), Person.erased_at.is_(None))
        )
    }
    return {name: found[key] for name, key in keys.items() if key in found}


def person_at(address: str) -> Person | None:
    """The person with this mail address. Never let an answer depend on it."""
    return db.session.scalar(select(Person).where(Person.email_key == address_key_of(address)))


def person_known_as(name_or_address: str) -> Person | None:
    """By user name or mail address; a user name holds no @."""
    return person_at(name_or_address) if "@" in name_or_address else person_named(name_or_address)
