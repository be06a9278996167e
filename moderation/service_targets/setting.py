"""Admins say how soon customers are answered. Each change records what was before; the worker then works out clocks anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock, events
from community.core.errors import Conflict, Invalid
from community.core.events import Action
from community.core.extensions import db
from community.threads.models import Category

from .hours import after
from .keeping import recompute_later
from .models import Calendar, ServiceTarget
from .writing_hours import Week

NAME_MAX = 80


@dataclass(frozen=True)
class Opening:
    """What a calendar says."""

    name: str
    zone: str
    week: Week
    holidays: dict[str, str]


@dataclass(frozen=True)
class Promise:
    """What a target says: minutes, None where nothing is promised."""

    first: int | None = None
    next: int | None = None
    resolution: int | None = None

    @property
    def spans(self) -> tuple[int | None, int | None, int | None]:
        """In the order of the form."""
        return self.first, self.next, self.resolution


def calendars() -> list[Calendar]:
    """All, by name."""
    return list(db.session.scalars(select(Calendar).order_by(Calendar.name, Calendar.id)))


def put_calendar(opening: Opening, *, by: Person, row: Calendar | None = None) -> Calendar:
    """Store a new calendar, or other hours for one that is there. Raises Invalid if another one has the name."""
    known = db.session.scalar(select(Calendar).where(Calendar.name == opening.name))
    if known is not None and known is not row:
        raise Invalid(_("There is a calendar of this name already."), "name")
    before = _calendar(row) if row else None
    if row is None:
        row = Calendar()
        db.session.add(row)
    row.name, row.zone, row.week, row.holidays = opening.name, opening.zone, opening.week, opening.holidays
    db.session.flush()
    for category_id in _promised_by(row):
        recompute_later(category_id)
    if before != _calendar(row):
        events.record(Action.CALENDAR_CHANGED, actor_id=by.id, before=before, after=_calendar(row))
    return row


def remove_calendar(row: Calendar, *, by: Person) -> None:
    """Delete it. Raises Conflict while a target goes by it."""
    if _promised_by(row):
        raise Conflict(_("A service target goes by this calendar. Give it another one first."))
    before = _calendar(row)
    db.session.delete(row)
    events.record(Action.CALENDAR_CHANGED, actor_id=by.id, before=before, after=None)


def _promised_by(row: Calendar) -> list[int]:
    return list(db.session.scalars(select(ServiceTarget.category_id).where(ServiceTarget.calendar_id == row.id)))


def _calendar(row: Calendar) -> dict[str, Any]:
    return {"name": row.name, "zone": row.zone, "week": row.week, "holidays": row.holidays}


def put_target(category: Category, calendar: Calendar | None, promise: Promise, *, by: Person) -> None:
    """What is promised in a category from now on; without any time, nothing is. Raises Invalid for what is never due."""
    row = db.session.get(ServiceTarget, category.id)
    before = _target(row, category) if row else None
    if any(span is not None for span in promise.spans):
        row = _store(row, category, calendar, promise)
    elif row is not None:
        db.session.delete(row)
        row = None
    db.session.flush()
    after_ = _target(row, category) if row else None
    if before != after_:
        recompute_later(category.id)
        events.record(Action.TARGET_CHANGED, actor_id=by.id, before=before, after=after_)


def _store(row: ServiceTarget | None, category: Category, calendar: Calendar | None, promise: Promise) -> ServiceTarget:
    if calendar is None:
        raise Invalid(_("Choose the calendar by which the time is counted."), "calendar")
    longest = max(span for span in promise.spans if span is not None)
    if after(clock.now(), timedelta(minutes=longest), calendar.hours) is None:
        raise Invalid(_("With this calendar that would take more than five years. Choose less, or open more hours."))
    if row is None:
        row = ServiceTarget(category_id=category.id)
        db.session.add(row)
    row.calendar_id = calendar.id
    row.first_minutes, row.next_minutes, row.resolution_minutes = promise.spans
    return row


def _target(row: ServiceTarget, category: Category) -> dict[str, Any]:
    calendar = db.session.get_one(Calendar, row.calendar_id)
    spans = {"first": row.first_minutes, "next": row.next_minutes, "resolution": row.resolution_minutes}
    return {"category": category.slug, "calendar": calendar.name, **spans}
