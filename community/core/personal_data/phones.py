"""Telephone numbers of people, national (Germany first, then Austria, Switzerland, Britain, North America) and abroad.

What is a number is said by `phonenumbers`; what is written as one is decided here, since almost any ten digits are
somebody's number: it begins with a plus, two zeros or the zero of an area, its pieces are set as people set them, and
no word before it says that it counts something else. Free, shared-cost and premium numbers are companies': left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from .findings import Finding, Kind
from .naming import Name, name_before

_FEWEST, _MOST = 8, 15
#: Between two pieces: a space, a sign with or without spaces, "(0)"; at most one of them.
_GAP = re.compile(r" ?(?:\(0\)|\) ?[/-]|[/-] ?\(|[()/.\\-]) ?| {1,2}")
_PIECE = re.compile(r"\d{1,15}")
_MOST_PIECES = 8
_BEGIN = re.compile(r"(?P<open>\( ?)?(?P<plus>\+ ?\(?)?(?P<piece>(?(plus)[1-9]\d{0,14}|[04]\d{0,14}))")
_FOREIGN = frozenset({"49", "43", "41", "44"})
_GOES_ON = re.compile(
    r"\w|@|[.,:/-]\d| ?(?:€|eur\b|euro\b|%|mbit|kbit|mhz|ghz|kwh|gb\b|mb\b|ms\b|dbm?\b|stück|°)", re.IGNORECASE
)
_NORTH_AMERICA = re.compile(
    r"(?<![\w.,:/+-])(?<!\+1 )(?:\([2-9]\d\d\) ?|[2-9]\d\d[-.])[2-9]\d\d[-.]\d{4}(?![\w-]|[.,:/]\d)"
)
_NEARBY = ("DE", "AT", "CH", "GB")
#: Groups of digits that a longer number consists of; a year at the end of a day is none.
_ROW = re.compile(r"(?<![.\d])\d{4,5} \Z")
_LINKED = re.compile(r"(?:tel:|wa\.me/|whatsapp:)\Z", re.IGNORECASE)
_COMPANIES = {
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}
#: A text of nothing but numbers is looked at so far; each costs some microseconds.
_MOST_ASKED = 4_000


class _Whose(Enum):
    NOBODY = auto()
    PERSON = auto()
    COMPANY = auto()


def phones(text: str) -> Iterator[Finding]:
    """Every one that could be a person's."""
    place = asked = last_end = 0
    while asked < _MOST_ASKED and (match := _BEGIN.search(text, place)):
        place = match.end()
        if not _stands_alone(text, match.start(), last_end):
            continue
        asked += 1
        whose, end = _read(text, match)
        if whose is _Whose.PERSON:
            yield Finding(Kind.PHONE, _start(text, match, end), end)
            last_end = end
        place = max(place, end)
    for american in _NORTH_AMERICA.finditer(text):
        if name_before(text, american.start()) is not Name.THING and _whose(american.group(), "US") is _Whose.PERSON:
            yield Finding(Kind.PHONE, *american.span())


def _start(text: str, match: re.Match[str], end: int) -> int:
    """Without a bracket that the number does not close."""
    return match.start() if match["open"] is None or ")" in text[match.start() : end] else match.end("open")


def _stands_alone(text: str, start: int, last_end: int) -> bool:
    """Does nothing before it go on in it: no letter, no digit with a sign, no sign of a number or of money?"""
    if _ROW.search(text, max(0, start - 8), start) and start > last_end + 2:
        return False
    before = text[max(0, start - 2) : start]
    if not before or before[-1] not in ".,:/+#=@$€-":
        return not before[-1:].isalnum() and before[-1:] != "_"
    if before[-1] in "+#@$€" or before[0].isdigit():
        return False
    if before[-1] in "-/" and before[0].isalpha():
        return bool(_LINKED.search(text, max(0, start - 10), start)) or name_before(text, start) is Name.PERSON
    return True


def _read(text: str, match: re.Match[str]) -> tuple[_Whose, int]:
    """Whose number begins here, and where it ends."""
    start = match.start()
    name = name_before(text, start)
    begin = match.start("piece")
    is_named = name is Name.PERSON or _LINKED.search(text, max(0, start - 10), start) is not None
    if name in {Name.THING, Name.OWN, Name.DEVICE} and not is_named:
        return _Whose.NOBODY, match.end()
    for end in _ends(text, begin):
        if _GOES_ON.match(text, end):
            continue
        whose = _judge(text[begin:end], has_plus=match["plus"] is not None, is_named=is_named)
        if whose is not _Whose.NOBODY:
            return whose, end
    return _Whose.NOBODY, match.end()


def _ends(text: str, begin: int) -> list[int]:
    """Where it may end, the longest first."""
    place, digits, ends = begin, 0, []
    for _count in range(_MOST_PIECES):
        piece = _PIECE.match(text, place)
        digits += piece.end() - piece.start() if piece else 0
        if piece is None or digits > _MOST:
            break
        if digits >= _FEWEST:
            ends.append(piece.end())
        gap = _GAP.match(text, piece.end())
        if gap is None:
            break
        place = gap.end()
    return ends[::-1]


def _judge(written: str, *, has_plus: bool, is_named: bool) -> _Whose:
    pieces = re.findall(r"\d+", written.replace("(0)", " "))
    digits = "".join(pieces)
    if has_plus:
        return _abroad(digits, is_sure=len(digits) >= 10)
    if digits.startswith("00"):
        is_near = digits[2:4] in _FOREIGN and len(pieces[0]) >= 4
        return _abroad(digits[2:], is_sure=False) if is_near or is_named else _Whose.NOBODY
    if not digits.startswith("0"):
        return _abroad(digits, is_sure=False) if is_named and digits[:2] in _FOREIGN else _Whose.NOBODY
    if len(digits) > 13 or not (is_named or _is_set_as_a_number(written, pieces)):
        return _Whose.NOBODY
    regions = _NEARBY if is_named or len(pieces) > 1 else _NEARBY[:1]
    return next((whose for region in regions if (whose := _whose(digits, region)) is not _Whose.NOBODY), _Whose.NOBODY)


def _is_set_as_a_number(written: str, pieces: list[str]) -> bool:
    """Without a word that says so: the area set apart, or all in one; no row of groups alike, no dotted quad."""
    if len(pieces) == 1:
        return len(pieces[0]) >= 10
    if len(pieces) > 6 or set(map(len, pieces)) <= {4} or (len(pieces) > 2 and set(map(len, pieces)) == {3}):
        return False
    return 3 <= len(pieces[0]) <= 6 and not re.search(r"\d\.\d{1,3}\.\d{1,3}\.\d", written)


def _abroad(digits: str, *, is_sure: bool) -> _Whose:
    """`is_sure`: written with a plus, so that its length is enough; ranges are given out faster than lists are kept."""
    return _whose("+" + digits, None, is_length_enough=is_sure)


def _whose(written: str, region: str | None, *, is_length_enough: bool = False) -> _Whose:
    try:
        number = phonenumbers.parse(written, region)
    except NumberParseException:
        return _Whose.NOBODY
    if phonenumbers.is_valid_number(number):
        return _Whose.COMPANY if phonenumbers.number_type(number) in _COMPANIES else _Whose.PERSON
    return _Whose.PERSON if is_length_enough and phonenumbers.is_possible_number(number) else _Whose.NOBODY
