"""The embedded index: Whoosh keeps the files, numpy does the sums.

One process writes (the worker); any number read. A reader looks at the generation before each query, a listing of one
small directory, and reads only the segments that are new. Whatever goes wrong with the files, and Whoosh has many words
for it, comes out as ``IndexUnavailable``; what the caller's own iterables raise is left alone.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from search_index import rebuild
from search_index.documents import SolvedCase
from search_index.engines import scoring
from search_index.engines.codec import ImpactsWriter, damaged_files
from search_index.engines.contract import CatchUp, Filters, Hit, Hits, IndexUnavailable, nothing_changed
from search_index.engines.merging import merge_alike
from search_index.engines.schema import SCHEMA, VERSION, columns, terms
from search_index.engines.segments import ReadStorage, Snapshot, new_cache
from search_index.languages import Language, stems
from search_index.parsing import Query

INDEX_NAME = "MAIN"
CHUNK = 500
CHUNKS_PER_SEGMENT = 20
"""A new index is built in segments of so many chunks, which bounds the memory that it takes."""
PATIENCE = 10.0
"""Seconds that a change waits for another process that is writing (the end of a rebuild, say)."""
OPEN_ATTEMPTS = 5


class WhooshEngine:
    """An index of solved cases in a directory of its own (``home``, see ``rebuild``). Safe between threads."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._cached = new_cache()
        self._snapshot: Snapshot | None = None
        self._refreshing = Lock()

    # Changing

    def apply(self, puts: Iterable[SolvedCase], removes: Iterable[int] = ()) -> None:
        """Put cases (each replaces the one of its id) and remove threads by id, in one commit."""
        cases, gone = _changes(puts, removes)
        if gone:
            with _available(), rebuild.writing(self.home, patience=PATIENCE):
                self._commit(cases, gone)

    def _commit(self, cases: list[SolvedCase], gone: set[int]) -> None:
        snapshot = self._fresh()
        numbers = snapshot.numbers(gone)
        if cases or numbers:
            with _Writing(self._directory(), snapshot) as writing:
                writing.delete(numbers)
                writing.add(cases)

    def recreate(self, cases: Iterable[SolvedCase], catch_up: CatchUp = nothing_changed) -> int:
        """Build a new index beside the old one, swap them, and return how many cases it holds."""
        with _busy_is_unavailable(), rebuild.rebuilding(self.home):
            rebuild.sweep(self.home, keep=rebuild.current(self.home, VERSION))
            beside = _Beside(self.home, rebuild.new_directory(self.home, VERSION))
            beside.build(cases)
            with rebuild.writing(self.home, patience=PATIENCE):
                beside.change(*catch_up())
                rebuild.swap(self.home, beside.directory)
            rebuild.sweep(self.home, keep=beside.directory)
            return beside.count()

    # Finding

    def search(
        self,
        query: Query,
        filters: Filters,
        *,
        language: Language,
        offset: int = 0,
        limit: int = 20,
        facets: bool = False,
    ) -> Hits:
        """Every thread that answers the query, best first; ``language`` is the reader's."""
        with _available():
            return scoring.find(
                self._fresh(), query, filters, language=language, offset=offset, limit=limit, facets=facets
            )

    def similar(
        self,
        title: str,
        body: str,
        language: Language,
        *,
        limit: int = 5,
        solved_only: bool = True,
        last_word_partial: bool = True,
        without: int | None = None,
    ) -> list[Hit]:
        """Cases like a question being typed, best first; none where none fits. ``without`` leaves one thread out."""
        with _available():
            return scoring.find_similar(
                self._fresh(),
                title,
                body,
                language,
                limit=limit,
                solved_only=solved_only,
                last_word_partial=last_word_partial,
                without=without,
            )

    # Looking at it

    def generation(self) -> str:
        """A value that changes with every commit and rebuild."""
        with _available():
            return self._generation(self._directory())

    def count(self) -> int:
        """How many threads can be found."""
        with _available():
            return int(np.count_nonzero(self._fresh().live))

    def thread_ids(self) -> frozenset[int]:
        """The ids of all threads that can be found."""
        with _available():
            snapshot = self._fresh()
            return frozenset(snapshot.facts["thread_id"][snapshot.live].tolist())

    def check(self) -> list[str]:
        """What is wrong with the index, a sentence each; reads all of it."""
        try:
            with _available():
                return self._problems(self._directory())
        except IndexUnavailable as error:
            return [str(error)]

    def _problems(self, directory: Path) -> list[str]:
        storage = ReadStorage(str(directory))
        damaged = [name for segment in self._segments(directory) for name in damaged_files(storage, segment)]
        if damaged:
            return [f"Damaged: {', '.join(damaged)}."]
        snapshot = self._fresh()
        _, copies = np.unique(snapshot.facts["thread_id"][snapshot.live], return_counts=True)
        twice = int(np.count_nonzero(copies > 1))
        return [f"{twice} threads are in the index more than once."] if twice else []

    # Opening

    def _directory(self) -> Path:
        directory = rebuild.current(self.home, VERSION)
        if directory is None:
            raise IndexUnavailable("There is no index of this version; build one.")
        return directory

    def _generation(self, directory: Path) -> str:
        number = TOC._latest_generation(FileStorage(str(directory)), INDEX_NAME)
        if number < 0:
            raise IndexUnavailable("The index has no table of contents; build a new one.")
        return f"{directory.name}:{number}"

    def _segments(self, directory: Path, generation: str | None = None) -> list[Any]:
        """Whoosh's descriptions of the segments of a generation, the newest if none is told."""
        number = int((generation or self._generation(directory)).rpartition(":")[2])
        segments: list[Any] = TOC.read(ReadStorage(str(directory)), INDEX_NAME, gen=number, schema=SCHEMA).segments
        return segments

    def _fresh(self) -> Snapshot:
        """The index as it is now; what has not changed since the last look is not read again."""
        directory = self._directory()
        held = self._snapshot
        if held is not None and held.generation == self._generation(directory):
            return held
        with self._refreshing:
            if self._snapshot is None or self._snapshot.generation != self._generation(directory):
                self._snapshot = self._load(directory)
            return self._snapshot

    def _load(self, directory: Path) -> Snapshot:
        """Open the newest generation. The writer may remove a file under us, having committed: then look again."""
        for attempt in range(OPEN_ATTEMPTS):
            generation = self._generation(directory)
            try:
                return Snapshot(str(directory), self._segments(directory, generation), generation, self._cached)
            except FileNotFoundError:
                if attempt == OPEN_ATTEMPTS - 1:
                    raise
                time.sleep(0.02)
        raise AssertionError("unreachable")


