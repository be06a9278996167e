"""Which known word a mistyped one was meant to be: the rule of how near two words are.

A letter that is wrong, missing or too many costs 1; likelier slips cost less: a letter swapped with its neighbour,
doubled or not, another key beside the right one, and letters that sound alike (*f, v; d, t; k, c; s, z*; *ph, th, ck,
dt*). Between words as near, the commoner one was meant.
"""

import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

SHORTEST_CORRECTED = 4
"""Words of fewer letters are never corrected; from ``TWO_ERRORS`` letters on, two mistakes are forgiven."""
TWO_ERRORS = 8
MOST = 2
"""How many words a mistyped one may have meant."""

SWAPPED = 0.6
DOUBLED = 0.5
NEIGHBOURS = 0.7
ALIKE = 0.5
FIRST_LETTER = 0.4
"""What a mistake costs more at the beginning of a word, where few are made."""
COMMONER = 0.12
"""What a word gains with each tenfold frequency."""

_ROWS = ("qwertzuiop", "asdfghjkl", "yxcvbnm")
_SOUNDS = ("fv", "vw", "dt", "bp", "gk", "kc", "sz", "zc", "iy", "ij", "kq", "ae", "mn")


def _beside() -> frozenset[str]:
    pairs = {row[i : i + 2] for row in _ROWS for i in range(len(row) - 1)}
    for upper, lower in pairwise(_ROWS):
        for i, letter in enumerate(lower):
            pairs |= {letter + other for other in upper[i : i + 2]}
    return frozenset(pairs | {pair[::-1] for pair in pairs})


_NEIGHBOURS = _beside()
_ALIKE = frozenset(_SOUNDS) | {pair[::-1] for pair in _SOUNDS}


def errors_forgiven(word: str) -> int:
    """How many mistakes a word of this length may have."""
    if len(word) < SHORTEST_CORRECTED:
        return 0
    return 1 if len(word) < TWO_ERRORS else 2


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """A folded word as it is heard in German, so that what sounds the same is written the same."""
    for written, heard in (
        ("ph", "f"),
        ("th", "t"),
        ("rh", "r"),
        ("ck", "k"),
        ("dt", "t"),
        ("tz", "z"),
        ("qu", "kw"),
        ("ie", "i"),
    ):
        word = word.replace(written, heard)
    return word.replace("y", "i").replace("v", "f").replace("c", "k")


def beginnings(word: str) -> frozenset[str]:
    """The letters that the meant word may begin with: the first, one that sounds alike, and the second (swapped or
    left out)."""
    first = word[:1]
    alike = {"f": "vp", "v": "fw", "p": "fb", "k": "cq", "c": "kz", "i": "jy", "j": "i", "w": "v", "z": "c", "t": "d"}
    return frozenset((first, *alike.get(first, ""), *word[1:2]))


def nearest(word: str, known: Iterable[tuple[str, int]], errors: int) -> list[str]:
    """Of known words with their frequencies those that a word was likely meant to be, at most ``MOST``."""
    letters = _letters(word)
    heard = sound(word)
    found = []
    for term, frequency in known:
        longer = abs(len(term) - len(word))
        if longer > 2 or (_letters(term) ^ letters).bit_count() > 2 * max(errors, longer):
            continue
        distance = ALIKE if sound(term) == heard else mistakes(word, term, errors)
        if distance <= errors:
            begins = 0.0 if term[0] == word[0] else FIRST_LETTER
            found.append((distance + begins - COMMONER * math.log10(max(1, frequency)), term))
    found.sort()
    return [term for cost, term in found[:MOST] if cost <= found[0][0] + SWAPPED]


@lru_cache(maxsize=100_000)
def _letters(word: str) -> int:
    """A bit per letter: words that differ in many of them cannot be near each other."""
    letters = 0
    for character in word:
        letters |= 1 << (ord(character) & 31)
    return letters


def mistakes(one: str, other: str, limit: float) -> float:
    """What the mistakes cost that make one word of the other; ``limit + 1`` if more than the limit."""
    before: list[float] = []
    row: list[float] = [float(j) for j in range(len(other) + 1)]
    for i, a in enumerate(one, 1):
        current = [float(i)]
        for j, b in enumerate(other, 1):
            cost = min(row[j - 1] + _wrong(a, b), row[j] + _extra(one, i - 1), current[j - 1] + _extra(other, j - 1))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + SWAPPED)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, row = row, current
    return row[-1] if row[-1] <= limit else limit + 1


def _wrong(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if a + b in _ALIKE:
        return ALIKE
    return NEIGHBOURS if a + b in _NEIGHBOURS else 1.0


def _extra(word: str, at: int) -> float:
    """What a letter costs that only one of the words has."""
    return DOUBLED if at and word[at] == word[at - 1] else 1.0
