"""Finding in a snapshot: exact sums of weight * idf * impact over all documents, then filters, order and facets.

A word of a question counts once in a document, by the best way in which it is said there (``similar.Sought``); its grams
count beside it. A document that says more of the words, and whose title the question names, is the better answer.
The order is exact. Words are summed over all documents; grams, of which there are many and which stand in very many
documents, only where they can still matter: what all of them could add at most says which documents may yet be among
the best (``_contending``). Grams that stand in a fifth of all documents are left out, for they tell nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_index.documents import STATUSES
from search_index.engines.codec import LARGEST_SEGMENT, STEPS
from search_index.engines.contract import Facets, Filters, Hit, Hits
from search_index.engines.schema import KEYS, TAG
from search_index.engines.snapshot import Snapshot
from search_index.languages import GRAM, LANGUAGES, Language, fold, pieces, plain_words, stem, stopwords, words
from search_index.parsing import Query
from search_index.similar import (
    FULL_IMPACT,
    OTHER_LANGUAGE,
    THRESHOLD,
    THRESHOLD_OF_REST,
    TITLE_FACTOR,
    Wanted,
    idf,
    naming,
    valued,
    wanted_by_body,
    wanted_by_title,
)

Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.intp]
Way = tuple[tuple[str, float], ...]
Ways = tuple[Way, ...]

NAMED_SHARE = 0.15
"""What a title that the question names in full adds to a share."""
COORDINATION = 0.6
"""How much of its share a document loses that says none of the words (only their grams)."""
SAID_IMPACT = 1.0
"""The impact from which on a word counts as said: once in a text of usual length."""
COMMON_GRAM = 2_000
COMMON_SHARE = 0.2
MOST_LOOKED_UP = 0.1
"""How many of all documents are looked up one by one rather than counted with all others."""
ROUNDING = 1e-4
"""By how much two ways to add up the same may differ."""
MOST_PHRASE_CHECKS = 1_000
NEEDED_SHARE = 0.6
LEAST_SCORE = np.float32(1e-4)
MOST_TAGS = 20


def find_similar(
    snapshot: Snapshot,
    title: str,
    body: str,
    language: Language,
    *,
    limit: int,
    solved_only: bool,
    last_word_partial: bool,
    without: int | None,
) -> list[Hit]:
    """The cases most like a question; none unless one reaches ``THRESHOLD``, then all above ``THRESHOLD_OF_REST``."""
    allowed = snapshot.solved if solved_only else snapshot.live
    if without is not None:
        allowed = allowed & (snapshot.facts["thread_id"] != without)
    asked = wanted_by_title(title, language, snapshot, last_word_partial=last_word_partial)
    by_title = weigh(snapshot, asked, language)
    told = wanted_by_body(body, language)
    found = (
        _together(snapshot, by_title, weigh(snapshot, told, language), language, allowed)
        if told.terms
        else _contending(snapshot, by_title, language, allowed, limit)
    )
    if not (found.surest >= THRESHOLD).any():
        found = _in_another_language(snapshot, title, language, allowed, limit)
        if not (found.surest >= THRESHOLD).any():
            return []
    shown = found.surest >= THRESHOLD_OF_REST
    numbers = found.numbers[shown]
    values = found.shares[shown] * snapshot.standing[numbers]
    return list(best(snapshot, *lead_to_masters(snapshot, numbers, values, allowed), 0, limit))


class Likely(NamedTuple):
    """Documents by their numbers, ascending; their shares; and the shares that decide whether they are shown."""

    numbers: Numbers
    shares: Scores
    surest: Scores


def _together(snapshot: Snapshot, by_title: Weighed, more: Weighed, language: Language, allowed: Mask) -> Likely:
    """Shares by title and body together; surest is the greater of that and the share by the title alone.

    A long body earns no case its full share, and must not hide what the title found.
    """
    share = TITLE_FACTOR * by_title.ideal / max(TITLE_FACTOR * by_title.ideal + more.ideal, 1.0)
    numbers = np.flatnonzero(allowed)
    alone = by_title.shares(snapshot, numbers, language)
    together = share * alone + (1 - share) * more.shares(snapshot, numbers, language)
    return Likely(numbers, together, np.maximum(together, alone))


def _contending(
    snapshot: Snapshot, weighed: Weighed, language: Language, allowed: Mask, limit: int, factor: float = 1.0
) -> Likely:
    """All that may be among the first ``limit``, or that say whether anything is shown; shares are times ``factor``."""
    numbers = np.flatnonzero((weighed.scores > 0) & allowed)
    least = factor * weighed.least(numbers)
    sure = least >= THRESHOLD_OF_REST
    floor = _floor(snapshot, numbers[sure], least[sure], limit)
    is_sure = bool((least >= THRESHOLD).any())

    def may_count(most: Scores, standing: Scores) -> Mask:
        among: Mask = (most >= THRESHOLD_OF_REST) & (most * standing >= floor)
        return among if is_sure else among | (most >= THRESHOLD)

    unsaid = np.full(1, factor * weighed.most_unsaid, np.float32)
    if may_count(unsaid, snapshot.standing.max(keepdims=True, initial=0)).any():
        numbers = np.flatnonzero(allowed)
    numbers = numbers[may_count(factor * weighed.most(numbers), snapshot.standing[numbers])]
    shares = factor * weighed.shares(snapshot, numbers, language)
    return Likely(numbers, shares, shares)


def _in_another_language(snapshot: Snapshot, title: str, language: Language, allowed: Mask, limit: int) -> Likely:
    """What a title finds among cases in another language, a little less sure: names and error codes are the same."""
    nothing = np.empty(0, np.float32)
    likely = [Likely(np.empty(0, np.intp), nothing, nothing)]
    for other in LANGUAGES:
        if other != language and snapshot.count(other):
            found = weigh(snapshot, wanted_by_title(title, other, snapshot), other)
            likely.append(_contending(snapshot, found, other, allowed, limit, OTHER_LANGUAGE))
    return max(likely, key=lambda one: one.surest.max(initial=0))


def _floor(snapshot: Snapshot, numbers: Numbers, least: Scores, limit: int) -> float:
    """What a document must be worth to be among the first ``limit``, where these are worth so much at least."""
    own = snapshot.masters[numbers] < 0  # one that leads to another is no place of its own
    values = least[own] * snapshot.standing[numbers[own]]
    if not values.size >= limit > 0:
        return 0.0
    return float(np.partition(values, values.size - limit)[values.size - limit]) * (1 - ROUNDING)


def find(
    snapshot: Snapshot, query: Query, filters: Filters, *, language: Language, offset: int, limit: int, facets: bool
) -> Hits:
    """A page of the threads that answer a query."""
    allowed = snapshot.live & passing(snapshot, filters)
    for word in query.without:
        allowed &= ~saying(snapshot, word)
    for phrase in query.phrases:
        allowed &= saying(snapshot, phrase)
    for group in query.either:
        allowed &= np.logical_or.reduce([saying(snapshot, one) for one in group])
    if query.text:
        numbers, values = _answering(snapshot, query, language, allowed, offset + limit)
        numbers, values = lead_to_masters(snapshot, numbers, values * snapshot.standing[numbers], allowed)
    else:
        numbers = np.flatnonzero(allowed)
        values = snapshot.newest[numbers]
    return Hits(
        total=numbers.size,
        hits=tuple(best(snapshot, numbers, values, offset, limit)),
        facets=count_facets(snapshot, numbers) if facets else Facets(),
    )


def _answering(
    snapshot: Snapshot, query: Query, language: Language, allowed: Mask, limit: int
) -> tuple[Numbers, Scores]:
    """The allowed documents that say most of the words with their shares; of those alike where none does.

    The shares of the first ``limit`` are exact, those of the others what they are at least.
    """
    found: list[tuple[Language, np.float32, Weighed]] = []
    saying_most = np.full(snapshot.size, not query.needed)  # one of several is said by all that are allowed
    for one in LANGUAGES:
        if snapshot.count(one):
            asked = wanted_by_title(query.text, one, snapshot)
            found.append((one, np.float32(1.0 if one == language else OTHER_LANGUAGE), weigh(snapshot, asked, one)))
            needed = asked if not query.either else wanted_by_title(query.needed, one, snapshot)
            saying_most |= _saying_most(snapshot, needed, one, all_known=one != language)

    def greatest(numbers: Numbers, shares: Callable[[Language, Weighed], Scores]) -> Scores:
        """What each is by the language in which it is most."""
        by_language = [factor * shares(one, weighed) for one, factor, weighed in found]
        greatest: Scores = np.maximum.reduce([np.full(numbers.size, LEAST_SCORE), *by_language])
        return greatest

    def least(numbers: Numbers) -> Scores:
        return greatest(numbers, lambda _, weighed: weighed.least(numbers))

    def most(numbers: Numbers) -> Scores:
        return greatest(numbers, lambda _, weighed: weighed.most(numbers))

    def exact(numbers: Numbers) -> Scores:
        return greatest(numbers, lambda one, weighed: weighed.shares(snapshot, numbers, one))

    numbers = np.flatnonzero(saying_most & allowed)
    if numbers.size:
        shares = least(numbers)
        first = most(numbers) * snapshot.standing[numbers] >= _floor(snapshot, numbers, shares, limit)
        shares[first] = exact(numbers[first])
        return numbers, shares
    everything = np.flatnonzero(allowed)
    numbers = everything[most(everything) >= THRESHOLD]
    shares = exact(numbers)
    return numbers[shares >= THRESHOLD], shares[shares >= THRESHOLD]


def _saying_most(snapshot: Snapshot, asked: Wanted, language: Language, *, all_known: bool) -> Mask:
    """A mask of the documents that say all of two words, most of more. Words that nobody says are left out of account,
    unless ``all_known`` must be: a question in one language is no question in the other for the one name in it."""
    said = np.zeros(snapshot.size, np.uint8)
    known = 0
    for word in asked.words:
        mask = np.zeros(snapshot.size, bool)
        for way in word.ways:
            mask |= np.logical_and.reduce([snapshot.having(language, term) for term in way.terms])
        said += mask
        known += bool(mask.any())
    if not known or (all_known and known < len(asked.words)):
        return np.zeros(snapshot.size, bool)
    return said >= (known if known <= 2 else max(2, round(known * NEEDED_SHARE)))


class Loose(NamedTuple):
    """A term that counts whether a document says a word or not, with what each step of its impact is worth."""

    term: str
    step: np.float32


class Weighed(NamedTuple):
    """What was found by a question: each document's score by its words; the share of the words that each says (0 to 1,
    by worth); how much of each one's title the question names (0 to 1); the loose terms that are still to be counted;
    the score of a perfect document by all of them, and how much of that is the loose terms'."""

    scores: Scores
    covered: Scores
    named: Scores
    loose: tuple[Loose, ...]
    ideal: float
    ideal_loose: float

    def shares(self, snapshot: Snapshot, numbers: Numbers, language: Language) -> Scores:
        """How much of a perfect document each of these is, their numbers ascending."""
        return self._shares(numbers, counted(snapshot, self.loose, numbers, language))

    def least(self, numbers: Numbers) -> Scores:
        """How much of a perfect document each one is at least: by its words alone."""
        return self._shares(numbers, 0.0)

    def most(self, numbers: Numbers) -> Scores:
        """How much it can be at most: if it had all loose terms at full impact."""
        return self._shares(numbers, self.ideal_loose)

    @property
    def most_unsaid(self) -> float:
        """How much a document can be that says none of the words."""
        return self.ideal_loose / max(self.ideal, 1.0) * (1.0 if self.ideal == self.ideal_loose else 1 - COORDINATION)

    def _shares(self, numbers: Numbers, loose: Scores | float) -> Scores:
        """What leaves words out is worth less than the sum of its terms."""
        shares: Scores = (self.scores[numbers] + loose) / max(self.ideal, 1.0) + NAMED_SHARE * self.named[numbers]
        shares *= 1 - COORDINATION + COORDINATION * self.covered[numbers]
        return shares.astype(np.float32, copy=False)


