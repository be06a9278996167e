"""Numbers of a customer, a contract, a meter: by the word that names them, before ("Kundennr. 4711-88") or behind
("4711-88 is my customer number"), and by the patterns of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .findings import Finding, Kind
from .naming import OWN_NAME, after_name
from .patterns import Pattern

#: One piece of it, then pieces of digits that follow in groups.
_VALUE = re.compile(
    r"(?:[A-Za-z]{1,6}[ ./_-]?)?(?=[\w./-]{0,8}\d)[A-Za-z0-9](?:[./_-]?[A-Za-z0-9]){0,33}(?: [./-] \d{2,12}|[ /-]\d{2,12}(?![\w%€]|[.:,]\d)){0,9}(?!\w)"
)
_FEWEST_DIGITS = 4
_FURTHEST = 70
#: Days, times and years are told beside a number, and are none.
_NO_VALUE = re.compile(r"(?:\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d)?|\d{4}-\d\d-\d\d.*|(?:19|20)\d\d|\d{1,2}[.:]\d\d)")
_TRAILING_WORDS = re.compile(
    r" ?(?:€|eur\b|euro\b|kwh|mbit|gb\b|ct\b|cent|mal\b|monate|wochen|jahre|tage|uhr|months|weeks|years|days)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"(?<![\w.,:/+-])((?:[A-Za-z]{1,4}[ -]?)?\d[\d /-]{2,18}\d|[A-Za-z0-9]{0,8}\d{4,16})(?: ?[,(=] ?| -+ )?(?: ?\b(?:ist|is|war|was|lautet|als|as) )?(?:(?:meine?|my|die|the|unsere|our) )?(?=[A-Za-zäöü])"
)


def numbers(text: str) -> Iterator[Finding]:
    """Every one that is named."""
    for name in OWN_NAME.finditer(text):
        if (found := _named(text, name.end())) is not None:
            yield found
    for match in _BEHIND.finditer(text):
        if OWN_NAME.match(text, match.end()) and match.end() > match.end(1) + 1 and _is_number(match.group(1)):
            yield Finding(Kind.NUMBER, *match.span(1))


def _named(text: str, begin: int) -> Finding | None:
    start = after_name(text, begin, min(len(text), begin + _FURTHEST))
    value = _VALUE.match(text, start)
    if value is None or start == begin or not _is_number(value.group()):
        return None
    return None if _TRAILING_WORDS.match(text, value.end()) else Finding(Kind.NUMBER, *value.span())


def _is_number(value: str) -> bool:
    return sum(map(str.isdigit, value)) >= _FEWEST_DIGITS and not _NO_VALUE.fullmatch(value)


def of_site(text: str, patterns: Sequence[Pattern]) -> Iterator[Finding]:
    """Every one that a pattern of the site describes."""
    for pattern in patterns:
        for start, end in pattern.places(text):
            yield Finding(Kind.NUMBER, start, end)
