"""Opening hours as people write them: "Mo-Fr 8:00-12:30, 13:30-18:00", a line for some days; German and English alike.

What is read is shown again in the reader's own words, and read from those it is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from zoneinfo import available_timezones

from flask_babel import gettext as _

from community.core.errors import Invalid
from community.core.text import normalise, normalise_line

from .hours import DAY_MINUTES, Block, merged

#: Seven days, Monday first.
Week = list[list[list[int]]]
MOST_LINES = 60
MOST_HOLIDAYS = 400
HOLIDAY_NAME = 60

SHORT = {
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_NAMES = (
    ("mo", "montag", "mon", "monday"),
    ("di", "dienstag", "tu", "tue", "tues", "tuesday"),
    ("mi", "mittwoch", "we", "wed", "wednesday"),
    ("do", "donnerstag", "th", "thu", "thur", "thurs", "thursday"),
    ("fr", "freitag", "fri", "friday"),
    ("sa", "samstag", "sonnabend", "sat", "saturday"),
    ("so", "sonntag", "su", "sun", "sunday"),
)
_DAY = {name: number for number, names in enumerate(_NAMES) for name in names}
_LINE = re.compile(r"(?P<days>[^\d:]+):?\s*(?P<blocks>\d.*)")
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*(?:uhr|h))?"
_BLOCK = re.compile(rf"{_TIME}\s*-\s*{_TIME}", re.IGNORECASE)
_GERMAN_DATE = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})\b(.*)")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\b(.*)")


def read_week(text: str) -> Week:
    """The blocks of each day. Raises Invalid that names the line which cannot be read, or if no hour is open at all."""
    found: list[list[Block]] = [[] for _day in range(7)]
    for line in _lines(text, MOST_LINES, "hours"):
        match = _LINE.fullmatch(line)
        if match is None:
            raise _unreadable(line)
        blocks = [_block(part, line) for part in _parts(match["blocks"])]
        for day in _days(match["days"], line):
            found[day] += blocks
    if not any(found):
        raise Invalid(
            _("Write at least one line with open hours: a calendar that never opens makes nothing due."), "hours"
        )
    return [[list(block) for block in merged(blocks)] for blocks in found]


def _lines(text: str, most: int, field: str) -> list[str]:
    typed = [
        normalise_line(line).translate({0x2013: "-", 0x2014: "-", 0x2212: "-"}) for line in normalise(text).split("\n")
    ]
    lines = [line for line in typed if line]
    if len(lines) > most:
        raise Invalid(_("Use at most %(count)d lines.", count=most), field)
    return lines


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;+&]|\bund\b|\band\b", text)]


def _unreadable(line: str) -> Invalid:
    return Invalid(
        _(
            "This line cannot be read: “%(line)s”. Write days and times like “Mon-Fri 8:00-12:30, 13:30-18:00”.",
            line=line[:80],
        ),
        "hours",
    )


def _days(text: str, line: str) -> Iterator[int]:
    for part in _parts(text.replace(":", " ")):
        names = [name.strip(" .").casefold() for name in re.split(r"-|\bbis\b|\bto\b", part)]
        if len(names) > 2 or any(name not in _DAY for name in names):
            raise _unreadable(line)
        first, last = _DAY[names[0]], _DAY[names[-1]]
        yield from ((first + step) % 7 for step in range((last - first) % 7 + 1))


def _block(text: str, line: str) -> Block:
    match = _BLOCK.fullmatch(text)
    if match is None:
        raise _unreadable(line)
    begin, end = _minute(match[1], match[2], line), _minute(match[3], match[4], line)
    if begin >= end:
        raise Invalid(
            _(
                "In “%(line)s” a time ends before it begins. For a night write two days: 22:00-24:00 and 0:00-6:00.",
                line=line[:80],
            ),
            "hours",
        )
    return begin, end


def _minute(hour: str, minute: str | None, line: str) -> int:
    found = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or found > DAY_MINUTES:
        raise Invalid(_("There is no such time in “%(line)s”: a day goes from 0:00 to 24:00.", line=line[:80]), "hours")
    return found


def written_week(week: Week, language: str) -> str:
    """The week in lines, in 'de' or 'en'; days in a row with the same hours share one."""
    names, lines, first = SHORT[language], [], 0
    while first < 7:
        last = first
        while last < 6 and week[last + 1] == week[first]:
            last += 1
        if week[first]:
            days = names[first] if first == last else f"{names[first]}-{names[last]}"
            lines.append(f"{days} {', '.join(f'{_time(begin)}-{_time(end)}' for begin, end in week[first])}")
        first = last + 1
    return "\n".join(lines)


def _time(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def read_holidays(text: str) -> dict[str, str]:
    """Dates (as 2026-12-25) and the names after them, in order. Raises Invalid that names the line which is no date."""
    found = dict(_holiday(line) for line in _lines(text, MOST_HOLIDAYS, "holidays"))
    return dict(sorted(found.items()))


def _holiday(line: str) -> tuple[str, str]:
    german, iso = _GERMAN_DATE.fullmatch(line), _ISO_DATE.fullmatch(line)
    match = german or iso
    parts = [int(part) for part in match.group(1, 2, 3)] if match else []
    try:
        day = date(*(reversed(parts) if german else parts))
    except (TypeError, ValueError):
        example = date(2026, 12, 25).isoformat()
        raise Invalid(
            _("This is no date: “%(line)s”. Write one a line, like %(example)s.", line=line[:80], example=example),
            "holidays",
        ) from None
    return day.isoformat(), match[4].strip(" ,;:-")[:HOLIDAY_NAME] if match else ""


def written_holidays(holidays: dict[str, str]) -> str:
    """One a line, with their names."""
    return "\n".join(f"{day} {name}".strip() for day, name in sorted(holidays.items()))


def read_zone(text: str) -> str:
    """The name of a time zone. Raises Invalid if there is none of that name."""
    name = normalise_line(text)
    if name not in zones():
        raise Invalid(
            _("There is no time zone of the name “%(name)s”. Examples are Europe/Berlin and UTC.", name=name[:60]),
            "zone",
        )
    return name


def zones() -> list[str]:
    """The names of all time zones that make sense for a place, sorted."""
    return sorted(name for name in available_timezones() if "/" in name or name == "UTC")