def weigh(snapshot: Snapshot, wanted: Wanted, language: Language) -> Weighed:
    """Score all documents, each word by the best way in which a document says it. Loose terms are left for later."""
    terms = wanted.terms
    snapshot.expect(language, terms)
    frequencies = {term: snapshot.frequency(term, language) for term in terms}
    count = snapshot.count(language)
    loose, ideal_loose = _worth(wanted.loose, frequencies, count)
    scores, covered, named, scratch = np.zeros((4, snapshot.size), np.float32)
    worths = [valued(word, frequencies, count) for word in wanted.words]
    ideal = sum(worth for worth, _ in worths)
    if not ideal:
        covered[:] = 1
    for word, (worth, ways) in zip(wanted.words, worths, strict=True):
        numbers, values = _said(snapshot, ways, language, scratch)
        scores[numbers] += values
        if ideal:
            covered[numbers] += np.minimum(values / np.float32(SAID_IMPACT), np.float32(worth)) / np.float32(ideal)
        numbers, values = _said(snapshot, naming(word, frequencies), language, scratch)
        named[numbers] += values
    return Weighed(scores, covered, named, loose, ideal_loose + FULL_IMPACT * ideal, ideal_loose)


def _worth(terms: Mapping[str, float], frequencies: Mapping[str, int], count: int) -> tuple[tuple[Loose, ...], float]:
    """The loose terms that some document has, and the sum that a document with all of them at full impact would have."""
    found, ideal = [], 0.0
    for term, weight in terms.items():
        frequency = frequencies[term]
        if term.startswith(GRAM) and frequency > COMMON_GRAM and frequency > COMMON_SHARE * count:
            continue
        worth = weight * idf(min(frequency, count), count)
        ideal += worth * FULL_IMPACT
        if frequency and worth:
            found.append(Loose(term, np.float32(worth / STEPS)))
    return tuple(found), ideal


