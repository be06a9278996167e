"""`promise`: a calendar and a target, set as admins set them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from community.accounts.models import Person
from community.core.extensions import db, writing
from community.threads.models import Category, Thread
from moderation.service_targets import setting, writing_hours
from moderation.service_targets.models import Calendar, ThreadClock
from moderation.service_targets.setting import Opening, Promise
from tests.working import work

#: Open in UTC from Monday to Friday; the clock of the tests stops on a Monday at 9:00.
OFFICE = "Mon-Fri 8:00-12:00, 13:00-17:00"


def calendar(by: Person, hours: str = OFFICE, name: str = "Office", **more: Any) -> Calendar:
    """A calendar of this name, made or changed."""
    row = db.session.scalar(select(Calendar).where(Calendar.name == name))
    opening = Opening(
        name,
        more.get("zone", "UTC"),
        writing_hours.read_week(hours),
        writing_hours.read_holidays(more.get("holidays", "")),
    )
    with writing():
        return setting.put_calendar(opening, by=by, row=row)


def promise(
    by: Person,
    category: Category,
    first: int | None = None,
    following: int | None = None,
    resolution: int | None = None,
) -> None:
    """Minutes of the office's hours; the worker does what follows."""
    row = db.session.scalar(select(Calendar).where(Calendar.name == "Office")) or calendar(by)
    with writing():
        setting.put_target(category, row, Promise(first, following, resolution), by=by)
    work()
    db.session.expire_all()


def clock_of(thread: Thread) -> ThreadClock | None:
    """The thread's row, as stored now."""
    db.session.rollback()
    return db.session.get(ThreadClock, thread.id)
