"""What staff type when they act: reasons, categories, tags, the thread that was first."""

from __future__ import annotations

import re

from flask import request
from flask_babel import gettext as _

from community.core.errors import Invalid
from community.core.incoming import LARGEST_ID
from community.core.limits import TEXT_MAX
from community.core.text import is_blank, normalise_line

_THREAD = re.compile(r"(?:.*/threads/)?(\d{1,18})(?:[/?#].*)?")


def reason(*, required: bool = True) -> str:
    """The reason that was given. Raises Invalid if it is missing where one is due, or too long."""
    text = normalise_line(request.form.get("reason", ""))
    if required and is_blank(text):
        raise Invalid(_("Say why: the author will be told the reason, and it stands in the public log."), "reason")
    if len(text) > TEXT_MAX:
        raise Invalid(_("Use at most %(count)d characters for the reason.", count=TEXT_MAX), "reason")
    return text


def thread_number() -> int:
    """The number of a thread, typed as a number or as its address. Raises Invalid if it is neither."""
    number = number_in(request.form.get("master", ""))
    if number is None:
        raise Invalid(_("Give the number or the address of the earlier thread."), "master")
    return number


def number_in(text: str) -> int | None:
    """The number of the thread whose number or address this is; None if it is neither."""
    match = _THREAD.fullmatch(text.strip())
    return int(match.group(1)) if match and int(match.group(1)) <= LARGEST_ID else None
