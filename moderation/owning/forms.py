"""What staff type and choose when they hand a thread over."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from community.accounts.models import Person
from community.core.errors import Invalid
from community.core.extensions import db
from community.core.incoming import asked_id
from community.core.limits import TEXT_MAX
from community.core.text import normalise_line


def colleague() -> Person:
    """Who was chosen to be the contact. Raises Invalid if nobody was."""
    chosen = asked_id("to")
    found = db.session.get(Person, chosen) if chosen else None
    if found is None:
        raise Invalid(_("Choose who answers for this thread from now on."), "to")
    return found


def note() -> str:
    """What the next contact should know; may be empty. Raises Invalid if it is too long."""
    text = normalise_line(request.form.get("note", ""))
    if len(text) > TEXT_MAX:
        raise Invalid(_("Use at most %(count)d characters for the note.", count=TEXT_MAX), "note")
    return text


def thread_ids(most: int) -> list[int]:
    """The threads asked for by `?threads=4-8-15`: at most so many, each once; what is no number is left out."""
    asked = request.args.get("threads", "")[: most * 11].split("-")
    numbers = (int(one) for one in asked if one.isascii() and one.isdigit() and len(one) < 10)
    return sorted(dict.fromkeys(number for number in numbers if number))[:most]
