"""Reading the index: segments decoded into arrays, and a snapshot of all of them at one generation.

Nothing here changes an index. A segment's files never change either, so whatever was read of one stays true as long as
the segment exists; only which of its documents are deleted is looked up with every new snapshot. Files are read with
``pread``: threads share them without a lock, and a file cut short under us is an error to catch, not a signal.
"""

import os
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cached_property
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.reading import SegmentReader

from search_index.documents import STATUSES
from search_index.engines.codec import EMPTY, LARGEST_SEGMENT, Entry, Postings, TermsReader, key_of
from search_index.engines.schema import FACTS, SCHEMA, checksums
from search_index.languages import LANGUAGES, Language
from search_index.similar import HELPFUL_FACTOR, HELPFUL_STEP, OLD_FACTOR, OLDER_STEP, SOLVED_FACTOR

CACHED_BYTES = 40 * 1024 * 1024
CACHED_ENTRIES = 60_000
CACHED_WORDS = 20_000
LONGEST_LEAD = 4
SECONDS_A_YEAR = 365.25 * 24 * 3600
_POSTINGS_BYTES = 400

Key = TypeVar("Key")
Value = TypeVar("Value")


class OpenFile(BufferFile):  # type: ignore[misc]
    """A file that is read at positions, from many threads at once. It is closed when nobody holds it any more."""

    def __init__(self, path: str, name: str) -> None:
        self._descriptor = -1
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._name = name
        self._position = 0
        self.file = self
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    def get(self, position: int, length: int) -> bytes:
        """The bytes from a position on; fewer where the file ends."""
        return os.pread(self._descriptor, max(0, length), position)

    def seek(self, where: int, whence: int = os.SEEK_SET) -> None:
        """Move the position that ``read`` and ``readline`` start from (used while a segment is opened)."""
        start = (0, self._position, os.fstat(self._descriptor).st_size)[whence]
        self._position = start + where

    def tell(self) -> int:
        """The position."""
        return self._position

    def read(self, size: int | None = None) -> bytes:
        """The next bytes."""
        wanted = os.fstat(self._descriptor).st_size - self._position if size is None else size
        found = self.get(self._position, wanted)
        self._position += len(found)
        return found

    def readline(self) -> bytes:
        """The bytes up to the next line feed (the pickle reader asks for them)."""
        line = self.get(self._position, 1 << 16)
        end = line.find(b"\n") + 1
        found = line[:end] if end else line
        self._position += len(found)
        return found

    def close(self) -> None:
        """Nothing: other threads may read on."""

    def __del__(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)


class ReadStorage(FileStorage):  # type: ignore[misc]
    """A directory that is only read."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder, supports_mmap=False, readonly=True)

    def open_file(self, name: str, **_: Any) -> OpenFile:
        """Open a file of the directory."""
        return OpenFile(self._fpath(name), name)


class Recent(Generic[Key, Value]):
    """What was used last, up to a size; safe between threads."""

    def __init__(self, limit: int, size: Callable[[Value], int] = lambda _: 1) -> None:
        self._limit, self._size = limit, size
        self._held: OrderedDict[Key, Value] = OrderedDict()
        self._total = 0
        self._lock = Lock()

    def get(self, key: Key, load: Callable[[], Value]) -> Value:
        """The value of a key, loaded if it is not held. Two threads may load the same value; one is kept."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        value = load()
        with self._lock:
            if key not in self._held:
                self._held[key] = value
                self._total += self._size(value)
                while self._total > self._limit and len(self._held) > 1:
                    self._total -= self._size(self._held.popitem(last=False)[1])
        return value


class Cached(NamedTuple):
    """What outlives a snapshot: opened segments, where terms are in them, and their postings."""

    segments: dict[str, "Segment"]
    entries: Recent[tuple[str, bytes], Entry | None]
    postings: Recent[tuple[str, bytes], Postings]


def new_cache() -> Cached:
    """An empty cache; its postings take at most ``CACHED_BYTES``."""
    postings: Recent[tuple[str, bytes], Postings] = Recent(
        CACHED_BYTES, lambda found: found.ids.nbytes + found.impacts.nbytes + _POSTINGS_BYTES
    )
    return Cached({}, Recent(CACHED_ENTRIES), postings)


