"""Changing the index in PostgreSQL: each commit writes one new segment, of new cases or of segments that are merged.

Everything here runs in the caller's transaction.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from search_index.documents import SolvedCase
from search_index.engines import merging
from search_index.engines.building import CHUNK, CHUNKS_PER_SEGMENT, GrowingLexicon
from search_index.engines.codec import Pool, Postings, key_of
from search_index.engines.postgres import tables as sql
from search_index.engines.postgres.reading import (
    BYTES_PER_POSTING,
    Cached,
    Source,
    TableSegment,
    TableSnapshot,
    Vocabulary,
    read_snapshot,
)
from search_index.engines.postgres.tables import Tables, type_of_connection
from search_index.engines.schema import columns, facts, terms
from search_index.languages import LANGUAGES, Language


class NewSegment:
    """A segment that is being written."""

    def __init__(self, connection: type_of_connection, tables: Tables, snapshot: TableSnapshot) -> None:
        self._connection, self._tables = connection, tables
        self._lexicon = GrowingLexicon(snapshot)
        self._pool = Pool()
        self._facts: list[bytes] = []
        self._texts: list[bytes] = []
        self._size = 0
        self._moves: list[tuple[int, list[int], list[int]]] = []

    def add(self, cases: list[SolvedCase]) -> None:
        """Add cases; words that are new with them count as known for one another's compounds."""
        for case in cases:
            self._lexicon.learn(case)
        for case in cases:
            for fieldname, impacts in terms(case, self._lexicon).items():
                self._pool.add(self._size, fieldname, impacts.items())
            self._facts.append(facts(case))
            self._texts.append(columns(case)["text"])
            self._size += 1

    def take_over(self, segment: TableSegment, living: list[int]) -> None:
        """Add the living documents of a segment that will be removed."""
        numbers = np.full(segment.size, -1)
        numbers[living] = np.arange(self._size, self._size + len(living))
        for key, content in self._tables.put(self._connection, sql.TERMS_OF, segment.number):
            number = len(content) // BYTES_PER_POSTING
            moved = numbers[np.frombuffer(content, np.uint16, number)]
            impacts = np.frombuffer(content, np.uint8, number, number * 2)
            kept = moved >= 0
            if kept.any():
                self._pool.extend(key, Postings(moved[kept].astype(np.uint16), impacts[kept]))
        self._facts.append(segment.facts[living].tobytes())
        self._moves.append((segment.number, living, numbers[living].tolist()))
        self._size += len(living)

    def write(self) -> None:
        """Write the segment, unless it is empty."""
        if not self._size:
            return
        postings = list(self._pool.in_order())
        vocabulary = Vocabulary.packed([(key, number) for key, _, number in postings])
        added = self._tables.put(self._connection, sql.ADD_SEGMENT, self._size, b"".join(self._facts), vocabulary)
        segment = added.fetchone()[0]
        with self._tables.copy(self._connection, sql.ADD_TERMS) as copy:
            copy.set_types(("int4", "bytea", "bytea"))
            for key, content, _ in postings:
                copy.write_row((segment, key, content))
        with self._tables.copy(self._connection, sql.ADD_TEXTS) as copy:
            copy.set_types(("int4", "int4", "bytea"))
            for document, text in enumerate(self._texts):
                copy.write_row((segment, document, text))
        if self._tables.has_words:
            for language in LANGUAGES:
                self._tables.put(self._connection, sql.ADD_WORDS, language, list(self._words(postings, language)))
        for earlier, living, numbers in self._moves:
            self._tables.put(self._connection, sql.MOVE_TEXTS, segment, living, numbers, earlier)

    @staticmethod
    def _words(postings: Iterable[tuple[bytes, bytes, int]], language: Language) -> Iterator[str]:
        """The words that a mistyped one may have been."""
        start = key_of(language, "")
        for key, _, _ in postings:
            if key.startswith(start) and (word := key[len(start) :].decode("utf-8", "replace")).isalpha():
                yield word


class _Described:
    """A segment as the merge policy wants to know it."""

    def __init__(self, segment: TableSegment, living: list[int]) -> None:
        self.segment, self.living = segment, living

    def doc_count(self) -> int:
        """How many living documents it has."""
        return len(self.living)


def change(connection: type_of_connection, snapshot: TableSnapshot, cases: list[SolvedCase], gone: set[int]) -> bool:
    """Remove threads and put cases; returns whether that changed anything."""
    numbers = snapshot.numbers(gone)
    if not cases and not numbers:
        return False
    tables = snapshot.source.tables
    live = snapshot.live.copy()
    live[numbers] = False
    for base, segment in zip(snapshot.bases, snapshot.segments, strict=True):
        living = live[base : base + segment.size]
        if (living != snapshot.live[base : base + segment.size]).any():
            deleted = np.flatnonzero(~living).astype(np.uint16).tobytes()
            tables.put(connection, sql.DELETE, deleted, segment.number)
    new = NewSegment(connection, tables, snapshot)
    new.add(cases)
    new.write()
    return True


def merge(connection: type_of_connection, snapshot: TableSnapshot) -> bool:
    """Merge the segments that are worth it; returns whether there were any."""
    merged = merging.chosen(
        [
            _Described(segment, np.flatnonzero(snapshot.live[base : base + segment.size]).tolist())
            for base, segment in zip(snapshot.bases, snapshot.segments, strict=True)
        ]
    )
    if not merged:
        return False
    tables = snapshot.source.tables
    new = NewSegment(connection, tables, snapshot)
    for one in merged:
        if one.living:
            new.take_over(one.segment, one.living)
    new.write()
    for statement in sql.REMOVE:
        tables.put(connection, statement, [one.segment.number for one in merged])
    return True


def build(connection: type_of_connection, source: Source, cases: Iterable[SolvedCase], cached: Cached) -> None:
    """Write all cases into empty tables, some segments of them."""
    remaining = iter(cases)
    while first := list(islice(remaining, CHUNK)):
        new = NewSegment(connection, source.tables, read_snapshot(source, connection, "", cached))
        new.add(first)
        for _ in range(CHUNKS_PER_SEGMENT - 1):
            new.add(list(islice(remaining, CHUNK)))
        new.write()


def incomplete(connection: type_of_connection, tables: Tables, bytes_per_word: int) -> int:
    """How many segments lack rows, or have damaged ones."""
    row: tuple[Any, ...] = tables.put(connection, sql.INCOMPLETE, bytes_per_word, BYTES_PER_POSTING).fetchone()
    return int(row[0])
