"""How much a case answers a question: the weights, the formula and the threshold below which nothing is shown.

Each term of a case has one *impact*, worked out once when the case is indexed (BM25F, Robertson and Zaragoza 2009): its
occurrences in title, body, solution and replies are weighed, divided by how long that part is, summed, and saturated.
A question is a bag of *wanted* terms with weights. A case's score is the sum of weight * idf * impact, divided by what
a case would earn that had every wanted term at full impact; so scores of different questions can be compared, and one
threshold serves all of them.

The figures were found on German product support (3,000 articles, 105 customers' titles), two question-and-answer dumps
and XQuAD; the threshold on questions put to the wrong one of these collections.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from search_index.documents import SolvedCase
from search_index.languages import (
    GRAM,
    Language,
    Word,
    analyse,
    compound_parts,
    fold,
    grams,
    pieces,
    stem,
    stopwords,
    words,
)

SATURATION = 3.0
FULL_IMPACT = SATURATION + 1
IDF_PRIOR = 200
GRAM_SHARE = 0.5
TITLE_FACTOR = 3.0
OTHER_LANGUAGE = 0.8
THRESHOLD = 0.22
"""The share that the best case must reach for anything to be shown, and what the cases after it need."""
THRESHOLD_OF_REST = 0.12

SOLVED_FACTOR = 1.25
HELPFUL_STEP, HELPFUL_FACTOR = 0.02, 1.1
"""What each doubling of helpful votes and "me too" adds, and what it comes to at most."""
OLDER_STEP, OLD_FACTOR = 0.02, 0.9
"""What each year since the last post takes away, and what stays at least."""

LONGEST_TITLE = 40
LONGEST_BODY = 300
CONTINUATIONS = 8
SHORTEST_CORRECTED = 5
"""Words of fewer letters are never corrected; from ``TWO_ERRORS`` letters on, two mistakes are forgiven."""
TWO_ERRORS = 8


class Part(NamedTuple):
    """How one part of a case counts: its weight, how much its length matters (0 to 1) and its usual length in words."""

    weight: float
    length_matters: float
    usual_length: int


PARTS = {
    "title": Part(12.0, 0.4, 7),
    "body": Part(2.0, 0.6, 100),
    "solution": Part(2.0, 0.5, 80),
    "replies": Part(0.5, 0.5, 200),
}


class Lexicon(Protocol):
    """The words of an index, by language."""

    def frequency(self, term: str, language: Language) -> int:
        """In how many cases the term stands."""

    def continuations(self, prefix: str, language: Language, limit: int) -> list[str]:
        """The most frequent stems that begin with the prefix."""

    def corrections(self, word: str, language: Language, errors: int) -> list[str]:
        """The nearest, most frequent stems within so many wrong, missing, doubled or swapped letters."""

    def is_word(self, term: str, language: Language) -> bool:
        """Whether the term is a word of its own here, so that compounds may be split at it."""


def impacts(case: SolvedCase, lexicon: Lexicon) -> dict[str, float]:
    """The terms of a case with their impacts, above 0 and below ``FULL_IMPACT``."""
    weighed: defaultdict[str, float] = defaultdict(float)
    for name, part in PARTS.items():
        terms, length = analyse(getattr(case, name), case.language, lambda term: lexicon.is_word(term, case.language))
        weight = part.weight / (1 - part.length_matters + part.length_matters * length / part.usual_length)
        for term, occurrences in terms.items():
            weighed[term] += weight * occurrences
    return {term: FULL_IMPACT * weight / (weight + SATURATION) for term, weight in weighed.items()}


def idf(frequency: int, count: int) -> float:
    """How telling a term is that stands in ``frequency`` of ``count`` cases.

    ``IDF_PRIOR`` imagines some cases more that do not have it, so that in a young index a word is not worthless because
    the only case has it.
    """
    return math.log1p((count + IDF_PRIOR - frequency + 0.5) / (frequency + 0.5))


@dataclass(slots=True)
class Wanted:
    """What a question asks for: terms with weights, and for each of its words what stands for it.

    A word is said where a case has all terms of one of its ways to say it: *(rechnungsbetrag,)* or *(rechnung, betrag)*.
    """

    terms: dict[str, float] = field(default_factory=dict)
    words: list[tuple[tuple[str, ...], ...]] = field(default_factory=list)

    def add(self, terms: Iterable[str], weight: float) -> None:
        """Want each of the terms so much, or more if it is wanted more already."""
        for term in terms:
            self.terms[term] = max(self.terms.get(term, 0.0), weight)


def wanted_by_title(title: str, language: Language, lexicon: Lexicon, *, last_word_partial: bool = False) -> Wanted:
    """What a title or a search asks for: its words, their likely corrections, parts and continuations, and grams."""
    wanted = Wanted()
    typed = list(words(title))[:LONGEST_TITLE]
    for word in typed:
        unfinished = last_word_partial and word is typed[-1] and word.end == len(title)
        folded = [fold(piece, language) for piece in pieces(word.text)]
        if len(folded) > 1:
            wanted.add([fold(word.text, language)], 1.0)
        for part in folded:
            if part not in stopwords(language):
                _want_word(wanted, part, language, lexicon, unfinished=unfinished and part is folded[-1])
    return wanted


def _want_word(wanted: Wanted, word: str, language: Language, lexicon: Lexicon, *, unfinished: bool) -> None:
    own = stem(word, language)
    known = lexicon.frequency(own, language) > 0
    if unfinished:
        meant = lexicon.continuations(word, language, CONTINUATIONS)
        wanted.add(meant, 1 / max(1, len(meant)))
        wanted.add(grams(word)[: -1 if len(word) > 2 else None], GRAM_SHARE)
        if known or not meant:
            wanted.add([own], 1.0 if known else 0.0)
        wanted.words.append(((own,), *((term,) for term in meant)))
        return
    wanted.add(grams(word), GRAM_SHARE)
    parts = compound_parts(word, language, lambda term: lexicon.is_word(term, language))
    wanted.add(parts, 0.6)
    meant = [] if known or parts else _corrected(word, own, language, lexicon)
    for correction in meant:
        wanted.add([correction], 1.0)
        wanted.add(grams(correction)[:-1], GRAM_SHARE)
    if known or not meant:
        wanted.add([own], 1.0)
    wanted.words.append(((own,), *((term,) for term in meant), *([parts] if parts else [])))


def _corrected(word: str, own: str, language: Language, lexicon: Lexicon) -> list[str]:
    if len(own) < SHORTEST_CORRECTED or not word.isalpha():
        return []
    return lexicon.corrections(own, language, 1 if len(own) < TWO_ERRORS else 2)


def wanted_by_body(body: str, language: Language) -> Wanted:
    """What a longer text asks for: the stems of its first words, often said ones a little more."""
    text = "".join(_first_words(body, LONGEST_BODY))
    terms = analyse(text, language).terms
    return Wanted({term: 1 + math.log(count) for term, count in terms.items() if not term.startswith(GRAM)})


def _first_words(text: str, count: int) -> Iterable[str]:
    last: Word | None = None
    for number, word in enumerate(words(text)):
        if number == count:
            break
        last = word
    return text[: last.end] if last else ""
