"""What every text a person sends is before anything else reads it: composed, without characters that cannot be seen
but change what others see, and with one kind of line end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls, save tab and line feed
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates: text that reads otherwise than it is written
    "\ufdd0-\ufdef\ufffe\uffff\ufff9-\ufffb"  # noncharacters, interlinear annotations
    "]"
)
_INVISIBLE_IN_LINES = re.compile("[\u200b\u2060-\u2064\ufeff\u00ad\u180e]")
_EMPTY_LOOKING = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_MARKS_IN_A_ROW = 30
"""Unicode's stream-safe format allows as many; without a bound, composing is quadratic in the length of the run."""


def normalise(text: str) -> str:
    """The text in NFC with LF line ends, without lone surrogates, controls (save TAB and LF) and bidirectional
    overrides and isolates. Idempotent, and linear in its length."""
    text = _LINE_END.sub("\n", text)
    if text.isascii():
        return _UNWANTED.sub("", text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = _UNWANTED.sub("", text)
    return unicodedata.normalize("NFC", "".join(_with_bounded_marks(text)))


def normalise_line(text: str) -> str:
    """The text as a title or a name: one line, trimmed, single spaces, nothing of zero width (joiners, which emoji
    and some scripts need, are kept)."""
    return " ".join(_INVISIBLE_IN_LINES.sub("", normalise(text)).split())


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing at all."""
    return all(_is_invisible(char) for char in text)


def _is_invisible(char: str) -> bool:
    return char.isspace() or char in _EMPTY_LOOKING or unicodedata.category(char) in {"Cc", "Cf", "Cn", "Cs", "Mn"}


def _with_bounded_marks(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        marks = marks + 1 if char >= "\u0300" and unicodedata.combining(char) else 0
        if marks <= _MARKS_IN_A_ROW:
            yield char
