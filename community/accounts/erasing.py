"""Erasing a person: what this site keeps of them goes; what they wrote in public stays, by a former customer.

Each room says what it keeps of a person and how that goes, once, in its wiring: `erases(function)`; and, for whoever is about to
decide, how much of it there is: `counts(label, function)`. Staff are not erased: first they are staff no more. It cannot be
undone, and nobody can have the user name afterwards, who could else be taken for them; of that only a hash stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from ..core import clock, events, idempotency, jobs, mailer, pages
from ..core.errors import Conflict
from ..core.events import Action, Event
from ..core.extensions import db
from . import address, mails, people, registration, resetting, sessions
from .models import Person, Registration, Token

Erase = Callable[[Person], None]
_erases: dict[Erase, None] = {}


@dataclass(frozen=True)
class Kept:
    """Something that is kept of persons. `label`: a lazy text; `stays`: also when the person is erased."""

    label: Any
    count: Callable[[Person], int]
    stays: bool = False


_kept: dict[str, Kept] = {}


def erases(function: Erase) -> None:
    """`function(person)` removes or blanks what a room keeps of the person, inside the transaction that erases them; it reads
    the name and address that the person still has then. Idempotent."""
    _erases[function] = None


def counts(key: str, label: Any, count: Callable[[Person], int], *, stays: bool = False) -> None:
    """Whoever is about to erase somebody is told how many of these there are, and whether they stay. Idempotent."""
    _kept[key] = Kept(label, count, stays)


def kept_of(person: Person) -> list[tuple[Any, int, bool]]:
    """What there is of the person: label, how many, whether it stays. What goes comes first."""
    found = [(kept.label, kept.count(person), kept.stays) for kept in _kept.values()]
    return sorted(found, key=lambda one: one[2])


def refuse(person: Person) -> Any:
    """Why this person cannot be erased, as a translated sentence; None if they can."""
    if person.erased_at is not None:
        return _("This account is erased already.")
    if person.is_staff:
        return _("Staff cannot be erased. Take the role away first.")
    return None


def erase(person: Person, *, by: Person | None = None, reason: str | None = None) -> None:
    """All that is kept of `person` goes, in one transaction; one last mail says so. `by` None: the operator.

    Raises Conflict for staff, and for whoever is erased already.
    """
    db.session.refresh(person, [column.key for column in Person.__table__.columns], with_for_update=True)
    if (why_not := refuse(person)) is not None:
        raise Conflict(why_not)
    farewell = mails.Farewell.to(person)
    for function in [*_erases, _forget_account]:
        function(person)
    _blank(person)
    pages.touch(pages.SITE)
    events.record(Action.PERSON_ERASED, actor_id=by.id if by else None, person_id=person.id, reason=reason)
    if farewell is not None:
        mails.erased(farewell)


def _forget_account(person: Person) -> None:
    """Where they are logged in, what was mailed to them or waits to be, what the facts say of their names."""
    sessions.end_sessions(person)
    db.session.execute(delete(Token).where(Token.person_id == person.id))
    if person.email_key:
        db.session.execute(delete(Registration).where(Registration.email_key == person.email_key))
        jobs.forget(person.email_key, address.JOB, registration.JOB, resetting.JOB)
    former_names = _names_in_facts(person)
    mailer.forget(person.id, person.email, [person.name, person.display_name, *former_names])
    idempotency.forget(f"/people/{person.name}")


def _names_in_facts(person: Person) -> list[str]:
    """Takes the names they once had out of the facts, and returns them."""
    renamed = select(Event).where(Event.action == Action.PERSON_RENAMED, Event.person_id == person.id)
    names: list[str] = []
    for event in db.session.scalars(renamed):
        names += [str(event.payload[key]) for key in ("before", "after") if key in event.payload]
        event.payload = {}
    return names


def _blank(person: Person) -> None:
    """The row stays: what they wrote refers to it."""
    people.reserve_name(person.name_key)
    person.name = person.name_key = person.display_name = _former_name(person)
    person.email = person.email_key = person.email_verified_at = person.password_hash = None
    person.erased_at = clock.now()
    person.disabled_at = person.disabled_at or person.erased_at
    db.session.flush()


def _former_name(person: Person) -> str:
    name, number = f"former-{person.id}", 1
    while people.is_name_taken(name):
        number += 1
        name = f"former-{person.id}-{number}"
    return name


def sweep() -> None:
    """Once a last mail has left, its address goes too. Called inside no transaction."""
    mailer.forget_delivered(mails.ERASED)
