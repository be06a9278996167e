"""An index at one moment, whatever keeps it: segments of documents, their facts, and the words in them.

Scoring, filters and corrections are written against this; an engine brings segments. A segment never changes once it is
written, so whatever was read of one stays true as long as it exists; only which of its documents are deleted is looked
up with every new snapshot.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from search_index.documents import STATUSES
from search_index.engines.codec import LARGEST_SEGMENT, Postings
from search_index.engines.schema import FACTS, KEYS, TAG
from search_index.languages import LANGUAGES, Language
from search_index.similar import HELPFUL_FACTOR, HELPFUL_STEP, OLD_FACTOR, OLDER_STEP, SOLVED_FACTOR
from search_index.typos import beginnings, nearest

CACHED_BYTES = 40 * 1024 * 1024
CACHED_WORDS = 20_000
LONGEST_LEAD = 4
SECONDS_A_YEAR = 365.25 * 24 * 3600
_POSTINGS_BYTES = 400

Key = TypeVar("Key")
Value = TypeVar("Value")


class Segment(Protocol):
    """Some documents that were written together, numbered from 0; deleted ones still count here."""

    @property
    def size(self) -> int:
        """How many documents it has."""

    @property
    def facts(self) -> NDArray[Any]:
        """A row of ``FACTS`` for each document."""

    def frequency(self, fieldname: str, term: str) -> int:
        """How many documents have a term."""

    def postings(self, fieldname: str, term: str) -> Postings:
        """The documents that have a term."""

    def terms(self, fieldname: str, prefix: str) -> list[tuple[str, int]]:
        """The terms of a field that begin with a prefix, in order, with their frequencies."""

    def text(self, document: int) -> str:
        """The folded words of a document, a space around each."""


class Recent(Generic[Key, Value]):
    """What was used last, up to a size; safe between threads."""

    def __init__(self, limit: int, size: Callable[[Value], int] = lambda _: 1) -> None:
        self._limit, self._size = limit, size
        self._held: OrderedDict[Key, Value] = OrderedDict()
        self._total = 0
        self.dropped = 0
        self._lock = Lock()

    def __contains__(self, key: Key) -> bool:
        with self._lock:
            return key in self._held

    def get(self, key: Key, load: Callable[[], Value]) -> Value:
        """The value of a key, loaded if it is not held. Two threads may load the same value; one is kept."""
        try:
            value = self._held[key]
            self._held.move_to_end(key)  # both are one step of the interpreter; most questions end here
        except KeyError:
            pass
        else:
            return value
        value = load()
        with self._lock:
            if key not in self._held:
                self._held[key] = value
                self._total += self._size(value)
                while self._total > self._limit and len(self._held) > 1:
                    self._total -= self._size(self._held.popitem(last=False)[1])
                    self.dropped += 1
        return value


def recent_postings() -> Recent[tuple[str, bytes], Postings]:
    """What outlives a snapshot: postings by segment and key, at most ``CACHED_BYTES`` of them."""
    return Recent(CACHED_BYTES, size_of)


def size_of(found: Postings) -> int:
    """The bytes that postings take in memory."""
    return found.ids.nbytes + found.impacts.nbytes + _POSTINGS_BYTES


class Snapshot:
    """All segments at one generation, their documents numbered through; ``live`` says which are not deleted.

    ``deleted`` has the numbers of the deleted documents of each segment.
    """

    def __init__(self, segments: Sequence[Segment], deleted: Iterable[Iterable[int]], generation: str) -> None:
        self.generation = generation
        self.segments = segments
        sizes = [segment.size for segment in self.segments]
        self.bases = [sum(sizes[:i]) for i in range(len(sizes))]
        self.size = sum(sizes)
        self.facts: NDArray[Any] = (
            np.concatenate([segment.facts for segment in self.segments]) if self.segments else np.empty(0, FACTS)
        )
        self.live = np.ones(self.size, bool)
        for base, numbers in zip(self.bases, deleted, strict=True):
            self.live[[base + number for number in numbers]] = False
        self._counts = np.bincount(self.facts["language"][self.live], minlength=len(LANGUAGES))
        self._frequencies: Recent[tuple[str, str], int] = Recent(CACHED_WORDS)
        self._words: Recent[tuple[str, str, int], list[str]] = Recent(CACHED_WORDS)
        self._documents: Recent[tuple[str, str], Sequence[tuple[int, Postings]]] = Recent(
            CACHED_BYTES, lambda found: sum(size_of(postings) for _, postings in found) + _POSTINGS_BYTES
        )

    def count(self, language: Language) -> int:
        """How many living documents are in a language."""
        return int(self._counts[LANGUAGES.index(language)])

    def documents(self, fieldname: str, term: str) -> Sequence[tuple[int, Postings]]:
        """Per segment that has the term: the number of its first document, and its postings."""
        return self._documents.get((fieldname, term), lambda: self._read_documents(fieldname, term))

    def _read_documents(self, fieldname: str, term: str) -> Sequence[tuple[int, Postings]]:
        found = [
            (base, segment.postings(fieldname, term)) for base, segment in zip(self.bases, self.segments, strict=True)
        ]
        return [(base, postings) for base, postings in found if postings.ids.size]

    def having(self, fieldname: str, term: str) -> NDArray[np.bool_]:
        """A mask of the documents that have a term, deleted ones included."""
        mask = np.zeros(self.size, bool)
        for base, found in self.documents(fieldname, term):
            mask[base : base + LARGEST_SEGMENT][found.ids] = True
        return mask

    def numbers(self, thread_ids: set[int]) -> list[int]:
        """The numbers of the living documents of these threads."""
        wanted = np.fromiter(thread_ids, np.int64, len(thread_ids))
        found: list[int] = np.flatnonzero(np.isin(self.facts["thread_id"], wanted) & self.live).tolist()
        return found

    @cached_property
    def standing(self) -> NDArray[np.float32]:
        """What each document is worth beside its words: solved first; what helped and what is fresh, a little."""
        facts = self.facts
        solved = np.where(facts["status"] == STATUSES.index("solved"), SOLVED_FACTOR, 1.0)
        liked = np.maximum(facts["helpful"].astype(np.float64) + facts["me_too"], 0)
        helpful = np.minimum(1 + HELPFUL_STEP * np.log2(1 + liked), HELPFUL_FACTOR)
        years = (facts["last_post_at"].max(initial=0) - facts["last_post_at"]) / SECONDS_A_YEAR
        fresh = np.maximum(1 - OLDER_STEP * years, OLD_FACTOR)
        standing: NDArray[np.float32] = (solved * helpful * fresh).astype(np.float32)
        return standing

    @cached_property
    def solved(self) -> NDArray[np.bool_]:
        """A mask of the living documents that are solved."""
        solved: NDArray[np.bool_] = self.live & (self.facts["status"] == STATUSES.index("solved"))
        return solved

    @cached_property
    def newest(self) -> NDArray[np.float32]:
        """Ranks by the last post, the newest 1.0: seconds do not fit the precision."""
        ranks = np.empty(self.size, np.float32)
        order = np.argsort(self.facts["last_post_at"], kind="stable")
        ranks[order] = np.arange(1, self.size + 1, dtype=np.float32) / max(1, self.size)
        return ranks

    @cached_property
    def masters(self) -> NDArray[np.intp]:
        """For each document the number of the living document that it leads to, or -1; a few steps are followed."""
        living = np.flatnonzero(self.live)
        living = living[np.argsort(self.facts["thread_id"][living], kind="stable")]
        ids = self.facts["thread_id"][living]
        masters = np.full(self.size, -1, np.intp)
        doubles = np.flatnonzero(self.facts["duplicate_of"] != 0)
        if living.size and doubles.size:
            wanted = self.facts["duplicate_of"][doubles]
            places = np.minimum(np.searchsorted(ids, wanted), living.size - 1)
            masters[doubles] = np.where(ids[places] == wanted, living[places], -1)
            for _ in range(LONGEST_LEAD):
                further = masters[masters[doubles]]
                masters[doubles] = np.where((masters[doubles] >= 0) & (further >= 0), further, masters[doubles])
            masters[masters == np.arange(self.size)] = -1
        return masters

    @cached_property
    def tagged(self) -> tuple[list[str], NDArray[np.intp], NDArray[np.intp]]:
        """All tags; the tags of all documents, one document after the other; and how many each of them has."""
        known = sorted(self.terms(KEYS, TAG))
        self.expect(KEYS, known)
        found = [
            (number, base + postings.ids.astype(np.intp))
            for number, key in enumerate(known)
            for base, postings in self.documents(KEYS, key)
        ]
        documents = np.concatenate([np.empty(0, np.intp), *(ids for _, ids in found)])
        tags = np.repeat(np.array([number for number, _ in found], np.intp), [ids.size for _, ids in found])
        order = np.argsort(documents, kind="stable")
        return [key.removeprefix(TAG) for key in known], tags[order], np.bincount(documents, minlength=self.size)

    def texts(self, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
        """The folded words of some documents, by their numbers."""
        for number in numbers:
            which, within = self.place(number)
            yield number, self.segments[which].text(within)

    def place(self, number: int) -> tuple[int, int]:
        """Which segment a document is in, and its number there."""
        which = int(np.searchsorted(self.bases, number, side="right")) - 1
        return which, number - self.bases[which]

    def expect(self, fieldname: str, terms: Iterable[str]) -> None:
        """These terms are asked for next: an index that is far away may fetch their postings at once."""

    def terms(self, fieldname: str, prefix: str) -> dict[str, int]:
        """The terms of a field that begin with a prefix, with their frequencies over all segments."""
        found: dict[str, int] = {}
        for segment in self.segments:
            for term, frequency in segment.terms(fieldname, prefix):
                found[term] = found.get(term, 0) + frequency
        return found

    def problems(self) -> list[str]:
        """What is wrong with the documents, a sentence each."""
        _, copies = np.unique(self.facts["thread_id"][self.live], return_counts=True)
        twice = int(np.count_nonzero(copies > 1))
        return [f"{twice} threads are in the index more than once."] if twice else []

    # The words of the index (``similar.Lexicon``).

    def frequency(self, term: str, language: Language) -> int:
        """In how many documents a term stands, deleted ones included."""
        return self._frequencies.get(
            (language, term), lambda: sum(segment.frequency(language, term) for segment in self.segments)
        )

    def is_word(self, term: str, language: Language) -> bool:
        """Whether a term stands in at least two documents."""
        return self.frequency(term, language) >= 2

    def continuations(self, prefix: str, language: Language, limit: int) -> list[str]:
        """The most frequent stems that begin with a prefix of at least two letters."""
        if len(prefix) < 2 or not prefix.isalnum():
            return []
        return self._words.get((prefix, language, -limit), lambda: self._continuations(prefix, language, limit))

    def _continuations(self, prefix: str, language: Language, limit: int) -> list[str]:
        found = self.terms(language, prefix[:2])
        fitting = [term for term in found if term.startswith(prefix) and term.isalnum()]
        return sorted(fitting, key=lambda term: (-found[term], term))[:limit]

    def corrections(self, word: str, language: Language, errors: int) -> list[str]:
        """The nearest, commonest stems within so many mistakes (``typos.nearest``)."""
        return self._words.get((word, language, errors), lambda: self._corrections(word, language, errors))

    def _corrections(self, word: str, language: Language, errors: int) -> list[str]:
        known = (item for letter in sorted(beginnings(word)) for item in self.terms(language, letter).items())
        return nearest(word, known, errors)
