"""What admins type: opening hours in lines, time in hours and minutes. What is wrong is said at its field."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from community.core.errors import Invalid
from community.core.text import is_blank, normalise_line

from . import writing_hours
from .setting import NAME_MAX, Opening, Promise

SPANS = ("first", "next", "resolution")
HOURS_MAX = 9_999
TEXT_MAX = 20_000


def opening() -> Opening:
    """A calendar as it was sent. Raises Invalid that names the field."""
    name = normalise_line(request.form.get("name", ""))
    if is_blank(name):
        raise Invalid(_("Give the calendar a name."), "name")
    if len(name) > NAME_MAX:
        raise Invalid(_("Use at most %(count)d characters.", count=NAME_MAX), "name")
    return Opening(
        name=name,
        zone=writing_hours.read_zone(request.form.get("zone", "")),
        week=writing_hours.read_week(_text("hours")),
        holidays=writing_hours.read_holidays(_text("holidays")),
    )


def _text(field: str) -> str:
    text = request.form.get(field, "")
    if len(text) > TEXT_MAX:
        raise Invalid(_("Use at most %(count)d characters.", count=TEXT_MAX), field)
    return text


def promise() -> Promise:
    """A target as it was sent; times that are left empty are not promised. Raises Invalid that names the field."""
    first, following, resolution = (_span(name) for name in SPANS)
    return Promise(first, following, resolution)


def _span(name: str) -> int | None:
    hours, minutes = (normalise_line(request.form.get(f"{name}_{part}", "")) for part in ("hours", "minutes"))
    if not hours and not minutes:
        return None
    for typed in (hours, minutes):
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) <= 7):
            raise Invalid(_("Use whole numbers of hours and minutes, without a sign."), name)
    span = int(hours or 0) * 60 + int(minutes or 0)
    if not 1 <= span <= HOURS_MAX * 60:
        raise Invalid(
            _("Use at least one minute and at most %(hours)d hours; leave both empty for no target.", hours=HOURS_MAX),
            name,
        )
    return span