def counted(snapshot: Snapshot, loose: Iterable[Loose], numbers: Numbers, language: Language) -> Scores:
    """What the loose terms are worth in each of these documents, their numbers ascending.

    Looking a few documents up costs less than adding up all, and more where they are many.
    """
    few = numbers.size <= MOST_LOOKED_UP * snapshot.size
    return (_looked_up if few else _added_up)(snapshot, loose, numbers, language)


def _added_up(snapshot: Snapshot, loose: Iterable[Loose], numbers: Numbers, language: Language) -> Scores:
    scores = np.zeros(snapshot.size, np.float32)
    for term, step in loose:
        for base, found in snapshot.documents(language, term):
            scores[base : base + LARGEST_SEGMENT][found.ids] += found.impacts * step
    return scores[numbers]


def _looked_up(snapshot: Snapshot, loose: Iterable[Loose], numbers: Numbers, language: Language) -> Scores:
    scores = np.zeros(numbers.size, np.float32)
    ends = np.searchsorted(numbers, snapshot.bases)
    within = {
        base: (slice(start, end), (numbers[start:end] - base).astype(np.uint16))
        for base, start, end in zip(snapshot.bases, ends, [*ends[1:], numbers.size], strict=True)
        if start < end
    }
    for term, step in loose if within else ():
        for base, found in snapshot.documents(language, term):
            if base in within:
                part, wanted = within[base]
                places = np.minimum(found.ids.searchsorted(wanted), found.ids.size - 1)
                scores[part] += np.where(found.ids[places] == wanted, found.impacts[places] * step, 0)
    return scores


