"""Numbers of a customer, a contract, a meter: by the word that names them, before ("Kundennr. 4711-88") or behind
("4711-88 is my customer number"), by the patterns of the site, and meters by their own standard (DIN 43863-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .findings import Finding, Kind
from .naming import OWN_NAME, after_name
from .patterns import Pattern

_METER = r"\d ?[A-Za-z]{3} ?[\dA-Fa-f]{2} ?\d{4} ?\d{4}(?!\w)"
_PREFIX = r"(?:[A-Za-z]{1,6}[./_-]?|[A-Z]{1,6} )?(?=[\w./-]{0,8}\d)"
_PIECE = r"[A-Za-z0-9](?:[./_-]?[A-Za-z0-9]){0,33}"
#: Groups of digits that follow it; a single digit only where nothing is counted with it.
_GROUPS = r"(?: [./-] \d{2,12}|[ /-]\d{2,12}(?![\w%€]|[.:,]\d)|[ -]\d(?= ?(?:[.,;!?)\n]|\Z))){0,9}"
_VALUE = re.compile(rf"{_METER}|{_PREFIX}{_PIECE}{_GROUPS}(?!\w)")
_LONE_METER = re.compile(rf"(?<![\w.,:/+-]){_METER}")
#: One more of the same, beside the first.
_AND = re.compile(r" ?(?:[,/&+]|und|and|oder|or|bzw\.?) ?")
_MOST_BESIDE = 5
_BEHIND = re.compile(
    r"(?<![\w.,:/+-])((?:[A-Za-z]{1,4}-?|[A-Z]{1,4} )?\d[\d /-]{2,18}\d|[A-Za-z0-9]{0,8}\d{4,16})"
    r"(?: ?[,(=] ?| -+ )?(?: ?\b(?:ist|is|war|was|lautet|als|as) )?(?:(?:meine?|my|die|the|unsere|our) )?(?=[A-Za-zäöü])"
)
_FEWEST_DIGITS = 4
_FURTHEST = 70
#: Days, times and years are told beside a number, and are none.
_NO_VALUE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d)?|\d{4}-\d\d-\d\d.*|(?:19|20)\d\d|\d{1,2}[.:]\d\d")
_COUNTED = re.compile(
    r" ?(?:€|eur\b|euro\b|kwh|mbit|gb\b|ct\b|cent|mal\b|monate|wochen|jahre|tage|uhr|months|weeks|years|days)",
    re.IGNORECASE,
)


def numbers(text: str) -> Iterator[Finding]:
    """Every one that is named, and every meter."""
    for name in OWN_NAME.finditer(text):
        yield from _named(text, name.end())
    for match in _BEHIND.finditer(text):
        if match.end() > match.end(1) + 1 and _is_number(match.group(1)) and OWN_NAME.match(text, match.end()):
            yield Finding(Kind.NUMBER, *match.span(1))
    for meter in _LONE_METER.finditer(text):
        yield Finding(Kind.NUMBER, *meter.span())


def _named(text: str, begin: int) -> Iterator[Finding]:
    """The number behind a name, and those that are told with it."""
    start = after_name(text, begin, min(len(text), begin + _FURTHEST))
    value = _VALUE.match(text, start) if start > begin else None
    digits = _digits(value.group()) if value else 0
    for _beside in range(_MOST_BESIDE):
        if value is None or _digits(value.group()) != digits or not _is_number(value.group()):
            return
        if _COUNTED.match(text, value.end()):
            return
        yield Finding(Kind.NUMBER, *value.span())
        beside = _AND.match(text, value.end())
        value = _VALUE.match(text, beside.end()) if beside else None


def _is_number(value: str) -> bool:
    return _digits(value) >= _FEWEST_DIGITS and not _NO_VALUE.fullmatch(value)


def _digits(value: str) -> int:
    return sum(map(str.isdigit, value))


def of_site(text: str, patterns: Sequence[Pattern]) -> Iterator[Finding]:
    """Every one that a pattern of the site describes."""
    for pattern in patterns:
        for start, end in pattern.places(text):
            yield Finding(Kind.NUMBER, start, end)
