"""Where watched words stand in a text. Whole words only; case, accents and the two spellings of ä, ö, ü and ß make no difference.

A text is cut into words, and each word is looked up once: a thousand watched words cost no more than one. Nothing that anybody
types is ever a regular expression. Punctuation between the words of a phrase does not matter; what cannot be seen is not there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from .models import Act

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_MARKS = re.compile("[\u0300-\u036f]")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Said(NamedTuple):
    """A word of a text: as it is compared, and as it stands there."""

    folded: str
    written: str


def words_in(text: str) -> Iterator[Said]:
    """The words of a text, in order. What cannot be seen parts no words."""
    if not text.isascii():
        text = _MARKS.sub("", _composed(_UNSEEN.sub("", text)))
    for match in _WORD.finditer(text):
        yield Said(_fold(match.group()), match.group())


def _composed(text: str) -> str:
    """With plain letters in place of wide, bold or circled ones; a text that would grow to much more stays as it is."""
    composed = unicodedata.normalize("NFKC", text)
    return composed if len(composed) <= 2 * len(text) + 100 else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=20_000)
def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    spelled = unicodedata.normalize("NFC", word.casefold()).translate(_SPELLED_OUT)
    return _MARKS.sub("", unicodedata.normalize("NFD", spelled))


def has_unseen(text: str) -> bool:
    """Does it contain characters of no width, which readers do not see?"""
    return _UNSEEN.search(text) is not None


@dataclass(frozen=True)
class Watched:
    """What is looked for: some words in a row, as they are compared. `is_stem`: the last one may go on."""

    words: tuple[str, ...]
    is_stem: bool
    written: str
    act: Act

    @property
    def key(self) -> str:
        """Two with the same key look for the same."""
        return " ".join(self.words) + ("*" if self.is_stem else "")


@dataclass(frozen=True)
class Hit:
    """A watched word that stands in a text; `found`: as it stands there first."""

    watched: Watched
    found: str


@dataclass
class _Place:
    """So far some words in a row were found: which may come next, and what ends here."""

    onwards: dict[str, _Place] = field(default_factory=dict)
    ends: list[Watched] = field(default_factory=list)
    #: A beginning -> what ends with a word that begins so; and how long these beginnings are, the shortest first.
    stems: dict[str, list[Watched]] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)

    def ending_with(self, word: str) -> Iterator[Watched]:
        """The stems that this word begins with. No more is looked up than the word has letters."""
        for length in self.lengths:
            if length > len(word):
                return
            yield from self.stems.get(word[:length], ())


class Lookup:
    """All watched words, ready to be looked for. Built once for each change of the list."""

    def __init__(self, watched: Iterable[Watched]) -> None:
        self._start = _Place()
        for each in watched:
            self._add(each)

    def _add(self, watched: Watched) -> None:
        place = self._start
        for word in watched.words[:-1]:
            place = place.onwards.setdefault(word, _Place())
        last = watched.words[-1]
        if watched.is_stem:
            place.stems.setdefault(last, []).append(watched)
            place.lengths = sorted({*place.lengths, len(last)})
        else:
            place.onwards.setdefault(last, _Place()).ends.append(watched)

    def hits(self, *texts: str) -> list[Hit]:
        """What stands in these texts, the strictest first, each once; a phrase never goes from one text to the next."""
        found: dict[str, Hit] = {}
        for text in texts:
            said = list(words_in(text))
            for begin in range(len(said)):
                for watched, end in self._beginning_at(said, begin):
                    if watched.key not in found:
                        found[watched.key] = Hit(watched, " ".join(word.written for word in said[begin:end]))
        return sorted(found.values(), key=lambda hit: (hit.watched.act is not Act.REFUSE, hit.watched.key))

    def _beginning_at(self, said: list[Said], begin: int) -> Iterator[tuple[Watched, int]]:
        """What begins with this word, and where it ends. At most as many steps as the longest phrase has words."""
        place = self._start
        for end in range(begin, len(said)):
            word = said[end].folded
            for watched in place.ending_with(word):
                yield watched, end + 1
            following = place.onwards.get(word)
            if following is None:
                return
            place = following
            for watched in place.ends:
                yield watched, end + 1
