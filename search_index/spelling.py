""" "Did you mean": words that no case says, replaced by the nearest that one of the shown cases does say.

An offer and never more: what was typed stays in the field, and a word that some case says is never questioned.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from .languages import Language, compound_parts, fold, pieces, stem, stopwords, words
from .similar import Lexicon
from .typos import errors_forgiven


class Speller(Protocol):
    """What knows the words of the cases: an engine."""

    def meant(self, word: str, language: Language) -> list[str]:
        """The stems that a mistyped word may stand for."""


def did_you_mean(typed: str, shown: Iterable[str], language: Language, engine: Speller) -> str | None:
    """`typed` with its unknown words as the texts `shown` spell them; None if there is nothing to offer.

    Raises IndexUnavailable.
    """
    better, at, is_changed = "", 0, False
    spellings: dict[str, str] | None = None
    for word in words(typed):
        if not (meant := engine.meant(word.text, language)):
            continue
        spellings = spellings if spellings is not None else _spellings(shown, language)
        spelled = next((spellings[one] for one in meant if one in spellings), None)
        if spelled is None or spelled.casefold() == word.text.casefold():
            continue
        better += typed[at : word.start] + _as_typed(spelled, word.text)
        at, is_changed = word.end, True
    return better + typed[at:] if is_changed else None


def stems_meant(word: str, language: Language, lexicon: Lexicon) -> list[str]:
    """The nearest stems to a word of which the lexicon knows neither a form nor the parts; none if it does."""
    for piece in pieces(word):
        folded = fold(piece, language)
        own = stem(folded, language)
        if folded in stopwords(language) or not folded.isalpha() or lexicon.frequency(own, language):
            continue
        if not compound_parts(folded, language, lambda term: lexicon.is_word(term, language)):
            return lexicon.corrections(own, language, errors_forgiven(folded))
    return []


def _spellings(texts: Iterable[str], language: Language) -> dict[str, str]:
    """Stem -> the word as it is first written in the texts."""
    found: dict[str, str] = {}
    for text in texts:
        for word in words(text):
            for piece in pieces(word.text):
                found.setdefault(stem(fold(piece, language), language), piece)
    return found


def _as_typed(spelled: str, typed: str) -> str:
    return spelled.lower() if typed.islower() and not spelled.isupper() else spelled
