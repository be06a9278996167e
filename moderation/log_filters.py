"""What of the public log to show: by act, by who did it, by days, by the category of the thread.

Only what everybody may know narrows it: an act counts for a category while its thread is public, so that nobody learns where
a hidden thread stood.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import request
from flask_babel import gettext as _
from flask_babel import to_utc
from sqlalchemy import Select, select

from community.accounts.models import Person
from community.core.errors import Invalid
from community.threads.models import Category, Thread
from community.threads.visibility import thread_is_visible_to

from . import audit
from .models import AuditEntry

#: The log is walked by number, and days are found by moment: so many rows may stand the other way round.
SLACK = 1_000
#: What can be asked for: everything that is public.
ACTS = tuple(action.value for action in (*audit.ON_THREADS, *audit.ON_TWO_THREADS, *audit.ON_POSTS))


@dataclass(frozen=True)
class LogFilter:
    """As it was asked for. Empty fields do not filter; `by` is a name, the days are written 2026-11-22."""

    act: str = ""
    by: str = ""
    category: str = ""
    since: str = ""
    until: str = ""

    def as_query(self, **changes: object) -> dict[str, object]:
        """As query parameters, without what is empty."""
        return {name: value for name, value in (vars(self) | changes).items() if value}


def asked() -> LogFilter:
    """What the address asks for."""
    arguments = request.args
    return LogFilter(
        act=arguments.get("act", "")[:40],
        by=arguments.get("by", "")[:60],
        category=arguments.get("category", "")[:60],
        since=arguments.get("since", "").strip()[:20],
        until=arguments.get("until", "").strip()[:20],
    )


def narrowed(rows: Select[AuditEntry], chosen: LogFilter) -> Select[AuditEntry]:
    """The rows that it leaves. Raises Invalid for a day that is none."""
    if chosen.act:
        rows = rows.where(AuditEntry.act == chosen.act)
    if chosen.by:
        rows = rows.where(AuditEntry.actor_id == select(Person.id).where(Person.name == chosen.by).scalar_subquery())
    if chosen.category:
        place = select(Category.id).where(Category.slug == chosen.category).scalar_subquery()
        public = select(Thread.id).where(
            Thread.id == AuditEntry.thread_id, Thread.category_id == place, thread_is_visible_to(None)
        )
        rows = rows.where(public.exists())
    if chosen.since:
        rows = _since(rows, _begins(chosen.since, "since"))
    if chosen.until:
        rows = _until(rows, _begins(chosen.until, "until", timedelta(days=1)))
    return rows


def _since(rows: Select[AuditEntry], moment: datetime) -> Select[AuditEntry]:
    first = select(AuditEntry.id).where(AuditEntry.at >= moment).order_by(AuditEntry.at).limit(1).scalar_subquery()
    return rows.where(AuditEntry.at >= moment, AuditEntry.id >= first - SLACK)


def _until(rows: Select[AuditEntry], moment: datetime) -> Select[AuditEntry]:
    last = select(AuditEntry.id).where(AuditEntry.at < moment).order_by(AuditEntry.at.desc()).limit(1).scalar_subquery()
    return rows.where(AuditEntry.at < moment, AuditEntry.id <= last + SLACK)


def _begins(day: str, field: str, later: timedelta = timedelta()) -> datetime:
    """When the day (or the one after it) begins where the reader is."""
    try:
        begins = datetime.combine(date.fromisoformat(day) + later, time())
    except (ValueError, OverflowError):
        begins = None
    if begins is None or not 1990 < begins.year < 2200:
        raise Invalid(_("Write the day like 2026-11-22."), field)
    moment: datetime = to_utc(begins)
    return moment.replace(tzinfo=UTC)
