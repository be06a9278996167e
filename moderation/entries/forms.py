"""What staff fill in about a contact, and to open a case for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.case_file.contact_entries.keeping import Written
from community.core import clock, limits
from community.core.errors import Invalid
from community.core.text import normalise, normalise_line

CHANNEL_WORDS: dict[str, Any] = {
    "call": _l("Telephone call"),
    "chat": _l("Chat"),
    "mail": _l("Mail"),
    "social": _l("Social media"),
    "visit": _l("Visit"),
    "letter": _l("Letter"),
}
_MOMENT = "%Y-%m-%dT%H:%M"


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["TIMEZONE"])


def moment_typed(moment: datetime) -> str:
    """A moment as the field for it wants it, in the site's time zone."""
    return moment.astimezone(_zone()).strftime(_MOMENT)


def read_contact(sent: Mapping[str, str]) -> Written:
    """What was filled in. Raises Invalid for a time that is none; `keeping.check` judges the rest."""
    return Written(
        channel=sent.get("channel", ""),
        happened_at=_moment(sent.get("happened_at", "")),
        summary=normalise(sent.get("summary", "")).strip(),
        is_public=sent.get("is_public") == "1",
    )


def _moment(typed: str) -> datetime:
    """Empty means now."""
    if not typed.strip():
        return clock.now()
    try:
        found = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise Invalid(_("Write the time as 2026-11-30 14:05."), "happened_at") from None
    if found.tzinfo is not None or not 2000 < found.year < 3000:
        raise Invalid(_("Write the time as 2026-11-30 14:05."), "happened_at")
    return found.replace(tzinfo=_zone()).astimezone(UTC)


def read_address(sent: Mapping[str, str], *, required: bool) -> str:
    """The mail address of the customer. Raises Invalid if it is none, or is missing."""
    typed = normalise_line(sent.get("mail", ""))
    if not typed and not required:
        return ""
    try:
        if len(typed) > limits.ADDRESS_MAX:
            raise EmailNotValidError
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Invalid(_("This is no mail address that can be written to."), "mail") from None
