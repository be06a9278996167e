"""A day said as people say it: tomorrow, a weekday within a week, else the date."""

from __future__ import annotations

from datetime import date, timedelta

from babel.dates import format_date
from flask_babel import gettext as _

from community.core.i18n import language, today


def day_in_words(day: date, now: date, spoken: str) -> str:
    """'Tuesday' for the six days after `now`; from then on the weekday would be the wrong one: '3 December 2026'."""
    if timedelta(0) < day - now < timedelta(days=7):
        return format_date(day, "EEEE", locale=spoken)
    return format_date(day, "long" if spoken == "de" else "d MMMM y", locale=spoken)


def back(day: date) -> str:
    """'back on Tuesday', in the language of what is being written."""
    if day - today() == timedelta(days=1):
        return str(_("back tomorrow"))
    return str(_("back on %(day)s", day=day_in_words(day, today(), language())))
