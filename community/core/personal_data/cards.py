"""Payment cards: the ranges of their issuers, their lengths, the groups that people write, and the checksum of Luhn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn

from .findings import Finding, Kind
from .naming import Name, name_before

_CARD = re.compile(
    r"(?<![\w])(?<!\d[.,:/+-])"
    r"(?:\d{4}([ .-]{1,2})\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|3\d{3}([ .-]{1,2})\d{6}\2\d{4,5}|\d{14,19})"
    r"(?!\w|[.,:/-]\d|[ ]\d{4}\b)"
)
#: First digits -> how many digits a card has that begins so.
_ISSUERS = (
    (re.compile(r"4"), {16, 19}),
    (re.compile(r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), {16}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"3(?:0[0-5]|[68])"), {14}),
    (re.compile(r"35(?:2[89]|[3-8])"), {16}),
    (re.compile(r"50|5[6-8]|6(?:0|2|3|4|5|7)"), {16, 18, 19}),
)
_SIGNS = re.compile(r"[ .-]")


def cards(text: str) -> Iterator[Finding]:
    """Every one that an issuer could have given out, unless it is named as something else."""
    for match in _CARD.finditer(text):
        digits = _SIGNS.sub("", match.group())
        if _could_be_issued(digits) and name_before(text, match.start()) not in {Name.THING, Name.DEVICE}:
            yield Finding(Kind.CARD, *match.span())


def _could_be_issued(digits: str) -> bool:
    is_known = any(len(digits) in lengths and begin.match(digits) for begin, lengths in _ISSUERS)
    return is_known and len(set(digits)) > 1 and luhn.is_valid(digits)
