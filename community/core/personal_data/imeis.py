"""Identities of mobile phones: fifteen digits, a body that gives out such numbers, the checksum of Luhn; or named as one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn

from .findings import Finding, Kind
from .naming import Name, name_before

_IMEI = re.compile(
    r"(?<![\w])(?<!\d[.,:/+-])(?:\d{14,16}|\d{2}[ /-]\d{6}[ /-]\d{6}[ /-]\d|\d{6}[ /-]\d{2}[ /-]\d{6}[ /-]\d{1,2}|\d{8}[ /-]\d{6}[ /-]\d"
    r"|\d{5} \d{5} \d{5}|\d{3} \d{3} \d{3} \d{3} \d{3})(?!\w|[.,:/-]\d)"
)
#: The bodies that give out type codes today (GSMA TS.06: GB, CN, US, IN and the global ones).
_BODY = re.compile(r"01|35|86|91|99")
_SIGNS = re.compile(r"[ /-]")


def imeis(text: str) -> Iterator[Finding]:
    """Every one that looks like one by itself, and every one that is named so: then a mistyped digit is no matter."""
    for match in _IMEI.finditer(text):
        digits = _SIGNS.sub("", match.group())
        name = name_before(text, match.start())
        if name is Name.DEVICE or (name is None and _is_plausible(digits)):
            yield Finding(Kind.IMEI, *match.span())


def _is_plausible(digits: str) -> bool:
    return len(digits) == 15 and bool(_BODY.match(digits)) and len(set(digits)) > 3 and luhn.is_valid(digits)
