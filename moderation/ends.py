"""The end of something, as staff type it: a day in the site's time zone, included. Never in the past, never without end."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _

from community.core import clock
from community.core.errors import Invalid

FURTHEST = timedelta(days=10 * 365)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")


def read_end(typed: str, field: str, when_too_far: Any) -> datetime | None:
    """The moment after the typed day; None if nothing was typed. Raises Invalid on `field` for nonsense and days gone by."""
    typed = typed.strip()
    if not typed:
        return None
    end = end_of(_day_in(typed, field), ZoneInfo(current_app.config["TIMEZONE"]))
    if end <= clock.now():
        raise Invalid(_("This day is over. Choose today or a later one."), field)
    if end - clock.now() > FURTHEST:
        raise Invalid(when_too_far, field)
    return end


def _day_in(typed: str, field: str) -> date:
    iso, german = _ISO.fullmatch(typed), _GERMAN.fullmatch(typed)
    parts = iso.groups() if iso else german.groups()[::-1] if german else None
    try:
        year, month, day = map(int, parts or ())
        return date(year, month, day)
    except ValueError as error:
        raise Invalid(_("This is no date. Write it like 2026-12-24."), field) from error


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after this day there. Pure."""
    if day == date.max:
        day -= timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), zone)
