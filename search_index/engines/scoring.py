"""Finding in a snapshot: exact sums of weight * idf * impact over all documents, then filters, order and facets.

A word of a question counts once in a document, by the best way in which it is said there (``similar.Sought``); its grams
count beside it. A document that says more of the words, and whose title the question names, is the better answer.
There is no pruning by quality: whatever has a wanted term is scored, so the order is exact. Only grams that stand in
very many documents are left out, for they tell nothing and cost most.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_index.documents import STATUSES
from search_index.engines.codec import LARGEST_SEGMENT, STEPS
from search_index.engines.contract import Facets, Filters, Hit, Hits
from search_index.engines.schema import KEYS
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
    allowed = snapshot.live.copy()
    if solved_only:
        allowed &= snapshot.facts["status"] == STATUSES.index("solved")
    if without is not None:
        allowed &= snapshot.facts["thread_id"] != without
    shares, surest = _shares(snapshot, title, body, language, last_word_partial=last_word_partial)
    if not (surest[allowed] >= THRESHOLD).any():
        shares = surest = _shares_in_other_languages(snapshot, title, language)
        if not (surest[allowed] >= THRESHOLD).any():
            return []
    shown = allowed & (surest >= THRESHOLD_OF_REST)
    ranked = np.where(shown, shares * snapshot.standing, 0).astype(np.float32)
    lead_to_masters(snapshot, ranked, allowed)
    return list(best(snapshot, ranked, 0, limit))


def _shares(
    snapshot: Snapshot, title: str, body: str, language: Language, *, last_word_partial: bool
) -> tuple[Scores, Scores]:
    """Shares by title and body together, and the greater of that and the share by the title alone.

    The second decides what is shown: a long body earns no case its full share, and must not hide what the title found.
    """
    asked = wanted_by_title(title, language, snapshot, last_word_partial=last_word_partial)
    found = weigh(snapshot, asked, language)
    by_title = found.shares
    told = wanted_by_body(body, language)
    if not told.terms:
        return by_title, by_title
    more = weigh(snapshot, told, language)
    share = TITLE_FACTOR * found.ideal / max(TITLE_FACTOR * found.ideal + more.ideal, 1.0)
    together = share * by_title + (1 - share) * more.shares
    return together, np.maximum(together, by_title)


def _shares_in_other_languages(snapshot: Snapshot, title: str, language: Language) -> Scores:
    """What a title finds among cases in the other languages, a little less sure: names and error codes are the same."""
    shares = np.zeros(snapshot.size, np.float32)
    for other in LANGUAGES:
        if other != language and snapshot.count(other):
            found = weigh(snapshot, wanted_by_title(title, other, snapshot), other)
            shares = np.maximum(shares, OTHER_LANGUAGE * found.shares)
    return shares


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
        scores = _answering(snapshot, query, language, allowed)
        scores *= snapshot.standing
        lead_to_masters(snapshot, scores, allowed)
    else:
        scores = np.where(allowed, _newest_first(snapshot), 0).astype(np.float32)
    found = scores > 0
    return Hits(
        total=int(np.count_nonzero(found)),
        hits=tuple(best(snapshot, scores, offset, limit)),
        facets=count_facets(snapshot, found) if facets else Facets(),
    )


def _answering(snapshot: Snapshot, query: Query, language: Language, allowed: Mask) -> Scores:
    """Scores of the allowed documents that say most of the words; of those alike where none does; 0 for the rest."""
    shares = np.zeros(snapshot.size, np.float32)
    saying_most = np.full(snapshot.size, not query.needed)  # one of several is said by all that are allowed
    for one in LANGUAGES:
        if snapshot.count(one):
            asked = wanted_by_title(query.text, one, snapshot)
            factor = 1.0 if one == language else OTHER_LANGUAGE
            shares = np.maximum(shares, factor * weigh(snapshot, asked, one).shares)
            needed = asked if not query.either else wanted_by_title(query.needed, one, snapshot)
            saying_most |= _saying_most(snapshot, needed, one, all_known=one != language)
    saying_most &= allowed
    if saying_most.any():
        return np.where(saying_most, np.maximum(shares, LEAST_SCORE), 0).astype(np.float32)
    return np.where(allowed & (shares >= THRESHOLD), shares, 0).astype(np.float32)


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


class Weighed(NamedTuple):
    """What was found by a question: each document's score and that of a perfect one; the share of the words that each
    says (0 to 1, by worth); and how much of each one's title the question names (0 to 1)."""

    scores: Scores
    ideal: float
    covered: Scores
    named: Scores

    @property
    def shares(self) -> Scores:
        """How much of a perfect document each one is; what leaves words out is worth less than the sum of its terms."""
        shares = self.scores / np.float32(max(self.ideal, 1.0)) + NAMED_SHARE * self.named
        shares *= 1 - COORDINATION + COORDINATION * self.covered
        return shares


