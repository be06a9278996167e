"""Private details go along when all posts of their thread become part of another one, and back if that is undone. When somebody
takes a caller's place, who read the caller's details, and what was asked, is theirs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import select, update

from ..accounts.models import Person
from ..core import sealing
from ..core.extensions import db, rows_changed
from ..threads.models import Thread
from . import asking, details
from .models import Detail, DetailRequest, Reading

_TABLES: tuple[type[Detail] | type[Reading] | type[DetailRequest], ...] = (Detail, Reading, DetailRequest)


def carry(source: Thread, to: Thread) -> dict[str, list[int]]:
    """What is private of `source`, who read it and what was asked for stand on `to` from now on, each of its own person.
    Returns the ids, for `give_back`."""
    carried = {}
    for table in _TABLES:
        carried[table.__tablename__] = list(db.session.scalars(select(table.id).where(table.thread_id == source.id)))
        rows_changed(update(table).where(table.thread_id == source.id).values(thread_id=to.id))
    return carried


def give_back(source: Thread, to: Thread, carried: dict[str, Any]) -> None:
    """All of that stands on `source` again; what was told on `to` since stays there."""
    for table in _TABLES:
        ours = table.id.in_(carried.get(table.__tablename__, [])) & (table.thread_id == to.id)
        rows_changed(update(table).where(ours).values(thread_id=source.id))


def hand_over(caller_id: int, person: Person) -> None:
    """Who read the caller's details, and what staff asked the caller for, is this person's: sealed for them from now on."""
    for reading in db.session.scalars(select(Reading).where(Reading.person_id == caller_id)):
        reading.sealed_purpose = _anew(reading.sealed_purpose, details.about(caller_id), details.about(person.id))
        reading.person_id = person.id
    for request in db.session.scalars(select(DetailRequest).where(DetailRequest.person_id == caller_id)):
        request.sealed_question = _anew(request.sealed_question, asking.about(caller_id), asking.about(person.id))
        request.person_id = person.id
    db.session.flush()


def _anew(sealed: str, before: str, about: str) -> str:
    with suppress(sealing.Unreadable):
        return sealing.seal(sealing.unseal(sealed, before), about) if sealed else ""
    return sealed
