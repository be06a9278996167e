"""A text as it is searched: each character for one, so that places stay. Digits of other scripts, dashes and spaces are plain."""

from __future__ import annotations

import re
import unicodedata

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u2060\u3000\ufeff\u00ad\t"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
_PLAIN = (
    {ord(char): " " for char in _SPACES}
    | {ord(char): "-" for char in _DASHES}
    | {0xFF0B: "+", 0xFF20: "@", 0xFE6B: "@", 0xFF0E: ".", 0x2044: "/", 0x2215: "/"}
)
_OTHER_DIGITS = re.compile(r"[^\x00-\x7f]", re.ASCII)

#: Addresses of pages, as far as they go. `tel:` and `mailto:` are none of these; wa.me says a telephone number.
_PAGE = re.compile(
    r"(?:https?|ftps?|wss?|rtsp|git|ssh)://(?!wa\.me/)[^\s<>\"'|]{1,2000}|www\.[^\s<>\"'|]{1,2000}", re.IGNORECASE
)


def fold(text: str) -> str:
    """The text as it is searched, of the same length."""
    if text.isascii():
        return text.replace("\t", " ")
    return _OTHER_DIGITS.sub(_as_digit, text.translate(_PLAIN))


def _as_digit(match: re.Match[str]) -> str:
    digit = unicodedata.decimal(match.group(), None)
    return match.group() if digit is None else str(digit)


def without_pages(text: str) -> str:
    """The text with blanks in place of addresses of pages, whose numbers belong to no person."""
    return _PAGE.sub(lambda match: "\n" * len(match.group()), text)
