"""Bank accounts by their IBAN: the length of its country and its checksum (ISO 13616), however it is grouped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban

from .findings import Finding, Kind

_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE IL TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT",
        26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB PL SV", 29: "BR EG PS QA UA",
        30: "JO KW MU", 31: "MT SC", 32: "LC",
    }.items()
    for country in countries.split()
}  # fmt: skip
_BEGIN = re.compile(r"(?<![^\W_])[A-Za-z]{2}[ .-]?\d[ .-]?\d")
#: Between two characters: a sign or two, or the end of a line within a quote.
_BREAK = re.compile(r"[ .-]{0,2}(?:\n(?:> ?){0,5} {0,3})?")


def ibans(text: str) -> Iterator[Finding]:
    """Every one whose checksum is right."""
    for match in _BEGIN.finditer(text):
        length = _LENGTHS.get(text[match.start() : match.start() + 2].upper())
        taken = _take(text, match.start(), length) if length else None
        if taken and iban.is_valid(taken[0]):
            yield Finding(Kind.IBAN, match.start(), taken[1])


def _take(text: str, place: int, length: int) -> tuple[str, int] | None:
    """So many letters and digits from here, and where they end; None if there are fewer, or if the last goes on."""
    taken: list[str] = []
    while len(taken) < length:
        if taken and (gap := _BREAK.match(text, place)):
            place = gap.end()
        if place >= len(text) or not (text[place].isascii() and text[place].isalnum()):
            return None
        taken.append(text[place])
        place += 1
    return None if place < len(text) and text[place].isalnum() else ("".join(taken).upper(), place)
