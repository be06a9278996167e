"""How much a case answers a question: the weights, the formula and the threshold below which nothing is shown.

Each term of a case has one *impact*, worked out once when the case is indexed (BM25F, Robertson and Zaragoza 2009): its
occurrences in title, body, solution and replies are weighed, divided by how long that part is, summed, and saturated.
A question is a list of words, each with its *ways*: itself, other forms, parts, synonyms, what it was meant to be. A case
earns weight * idf * impact of a word's best way, and the grams of the words beside that; divided by what a case would
earn that had everything at full impact, so that scores of different questions can be compared and one threshold serves
all of them. See docs/decisions/0013 for what was tried.

The figures were found on German product support (3,000 articles, 105 customers' titles, half of them kept aside), two
question-and-answer dumps and XQuAD; the threshold on questions put to the wrong one of these.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from search_index.documents import SolvedCase
from search_index.forms import joined, other_forms, verb_forms
from search_index.languages import (
    GRAM,
    SHORTEST_PART,
    Language,
    Word,
    analyse,
    compound_parts,
    fold,
    grams,
    is_light,
    pieces,
    stem,
    stems,
    stopwords,
    whole,
    words,
)
from search_index.synonyms import Instead, Synonyms, current
from search_index.typos import errors_forgiven

SATURATION = 3.0
FULL_IMPACT = SATURATION + 1
IDF_PRIOR = 200
GRAM_SHARE = 0.3
NAMED = "^"
"""Begins the terms that say what a title names."""
SHORTEST_TITLE = 2
"""A title of fewer words is not named in full by one of them."""
TITLE_FACTOR = 3.0
OTHER_LANGUAGE = 0.8
THRESHOLD = 0.18
"""The share that the best case must reach for anything to be shown, and what the cases after it need."""
THRESHOLD_OF_REST = 0.1

SOLVED_FACTOR = 1.25
HELPFUL_STEP, HELPFUL_FACTOR = 0.02, 1.1
"""What each doubling of helpful votes and "me too" adds, and what it comes to at most."""
OLDER_STEP, OLD_FACTOR = 0.02, 0.9
"""What each year since the last post takes away, and what stays at least."""

FORM = 0.9
PART = 0.6
JOINED = 0.9
SYNONYM = 0.8
CORRECTED = 0.9
CONTINUED = 0.5
"""What another form of a word, each part of it, the two words as one, a synonym, a correction and a continuation are worth
beside the word itself."""
WHOLE = 0.5
"""What a name or a code of several pieces counts beside each of them."""
LIGHT = 0.3
"""What a word counts that people use for any issue."""

LONGEST_TITLE = 40
LONGEST_BODY = 300
CONTINUATIONS = 8
MOST_WAYS = 12
"""How many continuations of a word are looked up, and how many ways to say a word are weighed at most."""
FURTHEST_PARTICLE = 8
CONJUNCTIONS = frozenset("und oder aber weil dass wenn obwohl seit nachdem damit".split())
JOINTS: dict[Language, tuple[str, ...]] = {"de": ("", "s"), "en": ("",)}


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


WEIGHT_WITHOUT_TITLE = 4.0
"""What the body weighs where it stands for the title, too."""


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

    def is_word(term: str) -> bool:
        return lexicon.is_word(term, case.language)

    weighed: defaultdict[str, float] = defaultdict(float)
    for name, part in PARTS.items():
        terms, length = analyse(getattr(case, name), case.language, is_word)
        weight = part.weight if case.title or name != "body" else WEIGHT_WITHOUT_TITLE
        weight /= 1 - part.length_matters + part.length_matters * length / part.usual_length
        for term, occurrences in terms.items():
            weighed[term] += weight * occurrences
    found = {term: FULL_IMPACT * weight / (weight + SATURATION) for term, weight in weighed.items()}
    return found | _named(case, is_word)


def _named(case: SolvedCase, is_word: Callable[[str], bool]) -> dict[str, float]:
    """What the title names, as terms of their own: how much of the title each word is."""
    terms = {
        term: times for term, times in analyse(case.title, case.language, is_word).terms.items() if term[0] != GRAM
    }
    size = max(SHORTEST_TITLE, len(stems(case.title, case.language)))
    return {NAMED + term: FULL_IMPACT * min(1.0, times) / size for term, times in terms.items()}


def idf(frequency: int, count: int) -> float:
    """How telling a term is that stands in ``frequency`` of ``count`` cases.

    ``IDF_PRIOR`` imagines some cases more that do not have it, so that in a young index a word is not worthless because
    the only case has it.
    """
    return math.log1p((count + IDF_PRIOR - frequency + 0.5) / (frequency + 0.5))


class Way(NamedTuple):
    """One way to say a word: terms that a case must have all to say it so, and what it is worth beside the word itself.

    A case that has some of the terms of a compound says a part of it.
    """

    terms: tuple[str, ...]
    weight: float


class Sought(NamedTuple):
    """One word of a question with all ways to say it, the likeliest first, and what it counts beside the others.

    A case says the word once, in the best of its ways.
    """

    ways: tuple[Way, ...]
    weight: float


Valued = tuple[tuple[tuple[str, float], ...], ...]
"""For each way to say a word its terms, each with the factor of its impact."""


def valued(word: Sought, frequencies: Mapping[str, int], count: int) -> tuple[float, Valued]:
    """What a word is worth (weight * idf of its best way), and its ways with weight * idf as factors.

    The word itself is the measure: a rarer synonym is not worth more than the word that was typed.
    """

    def telling(term: str) -> float:
        return idf(min(frequencies[term], count), count)

    most = max((telling(term) for way in word.ways if way.weight == 1.0 for term in way.terms), default=math.inf)
    ways = tuple(
        tuple((term, word.weight * way.weight * min(most, telling(term))) for term in way.terms) for way in word.ways
    )
    return max((sum(factor for _, factor in way) for way in ways), default=0.0), ways


def naming(word: Sought, frequencies: Mapping[str, int]) -> Valued:
    """The ways that titles have; whatever the word, the sum over a case is the share of its title."""
    return tuple(
        tuple((NAMED + term, way.weight * word.weight / len(way.terms) / FULL_IMPACT) for term in way.terms)
        for way in word.ways
        if any(frequencies[NAMED + term] for term in way.terms)
    )


@dataclass(slots=True)
class Wanted:
    """What a question asks for: its words, and terms with weights that count whether a case says a word or not."""

    words: list[Sought] = field(default_factory=list)
    loose: dict[str, float] = field(default_factory=dict)

    def add(self, terms: Iterable[str], weight: float) -> None:
        """Want each of the terms so much, or more if it is wanted more already."""
        for term in terms:
            self.loose[term] = max(self.loose.get(term, 0.0), weight)

    @property
    def terms(self) -> set[str]:
        """Every term that matters."""
        said = {term for word in self.words for way in word.ways for term in way.terms}
        return said | {NAMED + term for term in said} | self.loose.keys()


class Typed(NamedTuple):
    """A folded word of a title, stop words too: is it still being typed, does it end a clause, does a hyphen follow?"""

    text: str
    is_unfinished: bool = False
    ends_clause: bool = False
    goes_on: bool = False


def wanted_by_title(
    title: str,
    language: Language,
    lexicon: Lexicon,
    *,
    last_word_partial: bool = False,
    synonyms: Synonyms | None = None,
) -> Wanted:
    """What a title or a search asks for: its words in their forms, parts, synonyms, likely corrections and
    continuations, and grams. Without ``synonyms`` the current ones are used."""
    wanted = Wanted()
    typed = list(_typed(title, language, last_word_partial=last_word_partial))
    folded = [word.text for word in typed]
    reader = _Reader(language, lexicon, typed, synonyms or current())
    for instead in reader.synonyms.instead(folded, language):
        reader.add_synonyms(instead)
    for at, word in enumerate(typed):
        if word.text in stopwords(language) and not reader.instead.get(at):
            continue
        if sought := reader.read(at):
            wanted.words.append(sought)
        if word.text not in stopwords(language) and not is_light(word.text, language):
            wanted.add(reader.grams(at), GRAM_SHARE)
    wanted.words += _wholes(title, language, lexicon)
    return wanted


def _typed(title: str, language: Language, *, last_word_partial: bool) -> Iterator[Typed]:
    typed = list(words(title))[:LONGEST_TITLE]
    for number, word in enumerate(typed):
        is_last = number == len(typed) - 1
        parts = [fold(piece, language) for piece in pieces(word.text)]
        until = len(title) if is_last else typed[number + 1].start
        for part in parts[:-1]:
            yield Typed(part, goes_on=True)
        unfinished = last_word_partial and is_last and word.end == len(title)
        yield Typed(parts[-1], unfinished, is_last or bool(title[word.end : until].strip()))


def _wholes(title: str, language: Language, lexicon: Lexicon) -> Iterator[Sought]:
    """What is written in several pieces, as one; unless nobody writes it so and it is no code."""
    for word in list(words(title))[:LONGEST_TITLE]:
        if len(pieces(word.text)) > 1:
            names = whole(word.text, language)
            known = [name for name in names if lexicon.frequency(name, language)]
            if known or not names[-1].isalpha():
                yield Sought(tuple(Way((name,), 1.0) for name in known or names), WHOLE)


class _Reader:
    """Reads the words of one title."""

    def __init__(self, language: Language, lexicon: Lexicon, typed: list[Typed], synonyms: Synonyms) -> None:
        self.language, self.lexicon, self.typed, self.synonyms = language, lexicon, typed, synonyms
        self.instead: dict[int, list[tuple[str, ...]]] = {}
        self._meant: dict[int, list[str]] = {}

    def add_synonyms(self, found: Instead) -> None:
        """Some words may be said otherwise: whoever says them so has said each of them."""
        span = range(found.start, found.end)
        for at in [at for at in span if self.typed[at].text not in stopwords(self.language)] or [found.start]:
            self.instead.setdefault(at, []).extend(found.ways)

    def weight(self, word: str) -> float:
        """What a word counts beside the others."""
        return LIGHT if is_light(word, self.language) else 1.0

    def known(self, term: str) -> bool:
        """Whether some case has the term."""
        return self.lexicon.frequency(term, self.language) > 0

    def read(self, at: int) -> Sought | None:
        """The ways to say a word."""
        word = self.typed[at]
        ways: dict[tuple[str, ...], float] = {}
        for way in (*self._itself(at, word), *self._said_otherwise(self.instead.get(at, ()))):
            ways[way.terms] = max(ways.get(way.terms, 0.0), way.weight)
        if not ways:
            return None
        ordered = tuple(Way(*item) for item in ways.items() if self.known(item[0][0])) or (Way(next(iter(ways)), 1.0),)
        return Sought(tuple(sorted(ordered, key=lambda way: -way.weight))[:MOST_WAYS], self.weight(word.text))

    def grams(self, at: int) -> Iterator[str]:
        """The grams of a word and of what it was meant to be."""
        word = self.typed[at]
        if word.is_unfinished:
            yield from grams(word.text)[: -1 if len(word.text) > 2 else None]
            return
        yield from grams(word.text)
        for meant in self._meant.get(at, []):
            yield from grams(meant)[:-1]

    def _itself(self, at: int, word: Typed) -> Iterator[Way]:
        if word.text in stopwords(self.language):
            return
        own = stem(word.text, self.language)
        ways = [Way((own,), 1.0)] if self.known(own) else []
        if word.is_unfinished:
            ways += self._beginning(word.text, CONTINUED)
        if not word.is_unfinished or not ways:
            ways += self._finished(at, word.text, is_known=bool(ways))
        yield from ways or [Way((own,), 1.0)]

    def _finished(self, at: int, word: str, *, is_known: bool) -> Iterator[Way]:
        """The other ways to say a word that is written out."""
        forms = (form for form in other_forms(word, self.language) if self.known(form))
        found = [*(Way((form,), FORM) for form in forms), *self._compound(word), *self._together(at), *self._apart(at)]
        yield from found
        if is_known or found or is_light(word, self.language):
            return
        found = list(self._beginning(word, PART)) if len(word) >= SHORTEST_PART else []
        yield from found
        if not found and not self.instead.get(at):
            self._meant[at] = meant(word, self.language, self.lexicon)
            yield from (way for term in self._meant[at] for way in self._corrected(term))

    def _beginning(self, word: str, weight: float) -> Iterator[Way]:
        """The words that begin so: what an unfinished one may become, or compounds of one that nobody says alone."""
        for term in self.lexicon.continuations(word, self.language, CONTINUATIONS):
            yield Way((term,), weight)

    def _corrected(self, term: str) -> Iterator[Way]:
        """A correction, its other forms, and what it may be called instead."""
        yield Way((term,), CORRECTED)
        yield from (Way((form,), CORRECTED * FORM) for form in other_forms(term, self.language) if self.known(form))
        for instead in self.synonyms.instead([term], self.language):
            yield from (Way(way.terms, CORRECTED * way.weight) for way in self._said_otherwise(instead.ways))

    def _compound(self, word: str) -> Iterator[Way]:
        """The parts of a compound, and with one of them said otherwise: *Telefonrechnung* is *Telefon, Abrechnung*."""
        parts = self._parts(word)
        if not parts:
            return
        yield Way(parts, PART)
        for instead in self.synonyms.instead(parts, self.language):
            if instead.end - instead.start == 1:
                for way in instead.ways:
                    said = tuple(stem(one, self.language) for one in way)
                    if len(said) == 1 and self.known(said[0]):
                        yield Way((*parts[: instead.start], *said, *parts[instead.end :]), PART * SYNONYM)

    def _parts(self, word: str) -> tuple[str, ...]:
        return compound_parts(word, self.language, lambda term: self.lexicon.is_word(term, self.language))

    def _together(self, at: int) -> Iterator[Way]:
        """What a word is as one with that before or after it: *Internet Verbindung*."""
        for first in (at - 1, at):
            if first >= 0 and first + 1 < len(self.typed):
                yield from self._as_one(self.typed[first], self.typed[first + 1])

    def _as_one(self, one: Typed, other: Typed) -> Iterator[Way]:
        if other.is_unfinished or one.goes_on or {one.text, other.text} & stopwords(self.language):
            return
        together = dict.fromkeys(stem(one.text + link + other.text, self.language) for link in JOINTS[self.language])
        yield from (Way((term,), JOINED) for term in together if self.known(term))

    def _apart(self, at: int) -> Iterator[Way]:
        """A verb whose particle ends the clause: *melde ... ab*."""
        if self.language != "de":
            return
        for following in self.typed[at + 1 : at + 1 + FURTHEST_PARTICLE]:
            if following.text in CONJUNCTIONS:
                return
            if following.ends_clause:
                terms = joined(following.text, self.typed[at].text)
                yield from (Way((term,), JOINED) for term in terms if self.known(term))
                return

    def _said_otherwise(self, said: Iterable[tuple[str, ...]]) -> Iterator[Way]:
        """Synonyms that some case knows; of a phrase all of its words but stop words."""
        for way in said:
            if len(way) == 1:
                terms = (stem(way[0], self.language), *verb_forms(way[0], self.language))
                yield from (Way((term,), SYNONYM) for term in terms if self.known(term))
            else:
                telling = tuple(stem(one, self.language) for one in way if one not in stopwords(self.language))
                if telling and all(self.known(term) for term in telling):
                    yield Way(telling, SYNONYM)


def meant(word: str, language: Language, lexicon: Lexicon) -> list[str]:
    """The stems that a folded, unknown word was likely meant to be; none if it is too short or no word at all."""
    own = stem(word, language)
    errors = errors_forgiven(own)
    return lexicon.corrections(own, language, errors) if errors and word.isalpha() else []


def wanted_by_body(body: str, language: Language) -> Wanted:
    """What a longer text asks for: the stems of its first words, often said ones a little more."""
    text = "".join(_first_words(body, LONGEST_BODY))
    terms = analyse(text, language).terms
    return Wanted(loose={term: 1 + math.log(count) for term, count in terms.items() if not term.startswith(GRAM)})


def _first_words(text: str, count: int) -> Iterable[str]:
    last: Word | None = None
    for number, word in enumerate(words(text)):
        if number == count:
            break
        last = word
    return text[: last.end] if last else ""
