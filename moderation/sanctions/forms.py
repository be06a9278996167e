"""What staff type when they sanction somebody: a reason, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request
from flask_babel import gettext as _

from community.core import clock
from community.core.errors import Invalid
from community.core.limits import TEXT_MAX
from community.core.text import is_blank, normalise_line

from .models import Kind
from .terms import read_term


@dataclass(frozen=True)
class Decided:
    """A sanction as it was sent, checked."""

    reason: str
    ends_at: datetime | None = None


def decided(kind: Kind) -> Decided:
    """What was sent for a sanction of this kind. Raises Invalid that names the field."""
    reason = read_reason()
    if kind == Kind.WARN:
        return Decided(reason)
    return Decided(reason, read_term(request.form.get("term", ""), request.form.get("until", ""), clock.now()))


def read_reason() -> str:
    """The reason that was given. Raises Invalid if there is none, or too much of it."""
    reason = normalise_line(request.form.get("reason", ""))
    if is_blank(reason):
        raise Invalid(_("Say why: the person is told the reason, by mail and in their settings."), "reason")
    if len(reason) > TEXT_MAX:
        raise Invalid(_("Use at most %(count)d characters for the reason.", count=TEXT_MAX), "reason")
    return reason
