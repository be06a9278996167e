"""The site's own numbers, as its staff describe them: `#` is a digit, `@` a letter, what stands in square brackets may be
missing, everything else is itself. "NL-######[-##]" is NL-123456 and nl 123456-07: capitals, spaces and dashes are as
people type them. Who needs more writes a regular expression; RE2 runs it, so that no text can make it slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import re2

WRITTEN_MAX = 120
EXPRESSION_MAX = 300
#: Fewer digits or letters than this are in every text.
_FEWEST = 4
_MEMORY = 1 << 20
_GAP = r"[ ./_-]{0,3}"
#: What a pattern must not find: it would stop everybody at everything.
_WORDS = "Hallo meine Leitung ist seit gestern tot und niemand hilft mir dabei Router Internet Störung Danke the line is down since yesterday please help with my router thanks".split()


class Why(StrEnum):
    """Why a pattern cannot be used."""

    BLANK = "blank"
    LONG = "long"
    BRACKETS = "brackets"
    SHORT = "short"
    BROKEN = "broken"
    EMPTY = "empty"
    WORDS = "words"


class Unusable(ValueError):
    """A pattern that finds nothing, or everything. `word`: an ordinary word that it takes."""

    def __init__(self, why: Why, word: str = "") -> None:
        super().__init__(why.value)
        self.why = why
        self.word = word


@dataclass(frozen=True)
class Pattern:
    """What a number of the site looks like, as an expression for RE2."""

    source: str

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands by itself: no letter or digit goes on before or behind it."""
        for match in _compiled(self.source).finditer(text):
            if not (text[match.start() - 1 : match.start()].isalnum() or text[match.end() : match.end() + 1].isalnum()):
                yield match.span()


def notation(written: str) -> Pattern:
    """A pattern in the simple notation. Raises Unusable."""
    if not written.strip():
        raise Unusable(Why.BLANK)
    if len(written) > WRITTEN_MAX:
        raise Unusable(Why.LONG)
    if not _is_balanced(written):
        raise Unusable(Why.BRACKETS)
    if sum(map(_counts, re.sub(r"\[[^\]]*\]", "", written))) < _FEWEST or not set(written) & set("#@"):
        raise Unusable(Why.SHORT)
    return _usable(re.sub(r"[ ./_-]+|.", _translated, written.strip()))


def expression(written: str) -> Pattern:
    """A pattern as a regular expression of RE2, of any case. Raises Unusable."""
    if not written.strip():
        raise Unusable(Why.BLANK)
    if len(written) > EXPRESSION_MAX:
        raise Unusable(Why.LONG)
    return _usable(written.strip())


def _translated(match: re.Match[str]) -> str:
    sign = match.group()
    known = {"#": "[0-9]", "@": r"\pL", "[": "(?:", "]": ")?"}
    return known.get(sign) or (_GAP if sign[0] in " ./_-" else re.escape(sign))


def _is_balanced(written: str) -> bool:
    """Brackets in pairs, none within another."""
    return re.fullmatch(r"[^\[\]]*(?:\[[^\[\]]+\][^\[\]]*)*", written) is not None


def _counts(sign: str) -> bool:
    return sign in "#@" or sign.isalnum()


def _usable(source: str) -> Pattern:
    pattern = Pattern(source)
    try:
        compiled = _compiled(source)
    except re2.error as error:
        raise Unusable(Why.BROKEN) from error
    if compiled.fullmatch("") is not None:
        raise Unusable(Why.EMPTY)
    for word in _WORDS:
        if any(True for _place in pattern.places(word)):
            raise Unusable(Why.WORDS, word)
    return pattern


@lru_cache(maxsize=256)
def _compiled(source: str) -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.case_sensitive = False
    options.longest_match = True
    return re2.compile(source, options)
