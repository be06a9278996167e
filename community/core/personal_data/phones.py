"""Telephone numbers of people, national (Germany first, then Austria, Switzerland, Britain, North America) and abroad.

What is a number is said by `phonenumbers`; what is written as one is decided here, since almost any ten digits are
somebody's number: it begins with a plus, two zeros or the zero of an area, its pieces are set as people set them, and
no word before it says that it counts something else. Free, shared-cost and premium numbers are companies': left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from .findings import Finding, Kind
from .naming import Name, name_before

_FEWEST, _MOST = 7, 15
_PIECE = re.compile(r"\d{1,15}")
#: Between two pieces: a space, a sign with or without spaces, "(0)"; at most one of them.
_GAP = re.compile(r" ?(?:\(0\)|[()/.\\-]|\) ?[/-]|[/-] ?\() ?| {1,2}")
_BEGIN = re.compile(r"(?:\+ ?|\(\+|\( ?)?\d{2,15}")
_MOST_PIECES = 8
_BOUNDARY = re.compile(r"[^\W_]|[.,:/+#=@$€-]")
_GOES_ON = re.compile(
    r"[^\W]|@|[.,:/-]\d| ?(?:€|eur\b|euro\b|%|mbit|kbit|mhz|ghz|kwh|gb\b|mb\b|ms\b|dbm?\b|stück|°)", re.IGNORECASE
)
_COMPANIES = {
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}
_NORTH_AMERICA = re.compile(r"(?<![\w.,:/+-])(?:\([2-9]\d\d\) ?|[2-9]\d\d[-.])[2-9]\d\d[-.]\d{4}(?![\w-]|[.,:/]\d)")
_NEARBY = ("DE", "AT", "CH", "GB")
_MOBILE = re.compile(r"0?1[567]\d")
_LINKED = re.compile(r"(?:tel:|wa\.me/|whatsapp:)\Z", re.IGNORECASE)
#: A text of nothing but numbers is looked at so far; each costs some microseconds.
_MOST_ASKED = 4_000


class _Run(NamedTuple):
    """Pieces of digits in a row: where each begins and ends."""

    pieces: list[tuple[int, int]]
    has_plus: bool


def phones(text: str) -> Iterator[Finding]:
    """Every one that could be a person's."""
    place = asked = 0
    while asked < _MOST_ASKED and (match := _BEGIN.search(text, place)):
        place = match.end()
        if not _may_begin(text, match.start(), match.group()):
            continue
        asked += 1
        end = _end_of_number(text, match)
        if end is not None:
            yield Finding(Kind.PHONE, match.start() + (match.group()[0] == "(" and not _closes(text, match, end)), end)
            place = end
    for american in _NORTH_AMERICA.finditer(text):
        if name_before(text, american.start()) is not Name.THING and _is_persons(american.group(), "US"):
            yield Finding(Kind.PHONE, *american.span())


def _closes(text: str, match: re.Match[str], end: int) -> bool:
    return ")" in text[match.start() : end]


def _may_begin(text: str, start: int, begin: str) -> bool:
    if not begin.lstrip("(+ ").startswith("0") and "+" not in begin and not _says_abroad(text, start, begin):
        return False
    before = text[max(0, start - 2) : start]
    if not before or not _BOUNDARY.match(before[-1]):
        return True
    if before[-1].isalnum():
        return False
    return not (
        before[0].isdigit()
        or before[-1] in "+#@$€"
        or (
            before[0].isalpha()
            and before[-1] in "-/"
            and len(before) > 1
            and begin[0] != "+"
            and not _LINKED.search(text[max(0, start - 10) : start])
            and name_before(text, start) is not Name.PERSON
        )
    )


def _says_abroad(text: str, start: int, begin: str) -> bool:
    """A number with its country but without a plus, as in a link or behind "Handy:"."""
    if begin[:2] not in {"49", "43", "41", "44"}:
        return False
    return bool(_LINKED.search(text[max(0, start - 10) : start])) or name_before(text, start) is Name.PERSON


def _end_of_number(text: str, match: re.Match[str]) -> int | None:
    """Where the number that begins here ends; None if it is none."""
    name = name_before(text, match.start())
    if name in {Name.THING, Name.OWN, Name.DEVICE}:
        return None
    begin = match.start() + len(match.group()) - len(match.group().lstrip("(+ "))
    is_abroad = "+" in match.group() or text.startswith("00", begin) or text[begin] != "0"
    for end in _ends(text, begin):
        if _GOES_ON.match(text, end):
            continue
        written = text[begin:end]
        if (_is_abroad if is_abroad else _is_national)(written, name is Name.PERSON, "+" in match.group()):
            return end
    return None


def _ends(text: str, begin: int) -> list[int]:
    """Where it may end, the longest first."""
    place, digits, ends = begin, 0, []
    for _count in range(_MOST_PIECES):
        piece = _PIECE.match(text, place)
        if piece is None:
            break
        digits += piece.end() - piece.start()
        if digits > _MOST:
            break
        if digits >= _FEWEST:
            ends.append(piece.end())
        gap = _GAP.match(text, piece.end())
        place = gap.end() if gap else piece.end()
        if gap is None:
            break
    return ends[::-1]


def _is_abroad(written: str, is_named: bool, has_plus: bool) -> bool:
    digits = re.sub(r"\(0\)|\D", "", written)
    if not has_plus:
        digits = digits.removeprefix("00")
    is_near = digits.startswith(("49", "43", "41", "44"))
    if not (has_plus or is_near or is_named) or not 9 <= len(digits) <= _MOST:
        return False
    return _is_persons("+" + digits, None)


def _is_national(written: str, is_named: bool, _has_plus: bool) -> bool:
    pieces = re.findall(r"\d+", written)
    digits = "".join(pieces)
    if not 8 <= len(digits) <= 13 or digits[1] == "0":
        return False
    if len(pieces[0]) < 3 and not is_named:
        return False
    if not is_named and not _is_set_as_a_number(written, pieces):
        return False
    regions = _NEARBY if is_named or len(pieces) > 1 else _NEARBY[:1]
    return any(_is_persons(digits, region) for region in regions)


def _is_set_as_a_number(written: str, pieces: list[str]) -> bool:
    """Without a word that says so: the area set apart, or all in one; no row of pairs or of quadruples, no dotted quad."""
    if len(pieces) == 1:
        return len(pieces[0]) >= 10
    if len(pieces) > 6 or (len(pieces) >= 3 and set(map(len, pieces)) == {3}) or len({*map(len, pieces)} - {4}) == 0:
        return False
    return 3 <= len(pieces[0]) <= 6 and not re.search(r"\d\.\d{1,3}\.\d{1,3}\.\d", written)


def _is_persons(written: str, region: str | None) -> bool:
    try:
        number = phonenumbers.parse(written, region)
    except NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in _COMPANIES
