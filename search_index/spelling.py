""" "Did you mean": words that no case says, replaced by the nearest that one of the shown cases does say.

An offer and never more: what was typed stays in the field, and a word that some case says is never questioned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .languages import Language, compound_parts, fold, pieces, stem, stopwords, words
from .similar import Lexicon
from .typos import errors_forgiven


class Slip(NamedTuple):
    """``text[start:end]`` of a text, a piece of a word that no case says in any way: folded, and the stems that it may stand
    for, likeliest first."""

    start: int
    end: int
    folded: str
    meant: tuple[str, ...]


def slips(text: str, language: Language, lexicon: Lexicon) -> list[Slip]:
    """The pieces of a text's words of which the lexicon knows neither a form nor the parts, but something near."""
    found = []
    for start, end, piece in _pieces(text):
        folded = fold(piece, language)
        own = stem(folded, language)
        if folded in stopwords(language) or not folded.isalpha() or lexicon.frequency(own, language):
            continue
        if compound_parts(folded, language, lambda term: lexicon.is_word(term, language)):
            continue
        if meant := lexicon.corrections(own, language, errors_forgiven(folded)):
            found.append(Slip(start, end, folded, tuple(meant)))
    return found


def did_you_mean(typed: str, found: Iterable[Slip], shown: Iterable[str], language: Language) -> str | None:
    """`typed` with its slips as the texts `shown` spell what was meant; None if there is nothing to offer."""
    better, at, is_changed = "", 0, False
    spellings: dict[str, str] | None = None
    for slip in found:
        spellings = spellings if spellings is not None else _spellings(shown, language)
        spelled = next((spellings[one] for one in slip.meant if one in spellings), None)
        piece = typed[slip.start : slip.end]
        if spelled is None or spelled.casefold() == piece.casefold():
            continue
        better += typed[at : slip.start] + _as_typed(spelled, piece)
        at, is_changed = slip.end, True
    return better + typed[at:] if is_changed else None


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each piece of each word stands, and the piece."""
    for word in words(text):
        end = word.start
        for piece in pieces(word.text):
            start = text.index(piece, end)
            end = start + len(piece)
            yield start, end, piece


def _spellings(texts: Iterable[str], language: Language) -> dict[str, str]:
    """Stem -> the word as it is first written in the texts."""
    found: dict[str, str] = {}
    for text in texts:
        for _, _, piece in _pieces(text):
            found.setdefault(stem(fold(piece, language), language), piece)
    return found


def _as_typed(spelled: str, typed: str) -> str:
    return spelled.lower() if typed.islower() and not spelled.isupper() else spelled
