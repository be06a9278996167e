"""Appeals as lists: those that wait, oldest first; one's own; how many there were in a year."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.permissions import may_somewhere
from community.core.extensions import db
from community.core.limits import LIST_ROWS

from .models import Appeal
from .subjects import Matter, subjects

COUNTED_UP_TO = 100
_LOOKED_THROUGH = 50


def _waiting_for(person: Person) -> Select[Appeal]:
    """Open ones of the kinds that this member of staff decides about somewhere."""
    kinds = [subject.kind for subject in subjects() if may_somewhere(person, subject.verb)]
    return select(Appeal).where(Appeal.decided_at.is_(None), Appeal.kind.in_(kinds)).order_by(Appeal.id)


def open_appeals(person: Person, after_id: int | None = None, most: int = LIST_ROWS) -> list[Appeal]:
    """Oldest first, from behind an appeal's id on, with who made them."""
    rows = _waiting_for(person)
    if after_id is not None:
        rows = rows.where(Appeal.id > after_id)
    return list(db.session.scalars(rows.limit(most).options(joinedload(Appeal.appellant))))


def open_count(person: Person) -> int:
    """How many wait, counted up to a hundred."""
    first = _waiting_for(person).with_only_columns(Appeal.id).order_by(None).limit(COUNTED_UP_TO).subquery()
    return db.session.scalar(select(func.count()).select_from(first)) or 0


def next_for(person: Person) -> Appeal | None:
    """The oldest one that is not about their own decision."""
    waiting = db.session.scalars(_waiting_for(person).limit(_LOOKED_THROUGH))
    return next((one for one in waiting if person.id not in {*one.against, one.appellant_id}), None)


def appeal(appeal_id: int) -> Appeal | None:
    """One of them, with who made it and who decided."""
    return db.session.scalar(
        select(Appeal)
        .where(Appeal.id == appeal_id)
        .options(joinedload(Appeal.appellant), joinedload(Appeal.decided_by))
    )


def made_before(matter: Matter, by: Person | None) -> Appeal | None:
    """The appeal against this decision that this person (None: whoever holds the receipt) has made."""
    return db.session.scalar(
        select(Appeal).where(Appeal.heard_key == matter.heard_key(by)).options(joinedload(Appeal.decided_by))
    )


def outcomes_in(year: int) -> dict[str, int]:
    """How many appeals of a year were granted, denied, or are open ('open')."""
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    rows = (
        select(func.coalesce(Appeal.outcome, "open"), func.count())
        .where(and_(Appeal.made_at >= begin, Appeal.made_at < end))
        .group_by(func.coalesce(Appeal.outcome, "open"))
    )
    return {"granted": 0, "denied": 0, "open": 0} | dict(db.session.execute(rows).all())
