"""Reading the embedded index: its segments decoded into arrays.

Nothing here changes an index. A segment's files never change either, so whatever was read of one stays true as long as
the segment exists; only which of its documents are deleted is looked up with every new snapshot. Files are read with
``pread``: threads share them without a lock, and a file cut short under us is an error to catch, not a signal.
"""

import os
import zlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.reading import SegmentReader

from search_index.engines.codec import EMPTY, Entry, Postings, TermsReader, key_of
from search_index.engines.schema import FACTS, SCHEMA, checksums
from search_index.engines.snapshot import Recent, Snapshot, recent_postings

CACHED_ENTRIES = 60_000


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


class Cached(NamedTuple):
    """What outlives a snapshot: opened segments, where terms are in them, and their postings."""

    segments: dict[str, "Segment"]
    entries: Recent[tuple[str, bytes], Entry | None]
    postings: Recent[tuple[str, bytes], Postings]


def new_cache() -> Cached:
    """An empty cache."""
    return Cached({}, Recent(CACHED_ENTRIES), recent_postings())


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


def opened(folder: str, described: list[Any], generation: str, cached: Cached) -> Snapshot:
    """A snapshot of these segments, as Whoosh describes them; those that were open before are not opened again."""
    storage = ReadStorage(folder)
    known = cached.segments
    segments = [known.get(one.segment_id()) or Segment(storage, one, cached) for one in described]
    known.clear()
    known.update({segment.name: segment for segment in segments})
    return Snapshot(segments, [one.deleted_docs() for one in described], generation)
