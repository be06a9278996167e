"""How this room says when something was saved, in the reader's language and the site's time zone."""

from __future__ import annotations

from datetime import datetime

from flask_babel import format_date, format_datetime, to_user_timezone
from flask_babel import gettext as _

from ..core import clock
from ..core.i18n import clock_time


def saved_line(moment: datetime) -> str:
    """'saved 14:03'; with the date if it was not today."""
    is_today = to_user_timezone(moment).date() == to_user_timezone(clock.now()).date()
    return str(_("saved %(time)s", time=clock_time(moment) if is_today else format_datetime(moment, "short")))


def day_of(moment: datetime) -> str:
    """'3 October 2026'."""
    return str(format_date(to_user_timezone(moment), "long"))
