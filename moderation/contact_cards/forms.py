"""What is typed on a contact card, and by whoever goes off duty."""

from __future__ import annotations

from datetime import date, timedelta

from flask import request
from flask_babel import gettext as _

from community.attachments.inspection import Inspected, inspect, was_sent
from community.attachments.models import PHOTO
from community.core.errors import Invalid
from community.core.i18n import today
from community.core.incoming import asked_id
from community.core.text import normalise_line

from .keeping import Face, Written

HOURS_MAX = 80
#: Nobody is away for longer than one can foresee.
AWAY_MAX = timedelta(days=366)


def written() -> Written:
    """The card as it was sent. Raises Invalid that names the field."""
    return Written(_hours("hours_de"), _hours("hours_en"), asked_id("stand_in"))


def started_from() -> int:
    """The version that the writer had before them; 0 for none."""
    return asked_id("version") or 0


def _hours(field: str) -> str:
    text = normalise_line(request.form.get(field, ""))
    if len(text) > HOURS_MAX:
        raise Invalid(_("Use at most %(count)d characters.", count=HOURS_MAX), field)
    return text


def photo(by_id: int) -> Inspected | Face:
    """The photo that was sent, drawn anew; else whether the one before goes. Outside any transaction. Raises Invalid."""
    upload = request.files.get("photo")
    if upload is None or not was_sent(upload):
        return Face.REMOVE if "remove_photo" in request.form else Face.KEEP
    try:
        return inspect(upload, PHOTO, who=by_id)
    except Invalid as error:
        raise Invalid(error.message, "photo") from error


def back_on() -> date | None:
    """The day on which they are back; None if none was said. Raises Invalid."""
    typed = normalise_line(request.form.get("back_on", ""))
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise Invalid(_("Write the day as year-month-day, such as 2026-12-03."), "back_on") from error
    if not today() < day <= today() + AWAY_MAX:
        raise Invalid(_("Choose a day after today, within a year."), "back_on")
    return day