def weigh(snapshot: Snapshot, wanted: Wanted, language: Language) -> Weighed:
    """Score all documents: each word by the best way in which a document says it, and all loose terms."""
    terms = wanted.terms
    snapshot.expect(language, terms)
    frequencies = {term: snapshot.frequency(term, language) for term in terms}
    count = snapshot.count(language)
    found = Weighed(*_loose(snapshot, wanted.loose, language), *np.zeros((2, snapshot.size), np.float32))
    said = np.zeros(snapshot.size, np.float32)
    ideal = 0.0
    for word in wanted.words:
        worth, ways = valued(word, frequencies, count)
        ideal += worth
        numbers, values = _said(snapshot, ways, language, said)
        found.scores[numbers] += values
        found.covered[numbers] += np.minimum(values / np.float32(SAID_IMPACT), np.float32(worth))
        numbers, values = _said(snapshot, naming(word, frequencies), language, said)
        found.named[numbers] += values
    covered = found.covered / np.float32(ideal) if ideal else np.ones_like(said)
    return found._replace(ideal=found.ideal + FULL_IMPACT * ideal, covered=covered)


def _loose(snapshot: Snapshot, terms: Mapping[str, float], language: Language) -> tuple[Scores, float]:
    """Each document's sum of weight * idf * impact over some terms, and the sum that a perfect one would have."""
    scores = np.zeros(snapshot.size, np.float32)
    ideal = 0.0
    count = snapshot.count(language)
    for term, weight in terms.items():
        frequency = snapshot.frequency(term, language)
        if term.startswith(GRAM) and frequency > COMMON_GRAM and frequency > COMMON_SHARE * count:
            continue
        worth = weight * idf(min(frequency, count), count)
        ideal += worth * FULL_IMPACT
        if frequency and worth:
            step = np.float32(worth / STEPS)
            for base, found in snapshot.documents(language, term):
                scores[base : base + LARGEST_SEGMENT][found.ids] += found.impacts * step
    return scores, ideal


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


def _newest_first(snapshot: Snapshot) -> Scores:
    """Scores that order threads by their last post: ranks, since seconds do not fit the precision."""
    order = np.argsort(snapshot.facts["last_post_at"], kind="stable")
    ranks = np.empty(snapshot.size, np.float32)
    ranks[order] = np.arange(1, snapshot.size + 1, dtype=np.float32) / max(1, snapshot.size)
    return ranks


def lead_to_masters(snapshot: Snapshot, scores: Scores, allowed: Mask) -> None:
    """Give the score of each duplicate to the thread it leads to, where that one may be shown."""
    masters = snapshot.masters
    doubles = np.flatnonzero((masters >= 0) & (scores > 0))
    doubles = doubles[allowed[masters[doubles]]]
    np.maximum.at(scores, masters[doubles], scores[doubles])
    scores[doubles] = 0


def best(snapshot: Snapshot, scores: Scores, offset: int, limit: int) -> Iterator[Hit]:
    """The documents with the highest scores, the newer thread first among equals."""
    wanted = offset + limit
    candidates = np.flatnonzero(scores > 0)
    if candidates.size > wanted > 0:
        least = np.partition(scores[candidates], candidates.size - wanted)[candidates.size - wanted]
        candidates = candidates[scores[candidates] >= least]
    ids = snapshot.facts["thread_id"]
    order = np.lexsort((-ids[candidates], -scores[candidates]))[offset:wanted]
    for number in candidates[order].tolist():
        yield Hit(int(ids[number]), round(float(scores[number]), 4))


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
        mask &= snapshot.having(KEYS, f"tag:{tag.lower()}")
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


def count_facets(snapshot: Snapshot, found: Mask) -> Facets:
    """How many of the found documents have each status, category, language and tag."""
    facts = snapshot.facts[found]
    tags: dict[str, int] = {}
    known = snapshot.terms(KEYS, "tag:")
    snapshot.expect(KEYS, known)
    for key in known:
        if number := int(np.count_nonzero(found & snapshot.having(KEYS, key))):
            tags[key.removeprefix("tag:")] = number
    return Facets(
        statuses={STATUSES[value]: number for value, number in _counted(facts["status"])},
        category_ids=dict(_counted(facts["category_id"])),
        languages={LANGUAGES[value]: number for value, number in _counted(facts["language"])},
        tags=dict(sorted(tags.items(), key=lambda item: (-item[1], item[0]))[:MOST_TAGS]),
    )


def _counted(values: NDArray[Any]) -> Iterable[tuple[int, int]]:
    found, numbers = np.unique(values, return_counts=True)
    return sorted(zip(found.tolist(), numbers.tolist(), strict=True), key=lambda item: -item[1])