def _said(snapshot: Snapshot, ways: Ways, language: Language, scratch: Scores) -> tuple[Numbers, Scores]:
    """The documents that say a word in any way, some of them more than once, and what the best way is worth in each.

    A way is worth the sum of its terms. ``scratch`` is zero before and after.
    """
    if len(ways) == 1:
        return _sum(snapshot, ways[0], language)
    touched = []
    for way in ways:
        numbers, values = _sum(snapshot, way, language)
        scratch[numbers] = np.maximum(scratch[numbers], values)
        touched.append(numbers)
    numbers = np.concatenate(touched) if touched else np.empty(0, np.intp)
    values = scratch[numbers]
    scratch[numbers] = 0
    return numbers, values


def _sum(snapshot: Snapshot, way: Way, language: Language) -> tuple[Numbers, Scores]:
    """The documents that have any of some terms, each once, and their sums of factor * impact."""
    parts = [
        (found.ids.astype(np.intp) + base, found.impacts * np.float32(factor / STEPS))
        for term, factor in way
        for base, found in snapshot.documents(language, term)
    ]
    if not parts:
        return np.empty(0, np.intp), np.empty(0, np.float32)
    numbers = np.concatenate([numbers for numbers, _ in parts])
    values = np.concatenate([values for _, values in parts])
    if len(way) == 1:
        return numbers, values
    numbers, places = np.unique(numbers, return_inverse=True)
    return numbers, np.bincount(places, values).astype(np.float32)


