"""Reading the index from PostgreSQL: facts and vocabularies are held, postings are fetched, all of a question at once.

How often each term stands in a segment is known here without asking: a segment's *vocabulary* is the sorted 64-bit
hashes of its keys with their numbers of documents, one array. So a question about a word that nobody wrote costs no way
to the database, and of the others it is known beforehand which rows there must be. If one is missing, the segment has
been merged or the index swapped since we looked, or rows were lost: ``Outdated``.
"""

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_index.engines.codec import EMPTY, Postings, key_of
from search_index.engines.contract import IndexUnavailable
from search_index.engines.postgres import tables as sql
from search_index.engines.postgres.tables import Connecting, Tables, type_of_connection
from search_index.engines.schema import FACTS, checksums
from search_index.engines.snapshot import CACHED_WORDS, Recent, Snapshot, recent_postings
from search_index.languages import Language
from search_index.typos import nearest

BYTES_PER_POSTING = 3
BYTES_PER_WORD = 12


class Outdated(IndexUnavailable):
    """Rows that must be there are not: what was looked at has been replaced, or is damaged."""

    def __init__(self) -> None:
        super().__init__("Parts of the index are missing; build a new one.")


class Cached(NamedTuple):
    """What outlives a snapshot: segments by their names, and postings."""

    segments: dict[str, "TableSegment"]
    postings: Recent[tuple[str, bytes], Postings]


def new_cache() -> Cached:
    """An empty cache."""
    return Cached({}, recent_postings())


@lru_cache(maxsize=50_000)
def hash_of(key: bytes) -> np.uint64:
    """The hash under which a vocabulary knows a key."""
    return np.uint64(int.from_bytes(blake2b(key, digest_size=8).digest(), sys.byteorder))


class Vocabulary:
    """How many documents of a segment have each key."""

    def __init__(self, content: bytes) -> None:
        number = len(content) // BYTES_PER_WORD
        self._hashes = np.frombuffer(content, np.uint64, number)
        self._numbers = np.frombuffer(content, np.uint32, number, number * 8)

    @staticmethod
    def packed(numbers: Sequence[tuple[bytes, int]]) -> bytes:
        """Keys with their numbers of documents, as they are stored."""
        digests = b"".join(blake2b(key, digest_size=8).digest() for key, _ in numbers)
        hashes = np.frombuffer(digests, np.uint64)
        order = np.argsort(hashes)
        return hashes[order].tobytes() + np.array([number for _, number in numbers], np.uint32)[order].tobytes()

    def number(self, key: bytes) -> int:
        """How many documents have a key."""
        wanted = hash_of(key)
        place = int(self._hashes.searchsorted(wanted))
        return int(self._numbers[place]) if place < self._hashes.size and self._hashes[place] == wanted else 0


class Source:
    """Where the rows of one build are fetched from; ``connect`` gives a connection for reading."""

    def __init__(self, connect: Callable[[], Connecting], tables: Tables) -> None:
        self._connect = connect
        self.tables = tables

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows that answer a statement."""
        with self._connect() as connection:
            found: list[tuple[Any, ...]] = self.tables.put(connection, statement, *values).fetchall()
            return found

    def near(self, word: str, language: Language) -> list[str]:
        """Words that share some of their trigrams with this one."""
        with self._connect() as connection:
            self.tables.put(connection, sql.WIDELY)
            return [row[0] for row in self.tables.put(connection, sql.NEAR, language, word).fetchall()]


class TableSegment:
    """One segment: its documents' facts and its vocabulary are here, the rest is in the database."""

    def __init__(self, source: Source, number: int, facts: bytes, vocabulary: bytes, cached: Cached) -> None:
        self.number = number
        self.name = f"{source.tables.build}:{number}"
        self.facts: NDArray[Any] = np.frombuffer(facts, FACTS)
        self.size = len(self.facts)
        if bool((checksums(self.facts) != self.facts["check"]).any()):
            raise ValueError("the facts of some threads are damaged")
        self._source, self._cached = source, cached
        self._vocabulary = Vocabulary(vocabulary)
        self._beginnings: dict[bytes, list[tuple[str, int]]] = {}

    def frequency(self, fieldname: str, term: str) -> int:
        """How many documents of the segment have a term, deleted ones included."""
        return self._vocabulary.number(key_of(fieldname, term))

    def postings(self, fieldname: str, term: str) -> Postings:
        """The documents that have a term, deleted ones included."""
        key = key_of(fieldname, term)
        if not self._vocabulary.number(key):
            return EMPTY
        return self._cached.postings.get((self.name, key), lambda: self._fetched(key))

    def _fetched(self, key: bytes) -> Postings:
        rows = self._source.rows(sql.POSTINGS, [self.number], [key])
        if not rows:
            raise Outdated
        return self._decoded(rows[0][2])

    def lacks(self, key: bytes) -> bool:
        """Whether postings of the key would have to be fetched."""
        return self._vocabulary.number(key) > 0 and (self.name, key) not in self._cached.postings

    def keep(self, key: bytes, content: bytes) -> None:
        """Hold postings that were fetched."""
        self._cached.postings.get((self.name, key), lambda: self._decoded(content))

    def _decoded(self, content: bytes) -> Postings:
        number = len(content) // BYTES_PER_POSTING
        ids = np.frombuffer(content, np.uint16, number)
        if not number or int(ids[-1]) >= self.size:
            raise ValueError("postings name documents that are not there")
        return Postings(ids, np.frombuffer(content, np.uint8, number, number * 2))

    def terms(self, fieldname: str, prefix: str) -> list[tuple[str, int]]:
        """The terms of a field that begin with a prefix, in order, with their frequencies. Read once, then held."""
        if not self.has_beginning(key_of(fieldname, prefix)):
            read_beginnings(self._source, [self], fieldname, prefix)
        return self._beginnings[key_of(fieldname, prefix)]

    def has_beginning(self, key: bytes) -> bool:
        """Whether the terms that begin so are held."""
        return key in self._beginnings

    def hold_beginning(self, key: bytes, found: list[tuple[str, int]]) -> None:
        """Hold the terms that begin so."""
        self._beginnings[key] = found

    def text(self, document: int) -> str:
        """The folded words of a document, a space around each."""
        rows = self._source.rows(sql.TEXTS, [self.number], [document])
        if not rows:
            raise Outdated
        return text_of(rows[0][2])