class Segment:
    """One segment: its documents' facts, its terms and their postings."""

    def __init__(self, storage: ReadStorage, described: Any, cached: Cached) -> None:
        self.name: str = described.segment_id()
        self.size: int = described.doc_count_all()
        self._cached = cached
        self._reader = SegmentReader(storage, SCHEMA, described)
        self._terms: TermsReader = self._reader._terms
        self._beginnings: dict[bytes, list[tuple[str, int]]] = {}
        self._texts = self._reader.column_reader("text", translate=False)
        self.facts = self._read_facts()

    def _read_facts(self) -> NDArray[Any]:
        column = self._reader.column_reader("facts", translate=False)
        content = column._dbfile.get(column._basepos, self.size * FACTS.itemsize)
        facts: NDArray[Any] = np.frombuffer(content, FACTS)
        if len(facts) != self.size or bool((checksums(facts) != facts["check"]).any()):
            raise ValueError("the facts of some threads are damaged")
        return facts

    def frequency(self, fieldname: str, term: str) -> int:
        """How many documents of the segment have a term, deleted ones included."""
        entry = self._entry(key_of(fieldname, term))
        return entry.number if entry else 0

    def postings(self, fieldname: str, term: str) -> Postings:
        """The documents that have a term, deleted ones included."""
        key = key_of(fieldname, term)
        entry = self._entry(key)
        if entry is None:
            return EMPTY
        return self._cached.postings.get((self.name, key), lambda: self._terms.postings(entry))

    def _entry(self, key: bytes) -> Entry | None:
        return self._cached.entries.get((self.name, key), lambda: self._terms.entry(key))

    def terms(self, fieldname: str, prefix: str) -> list[tuple[str, int]]:
        """The terms of a field that begin with a prefix, in order, with their frequencies. Read once, then held."""
        key = key_of(fieldname, prefix)
        if key not in self._beginnings:
            start = len(key_of(fieldname, ""))
            found = self._terms.entries(key)
            self._beginnings[key] = [(term[start:].decode("utf-8", "replace"), entry.number) for term, entry in found]
        return self._beginnings[key]

    def text(self, document: int) -> str:
        """The folded words of a document, a space around each."""
        return zlib.decompress(self._texts[document]).decode("utf-8", "replace")


class Snapshot:
    """All segments at one generation, their documents numbered through; ``live`` says which are not deleted."""

    def __init__(self, folder: str, described: list[Any], generation: str, cached: Cached) -> None:
        self.generation = generation
        storage = ReadStorage(folder)
        known = cached.segments
        self.segments = [known.get(one.segment_id()) or Segment(storage, one, cached) for one in described]
        known.clear()
        known.update({segment.name: segment for segment in self.segments})
        sizes = [segment.size for segment in self.segments]
        self.bases = [sum(sizes[:i]) for i in range(len(sizes))]
        self.size = sum(sizes)
        self.facts: NDArray[Any] = (
            np.concatenate([segment.facts for segment in self.segments]) if self.segments else np.empty(0, FACTS)
        )
        self.live = np.ones(self.size, bool)
        for base, one in zip(self.bases, described, strict=True):
            self.live[[base + number for number in one.deleted_docs()]] = False
        self._counts = np.bincount(self.facts["language"][self.live], minlength=len(LANGUAGES))
        self._frequencies: Recent[tuple[str, str], int] = Recent(CACHED_WORDS)
        self._words: Recent[tuple[str, str, int], list[str]] = Recent(CACHED_WORDS)

    def count(self, language: Language) -> int:
        """How many living documents are in a language."""
        return int(self._counts[LANGUAGES.index(language)])

    def documents(self, fieldname: str, term: str) -> Iterator[tuple[int, Postings]]:
        """Per segment that has the term: the number of its first document, and its postings."""
        for base, segment in zip(self.bases, self.segments, strict=True):
            found = segment.postings(fieldname, term)
            if found.ids.size:
                yield base, found

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

    def text(self, number: int) -> str:
        """The folded words of a document."""
        which = int(np.searchsorted(self.bases, number, side="right")) - 1
        return self.segments[which].text(number - self.bases[which])

    def terms(self, fieldname: str, prefix: str) -> dict[str, int]:
        """The terms of a field that begin with a prefix, with their frequencies over all segments."""
        found: dict[str, int] = {}
        for segment in self.segments:
            for term, frequency in segment.terms(fieldname, prefix):
                found[term] = found.get(term, 0) + frequency
        return found

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
        """The nearest stems within so many errors, beginning with the same letter; of these the two commonest."""
        return self._words.get((word, language, errors), lambda: self._corrections(word, language, errors))

    def _corrections(self, word: str, language: Language, errors: int) -> list[str]:
        found = []
        letters = _letters(word)
        for term, frequency in self.terms(language, word[:1]).items():
            if abs(len(term) - len(word)) <= errors and (_letters(term) ^ letters).bit_count() <= 2 * errors:
                distance = edit_distance(word, term, errors)
                if distance <= errors:
                    found.append((distance, -frequency, term))
        found.sort()
        return [term for distance, _, term in found[:2] if distance == found[0][0]]


def _letters(word: str) -> int:
    """A bit per letter: words that differ in many of them cannot be near each other."""
    letters = 0
    for character in word:
        letters |= 1 << (ord(character) & 31)
    return letters


def edit_distance(one: str, other: str, limit: int) -> int:
    """How many letters are wrong, missing, too many or swapped with a neighbour; ``limit + 1`` if more than that."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        current = [i]
        for j, b in enumerate(other, 1):
            distance = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                distance = min(distance, before[j - 2] + 1)
            current.append(distance)
        if min(current) > limit:
            return limit + 1
        before, row = row, current
    return min(row[-1], limit + 1)
