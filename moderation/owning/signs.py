"""Signs of who is on a thread, for rows, case and thread page alike: contact, claim, who writes, who looks.

One question for any number of threads, by their ids alone: the desk asks it every few seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, literal, select, union_all

from community.accounts.models import Person
from community.core import clock
from community.core.extensions import db

from .models import Claim, Contact, Presence
from .owners import is_staff
from .presence import counts_since


class Somebody(NamedTuple):
    """A member of staff, as far as a sign names them."""

    id: int
    name: str
    display_name: str


@dataclass
class Signs:
    """What can be said of one thread now."""

    contact: Somebody | None = None
    held_by: Somebody | None = None
    writing: list[Somebody] = field(default_factory=list)
    looking: list[Somebody] = field(default_factory=list)

    @property
    def others_writing(self) -> list[Somebody]:
        """Who writes without being on it, which is said already."""
        return [one for one in self.writing if one != self.held_by]

    @property
    def others_looking(self) -> list[Somebody]:
        """Who looks without being on it."""
        return [one for one in self.looking if one != self.held_by]


def signs_of(thread_ids: Iterable[int], viewer: Person) -> dict[int, Signs]:
    """The signs of each of these threads. Nobody is told that they look themselves."""
    found = {thread_id: Signs() for thread_id in thread_ids}
    for kind, thread_id, *who in _asked(list(found), viewer):
        signs, somebody = found[thread_id], Somebody(*who)
        if kind in ("contact", "held_by"):
            setattr(signs, kind, somebody)
        else:
            getattr(signs, kind).append(somebody)
    return found


def _asked(thread_ids: list[int], viewer: Person) -> list[Any]:
    if not thread_ids:
        return []
    moment = clock.now()
    present = case((Presence.is_writing, "writing"), else_="looking")
    rows = union_all(
        _named(literal("contact"), Contact).where(Contact.thread_id.in_(thread_ids), is_staff()),
        _named(literal("held_by"), Claim).where(Claim.thread_id.in_(thread_ids), Claim.until >= moment),
        _named(present, Presence).where(
            and_(Presence.thread_id.in_(thread_ids), Presence.seen_at >= counts_since(moment)),
            Presence.person_id != viewer.id,
        ),
    )
    return sorted(db.session.execute(rows).all(), key=lambda row: (row[1], row[4], row[2]))


def _named(kind: Any, table: Any) -> Select[Any]:
    return select(kind, table.thread_id, Person.id, Person.name, Person.display_name).join(
        Person, Person.id == table.person_id
    )