def text_of(content: bytes) -> str:
    """A stored text."""
    return zlib.decompress(content).decode("utf-8", "replace")


def read_beginnings(source: Source, segments: Sequence[TableSegment], fieldname: str, prefix: str) -> None:
    """Let the segments hold their terms of a field that begin with a prefix."""
    key, start = key_of(fieldname, prefix), len(key_of(fieldname, ""))
    found: dict[int, list[tuple[str, int]]] = {segment.number: [] for segment in segments}
    for number, whole, length in source.rows(sql.BEGINNINGS, list(found), key, key[:-1] + bytes([key[-1] + 1])):
        found[number].append((whole[start:].decode("utf-8", "replace"), length // BYTES_PER_POSTING))
    for segment in segments:
        segment.hold_beginning(key, found[segment.number])


class TableSnapshot(Snapshot):
    """A snapshot that goes to the database once for all terms of a question."""

    segments: Sequence[TableSegment]

    def __init__(
        self,
        source: Source,
        segments: Sequence[TableSegment],
        deleted: Iterable[Iterable[int]],
        generation: str,
        cached: Cached,
    ) -> None:
        super().__init__(segments, deleted, generation)
        self.source = source
        self._cached = cached
        self._expected: set[bytes] = set()
        self._dropped = 0

    def expect(self, fieldname: str, terms: Iterable[str]) -> None:
        """Fetch at once what is not held of these terms' postings."""
        if self._dropped != self._cached.postings.dropped or len(self._expected) > CACHED_WORDS:
            self._dropped, self._expected = self._cached.postings.dropped, set()
        keys = {key_of(fieldname, term) for term in terms} - self._expected
        lacking = {segment.number: [key for key in keys if segment.lacks(key)] for segment in self.segments}
        lacking = {number: needed for number, needed in lacking.items() if needed}
        if lacking:
            self._fetch(lacking)
        self._expected |= keys

    def _fetch(self, lacking: dict[int, list[bytes]]) -> None:
        """Let the segments, by their numbers, hold the postings of these keys."""
        by_number = {segment.number: segment for segment in self.segments}
        wanted = list({key for needed in lacking.values() for key in needed})
        rows = self.source.rows(sql.POSTINGS, list(lacking), wanted)
        found = {(number, key) for number, key, _ in rows}
        if any((number, key) not in found for number, needed in lacking.items() for key in needed):
            raise Outdated
        for number, key, content in rows:
            by_number[number].keep(key, content)

    def terms(self, fieldname: str, prefix: str) -> dict[str, int]:
        """The terms of a field that begin with a prefix, with their frequencies over all segments."""
        key = key_of(fieldname, prefix)
        if unread := [segment for segment in self.segments if not segment.has_beginning(key)]:
            read_beginnings(self.source, unread, fieldname, prefix)
        return super().terms(fieldname, prefix)

    def _corrections(self, word: str, language: Language, errors: int) -> list[str]:
        """The nearest words; where their table is there, also those that begin with quite another letter."""
        if not self.source.tables.has_words:
            return super()._corrections(word, language, errors)
        near = self.source.near(word, language)
        known = ((one, frequency) for one in near if (frequency := self.frequency(one, language)))
        return nearest(word, known, errors)

    def texts(self, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
        """The folded words of some documents, by their numbers."""
        places = {}
        for number in numbers:
            which, within = self.place(number)
            places[self.segments[which].number, within] = number
        rows = self.source.rows(sql.TEXTS, [one for one, _ in places], [within for _, within in places])
        if len(rows) != len(places):
            raise Outdated
        for segment, within, content in rows:
            yield places[segment, within], text_of(content)


def read_snapshot(source: Source, connection: type_of_connection, generation: str, cached: Cached) -> TableSnapshot:
    """The index as it stands in its tables; segments that were read before are not read again."""
    described = source.tables.put(connection, sql.SEGMENTS).fetchall()
    known = dict(cached.segments)
    names = {number: f"{source.tables.build}:{number}" for number, _, _ in described}
    segments = {number: known[name] for number, name in names.items() if name in known}
    if unread := [number for number in names if number not in segments]:
        for number, facts, vocabulary in source.tables.put(connection, sql.CONTENTS, unread).fetchall():
            segments[number] = TableSegment(source, number, facts, vocabulary, cached)
    if len(segments) != len(described) or any(segments[number].size != size for number, size, _ in described):
        raise Outdated
    for name in known.keys() - names.values():
        cached.segments.pop(name, None)
    cached.segments.update({segment.name: segment for segment in segments.values()})
    deleted = [np.frombuffer(content, np.uint16).tolist() for _, _, content in described]
    return TableSnapshot(source, [segments[number] for number in names], deleted, generation, cached)
