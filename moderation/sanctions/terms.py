"""For how long: one of the usual terms, for good, or to the end of a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _

from community.core.errors import Invalid

from ..ends import read_end

USUAL_DAYS = (1, 3, 7, 30, 90)
GOOD = "good"
CHOICES = (*(str(days) for days in USUAL_DAYS), GOOD)


def end_after(term: str, now: datetime) -> datetime | None:
    """When a term that begins now is over; None: never. Raises Invalid on `term` for what is none. Pure."""
    if term == GOOD:
        return None
    if term not in CHOICES:
        raise Invalid(_("Choose for how long."), "term")
    return now + timedelta(days=int(term))


def read_term(term: str, until: str, now: datetime) -> datetime | None:
    """The end that was chosen; a day that was typed counts before the term. Raises Invalid on `until` or `term`."""
    day = read_end(until, "until", _("This is more than ten years away. Choose “for good” instead."))
    return day if day is not None else end_after(term, now)