def lead_to_masters(snapshot: Snapshot, numbers: Numbers, values: Scores, allowed: Mask) -> tuple[Numbers, Scores]:
    """The same documents with their values, each duplicate as the thread it leads to, where that one may be shown."""
    masters = snapshot.masters[numbers]
    doubles = (masters >= 0) & allowed[masters]
    if not doubles.any():
        return numbers, values
    leaders, places = np.unique(np.where(doubles, masters, numbers), return_inverse=True)
    greatest = np.zeros(leaders.size, np.float32)
    np.maximum.at(greatest, places, values)
    return leaders, greatest


def best(snapshot: Snapshot, numbers: Numbers, values: Scores, offset: int, limit: int) -> Iterator[Hit]:
    """The documents with the highest values, the newer thread first among equals."""
    wanted = offset + limit
    if numbers.size > wanted > 0:
        least = np.partition(values, values.size - wanted)[values.size - wanted]
        numbers, values = numbers[values >= least], values[values >= least]
    ids = snapshot.facts["thread_id"][numbers]
    for place in np.lexsort((-ids, -values))[offset:wanted].tolist():
        yield Hit(int(ids[place]), round(float(values[place]), 4))


def passing(snapshot: Snapshot, filters: Filters) -> Mask:
    """A mask of the documents that are what the filters ask for."""
    facts = snapshot.facts
    mask = np.ones(snapshot.size, bool)
    if filters.statuses:
        mask &= np.isin(facts["status"], [STATUSES.index(status) for status in filters.statuses])
    if filters.category_ids:
        mask &= np.isin(facts["category_id"], list(filters.category_ids))
    if filters.languages:
        mask &= np.isin(facts["language"], [LANGUAGES.index(language) for language in filters.languages])
    if filters.created_from is not None:
        mask &= facts["created_at"] >= filters.created_from
    if filters.created_before is not None:
        mask &= facts["created_at"] < filters.created_before
    for tag in filters.tags:
        mask &= snapshot.having(KEYS, f"{TAG}{tag.lower()}")
    if filters.author is not None:
        mask &= snapshot.having(KEYS, f"author:{filters.author.lower()}")
    return mask


def saying(snapshot: Snapshot, phrase: str) -> Mask:
    """A mask of the documents that say a phrase word for word (one word: in any form of it).

    Each language reads the phrase its own way. Documents with all of its words are looked up in their text; of a phrase
    of the commonest words only the first ``MOST_PHRASE_CHECKS`` are.
    """
    mask = np.zeros(snapshot.size, bool)
    for language in LANGUAGES:
        parts = [fold(piece, language) for word in words(phrase) for piece in pieces(word.text)]
        telling = [part for part in parts if part not in stopwords(language)]
        if not snapshot.count(language) or not parts:
            continue
        having = snapshot.facts["language"] == LANGUAGES.index(language)
        for part in telling:
            having &= snapshot.having(language, stem(part, language))
        if len(parts) > 1 or not telling:
            having = _word_for_word(snapshot, having & snapshot.live, plain_words(phrase, language))
        mask |= having
    return mask


def _word_for_word(snapshot: Snapshot, having: Mask, phrase: str) -> Mask:
    mask = np.zeros(snapshot.size, bool)
    for number, text in snapshot.texts(np.flatnonzero(having)[:MOST_PHRASE_CHECKS].tolist()):
        mask[number] = phrase in text
    return mask


def count_facets(snapshot: Snapshot, numbers: Numbers) -> Facets:
    """How many of the found documents have each status, category, language and tag."""
    facts = snapshot.facts[numbers]
    found = np.zeros(snapshot.size, bool)
    found[numbers] = True
    names, tags, each = snapshot.tagged
    counts = np.bincount(tags[np.repeat(found, each)], minlength=len(names)).tolist()
    frequent = sorted((-count, name) for name, count in zip(names, counts, strict=True) if count)[:MOST_TAGS]
    return Facets(
        statuses={STATUSES[value]: number for value, number in _counted(facts["status"])},
        category_ids=dict(_counted(facts["category_id"])),
        languages={LANGUAGES[value]: number for value, number in _counted(facts["language"])},
        tags={name: -count for count, name in frequent},
    )


def _counted(values: NDArray[Any]) -> Iterable[tuple[int, int]]:
    found, numbers = np.unique(values, return_counts=True)
    return sorted(zip(found.tolist(), numbers.tolist(), strict=True), key=lambda item: -item[1])
