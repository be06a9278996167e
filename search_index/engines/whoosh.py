"""The embedded index: Whoosh keeps the files, numpy does the sums.

One process writes (the worker); any number read. A reader looks at the generation before each query, a listing of one
small directory, and reads only the segments that are new. Whatever goes wrong with the files, and Whoosh has many words
for it, comes out as ``IndexUnavailable``; what the caller's own iterables raise is left alone.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.writing import NO_MERGE

from search_index import rebuild
from search_index.documents import SolvedCase
from search_index.engines.answering import Answer, SnapshotEngine
from search_index.engines.building import CHUNK, CHUNKS_PER_SEGMENT, PATIENCE, GrowingLexicon, changes
from search_index.engines.codec import ImpactsWriter, damaged_files
from search_index.engines.contract import CatchUp, IndexUnavailable, nothing_changed
from search_index.engines.merging import MergePolicy, chosen, merge_alike
from search_index.engines.schema import SCHEMA, VERSION, columns, terms
from search_index.engines.segments import ReadStorage, new_cache, opened
from search_index.engines.snapshot import Snapshot

INDEX_NAME = "MAIN"
OPEN_ATTEMPTS = 5


class WhooshEngine(SnapshotEngine):
    """An index of solved cases in a directory of its own (``home``, see ``rebuild``). Safe between threads."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._cached = new_cache()
        self._snapshot: Snapshot | None = None
        self._refreshing = Lock()

    # Changing

    def apply(self, puts: Iterable[SolvedCase], removes: Iterable[int] = ()) -> None:
        """Put cases (each replaces the one of its id) and remove threads by id, in one commit."""
        cases, gone = changes(puts, removes)
        if gone:
            with _available(), rebuild.writing(self.home, patience=PATIENCE):
                self._commit(cases, gone)

    def _commit(self, cases: list[SolvedCase], gone: set[int]) -> None:
        directory = self._directory()
        snapshot = self._fresh(directory)
        numbers = snapshot.numbers(gone)
        if cases or numbers:
            with _Writing(directory, snapshot) as writing:
                writing.delete(numbers)
                writing.add(cases)

    def tidy(self) -> bool:
        """Merge the segments that are worth it, in a commit of its own; returns whether there were any."""
        with _available(), rebuild.writing(self.home, patience=PATIENCE):
            directory = self._directory()
            if is_due := bool(chosen(self._segments(directory))):
                with _Writing(directory, self._fresh(directory), merge_alike):
                    pass
            return is_due

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

    # Looking at it

    def _ask(self, question: Callable[[Snapshot], Answer]) -> Answer:
        return self._whole(lambda directory: question(self._fresh(directory)))

    def _whole(self, read: Callable[[Path], Answer]) -> Answer:
        """Read the index; if a new one took its place meanwhile, and the old one went away under us, read that one."""
        while True:
            with _available():
                directory = self._directory()
            try:
                with _available():
                    return read(directory)
            except IndexUnavailable:
                if self._directory() == directory:
                    raise

    def generation(self) -> str:
        """A value that changes with every commit and rebuild."""
        return self._whole(self._generation)

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
        if not rebuild.is_writable(self.home, directory):
            return ["The index cannot be changed: its directory is read-only."]
        return self._fresh(directory).problems()

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

    def _fresh(self, directory: Path) -> Snapshot:
        """The index as it is now; what has not changed since the last look is not read again."""
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
                return opened(str(directory), self._segments(directory, generation), generation, self._cached)
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
            with _Writing(self.directory, self._fresh(self.directory)) as writing:
                writing.add(first)
                for _ in range(CHUNKS_PER_SEGMENT - 1):
                    writing.add(list(islice(remaining, CHUNK)))

    def change(self, puts: Iterable[SolvedCase], removes: Iterable[int]) -> None:
        """Apply what has changed meanwhile."""
        self._commit(*changes(puts, removes))


class _Writing:
    """One commit: deletions by document number, then cases. Nothing is changed if the block ends with an error."""

    def __init__(self, directory: Path, snapshot: Snapshot, merge: MergePolicy = NO_MERGE) -> None:
        self._merge = merge
        self._lexicon = GrowingLexicon(snapshot)
        index = FileIndex(FileStorage(str(directory), supports_mmap=False), schema=SCHEMA, indexname=INDEX_NAME)
        self._writer = ImpactsWriter(index)

    def __enter__(self) -> "_Writing":
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if error is None:
            self._writer.commit(mergetype=self._merge)
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
