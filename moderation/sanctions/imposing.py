"""Warning, silencing, suspending, and taking it back. One fact each; what pages ask of a person is kept beside them.

`Person.silenced_until` and `suspended_until` are the latest ends of the rows that were not lifted: a row whose end has come
needs no sweeping.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from community.accounts.models import Person
from community.core import clock, events
from community.core.columns import UTCDateTime
from community.core.errors import Conflict, Invalid
from community.core.events import Action
from community.core.extensions import db

from .models import FOR_GOOD, Kind, Sanction, end_or_for_good

_ACTIONS = {
    Kind.WARN: Action.PERSON_WARNED,
    Kind.SILENCE: Action.PERSON_SILENCED,
    Kind.SUSPEND: Action.PERSON_SUSPENDED,
}
_COLUMNS = {Kind.SILENCE: "silenced_until", Kind.SUSPEND: "suspended_until"}


def warn(person: Person, *, by: Person, reason: str) -> Sanction:
    """Tell somebody that they broke a rule."""
    return _impose(Kind.WARN, person, None, by, reason)


def silence(person: Person, *, by: Person, reason: str, ends_at: datetime | None) -> Sanction:
    """They write nothing until then (None: for good). Raises Conflict if they do so for as long, Invalid for a past end."""
    return _impose(Kind.SILENCE, person, ends_at, by, reason)


def suspend(person: Person, *, by: Person, reason: str, ends_at: datetime | None) -> Sanction:
    """They only read until then (None: for good). Raises Conflict if they do so for as long, Invalid for a past end."""
    return _impose(Kind.SUSPEND, person, ends_at, by, reason)


def lift(sanction: Sanction, *, by: Person, reason: str) -> None:
    """Take it back, also if its end has come: it no longer stands against the person. Raises Conflict if it is lifted."""
    person = _hold(sanction.person_id)
    db.session.refresh(sanction, ["lifted_at"])
    if sanction.lifted_at is not None:
        raise Conflict
    before = _written(sanction)
    sanction.lifted_at, sanction.lifted_by_id, sanction.lift_reason = clock.now(), by.id, reason
    db.session.flush()
    _keep(person, Kind(sanction.kind))
    events.record(
        Action.PERSON_SANCTION_LIFTED,
        actor_id=by.id,
        person_id=person.id,
        reason=reason,
        sanction=sanction.id,
        before=before,
        after=None,
    )


def _impose(kind: Kind, person: Person, ends_at: datetime | None, by: Person, reason: str) -> Sanction:
    person = _hold(person.id)
    if ends_at is not None and ends_at <= clock.now():
        raise Invalid(_("This day is over. Choose today or a later one."), "until")
    before = until_of(person.id, kind) if kind in _COLUMNS else None
    if before is not None and before > clock.now() and (ends_at or FOR_GOOD) <= before:
        raise Conflict
    sanction = Sanction(
        person_id=person.id, kind=kind.value, reason=reason, at=clock.now(), by_id=by.id, ends_at=ends_at
    )
    db.session.add(sanction)
    db.session.flush()
    _keep(person, kind)
    events.record(
        _ACTIONS[kind],
        actor_id=by.id,
        person_id=person.id,
        reason=reason,
        sanction=sanction.id,
        before=before.isoformat() if before else None,
        after=_written(sanction),
    )
    return sanction


def _hold(person_id: int) -> Person:
    """The person, held: two who act at the same moment act one after the other."""
    return db.session.scalars(
        select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def until_of(person_id: int, kind: Kind) -> datetime | None:
    """The latest end of the sanctions of this kind that were not lifted; FOR_GOOD if one has none."""
    return db.session.scalar(
        select(func.max(end_or_for_good(), type_=UTCDateTime())).where(
            Sanction.person_id == person_id, Sanction.kind == kind.value, Sanction.lifted_at.is_(None)
        )
    )


def _keep(person: Person, kind: Kind) -> None:
    if kind in _COLUMNS:
        setattr(person, _COLUMNS[kind], until_of(person.id, kind))
        db.session.flush()


def _written(sanction: Sanction) -> dict[str, str | None]:
    return {"kind": sanction.kind, "ends_at": sanction.ends_at.isoformat() if sanction.ends_at else None}
