"""Is what pages ask of a person what the sanctions say? `flask doctor` asks, and puts it right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from community.accounts.models import Person
from community.core.columns import UTCDateTime
from community.core.extensions import db, writing

from .models import Kind, Sanction, end_or_for_good


def _said() -> Select[Any]:
    """Each person who has, or should have, an end: with both ends as the rows say."""
    ends = (
        select(
            Sanction.person_id,
            *(
                func.max(case((Sanction.kind == kind.value, end_or_for_good())), type_=UTCDateTime()).label(kind.value)
                for kind in (Kind.SILENCE, Kind.SUSPEND)
            ),
        )
        .where(Sanction.lifted_at.is_(None))
        .group_by(Sanction.person_id)
        .subquery()
    )
    return (
        select(Person, ends.c.silence, ends.c.suspend)
        .outerjoin(ends, ends.c.person_id == Person.id)
        .where(
            Person.silenced_until.is_distinct_from(ends.c.silence)
            | Person.suspended_until.is_distinct_from(ends.c.suspend)
        )
        .order_by(Person.id)
    )


def _wrong() -> list[tuple[Person, datetime | None, datetime | None]]:
    return [(person, silenced, suspended) for person, silenced, suspended in db.session.execute(_said())]


def drift() -> Iterator[str]:
    """A sentence for each person."""
    for person, _silenced, _suspended in _wrong():
        yield f"{person.name} is silenced or suspended otherwise than the sanctions say"


def mend() -> int:
    """Put them right; returns how many persons."""
    with writing():
        wrong = _wrong()
        for person, silenced, suspended in wrong:
            person.silenced_until, person.suspended_until = silenced, suspended
    return len(wrong)
