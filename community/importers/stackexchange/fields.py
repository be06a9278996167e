"""The fields of a dump's row, as the types that they stand for."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ..reading import Row

_INTEGER = re.compile(r"-?\d{1,18}")
_TAGS = re.compile(r"<([^<>]+)>|([^<>|\s]+)")


class Unusable(Exception):
    """A row that cannot be taken; the message says why."""


def integer(row: Row, name: str) -> int | None:
    """The whole number in this field, or None if there is none."""
    written = row.get(name, "").strip()
    return int(written) if _INTEGER.fullmatch(written) and written.isascii() else None


def id_of(row: Row) -> int:
    """The row's own number. Raises Unusable."""
    number = integer(row, "Id")
    if number is None:
        raise Unusable("the row has no number as its Id")
    return number


def moment(row: Row, name: str) -> datetime | None:
    """The moment in this field (dumps write UTC without saying so), or None if it is none."""
    try:
        written = datetime.fromisoformat(row.get(name, "").strip())
        return (written if written.tzinfo else written.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def tag_names(row: Row) -> list[str]:
    """The names in `<one><two>`, as older dumps write tags, or `|one|two|`, as newer ones do."""
    return [one or other for one, other in _TAGS.findall(row.get("Tags", ""))]