class _Beside(WhooshEngine):
    """An index that is being built and that nobody reads yet."""

    def __init__(self, home: Path, directory: Path) -> None:
        super().__init__(home)
        self.directory = directory

    def _directory(self) -> Path:
        return self.directory

    def build(self, cases: Iterable[SolvedCase]) -> None:
        """Write all cases, some segments of them."""
        FileIndex.create(FileStorage(str(self.directory)), SCHEMA, INDEX_NAME)
        remaining = iter(cases)
        while first := list(islice(remaining, CHUNK)):
            with _Writing(self.directory, self._fresh()) as writing:
                writing.add(first)
                for _ in range(CHUNKS_PER_SEGMENT - 1):
                    writing.add(list(islice(remaining, CHUNK)))

    def change(self, puts: Iterable[SolvedCase], removes: Iterable[int]) -> None:
        """Apply what has changed meanwhile."""
        self._commit(*_changes(puts, removes))


def _changes(puts: Iterable[SolvedCase], removes: Iterable[int]) -> tuple[list[SolvedCase], set[int]]:
    """The last of each case to put, and the ids of all threads that are to be removed first."""
    cases = {case.thread_id: case for case in puts}
    return list(cases.values()), set(removes) | set(cases)


class _Writing:
    """One commit: deletions by document number, then cases. Nothing is changed if the block ends with an error."""

    def __init__(self, directory: Path, snapshot: Snapshot) -> None:
        self._lexicon = _GrowingLexicon(snapshot)
        index = FileIndex(FileStorage(str(directory), supports_mmap=False), schema=SCHEMA, indexname=INDEX_NAME)
        self._writer = ImpactsWriter(index)

    def __enter__(self) -> "_Writing":
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if error is None:
            self._writer.commit(mergetype=merge_alike)
        else:
            self._writer.cancel()

    def delete(self, numbers: Iterable[int]) -> None:
        """Delete documents of the snapshot."""
        for number in numbers:
            self._writer.delete_document(number)

    def add(self, cases: list[SolvedCase]) -> None:
        """Add cases; words that are new with them count as known for one another's compounds."""
        for case in cases:
            self._lexicon.learn(case)
        for case in cases:
            self._writer.put(columns(case), terms(case, self._lexicon))


class _GrowingLexicon:
    """The words of the index together with those of the cases being added."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._new: Counter[tuple[str, Language]] = Counter()

    def learn(self, case: SolvedCase) -> None:
        """Count the words of a case."""
        text = f"{case.title}\n{case.body}\n{case.solution}"
        self._new.update((stem, case.language) for stem in stems(text, case.language))

    def frequency(self, term: str, language: Language) -> int:
        """In how many cases the term stands."""
        return self._new[term, language] + self._snapshot.frequency(term, language)

    def is_word(self, term: str, language: Language) -> bool:
        """Whether the term stands in at least two cases."""
        return self._new[term, language] >= 2 or self.frequency(term, language) >= 2

    def continuations(self, prefix: str, language: Language, limit: int) -> list[str]:
        """Not asked of while writing."""
        return []

    def corrections(self, word: str, language: Language, errors: int) -> list[str]:
        """Not asked of while writing."""
        return []


@contextmanager
def _available() -> Iterator[None]:
    """Whatever fails within is a failing index: Whoosh, pickle, zlib, struct and numpy each have their own errors."""
    try:
        yield
    except IndexUnavailable:
        raise
    except rebuild.Busy as error:
        raise IndexUnavailable(f"The index is busy: {error}.") from error
    except Exception as error:
        raise IndexUnavailable(f"The index cannot be used ({type(error).__name__}: {error}).") from error


@contextmanager
def _busy_is_unavailable() -> Iterator[None]:
    try:
        yield
    except rebuild.Busy as error:
        raise IndexUnavailable(f"The index is busy: {error}.") from error
