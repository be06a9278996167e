"""How terms and their postings lie on disk: arrays that numpy reads as they are.

Whoosh keeps what it is good at, the table of contents, generations, commits, locks, columns and hash tables on disk; the
postings between them are ours. A term's entry in the hash table says where its postings are, how many, and their
checksum; the postings are the ids of the documents, ascending, and then one byte each for the impact in steps of
``1 / STEPS``. A segment has at most ``LARGEST_SEGMENT`` documents, so an id is two bytes.
"""

from __future__ import annotations

import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filetables import OrderedHashReader, OrderedHashWriter
from whoosh.writing import SegmentWriter

STEPS = 63
LARGEST_SEGMENT = 65_535
SUMS_EXT = ".sum"
_BYTES_PER_POSTING = 3
_ENTRY = struct.Struct("<QII")


class Postings(NamedTuple):
    """The documents of one segment that have a term, ascending, and the term's impact in each, in ``1 / STEPS``."""

    ids: NDArray[np.uint16]
    impacts: NDArray[np.uint8]


EMPTY = Postings(np.empty(0, np.uint16), np.empty(0, np.uint8))


class Entry(NamedTuple):
    """Where the postings of a term are in the file, how many, and their checksum."""

    position: int
    number: int
    checksum: int


def quantised(impact: float) -> int:
    """An impact as it is stored: 1 to 255 steps."""
    return max(1, min(255, round(impact * STEPS)))


def key_of(fieldname: str, term: str) -> bytes:
    """A term of a field as it is stored; what cannot be written in UTF-8 cannot be found either."""
    return f"{fieldname}\0{term}".encode("utf-8", "replace")


class Pool:
    """The postings of a segment being written, by term."""

    def __init__(self) -> None:
        self._postings: dict[bytes, tuple[array[int], bytearray]] = {}

    def add(self, document: int, fieldname: str, terms: Iterable[tuple[str, int]]) -> None:
        """Add the next document's terms with their stored impacts."""
        prefix = key_of(fieldname, "")
        for term, impact in terms:
            ids, impacts = self._of(prefix + term.encode("utf-8", "replace"))
            ids.append(document)
            impacts.append(impact)

    def extend(self, key: bytes, postings: Postings) -> None:
        """Add postings of later documents."""
        ids, impacts = self._of(key)
        ids.frombytes(postings.ids.astype(np.uint16).tobytes())
        impacts += postings.impacts.tobytes()

    def _of(self, key: bytes) -> tuple[array[int], bytearray]:
        held = self._postings.get(key)
        if held is None:
            held = self._postings[key] = (array("H"), bytearray())
        return held

    def in_order(self) -> Iterator[tuple[bytes, bytes, int]]:
        """Each key, ascending, with its postings as they are stored and their number."""
        for key in sorted(self._postings):
            ids, impacts = self._postings[key]
            yield key, ids.tobytes() + bytes(impacts), len(ids)

    def cleanup(self) -> None:
        """Forget everything."""
        self._postings.clear()


class TermsWriter:
    """Writes the terms of one segment."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._table = OrderedHashWriter(segment.create_file(storage, W3Codec.TERMS_EXT))
        self._file = segment.create_file(storage, W3Codec.POSTS_EXT)
        self.is_closed = False

    def write(self, pool: Pool) -> None:
        """Write all of a pool."""
        position = 0
        for key, content, count in pool.in_order():
            self._file.write(content)
            self._table.add(key, _ENTRY.pack(position, count, zlib.crc32(content)))
            position += len(content)

    def close(self) -> None:
        """Finish the files."""
        self._table.close()
        self._file.close()
        self.is_closed = True


class TermsReader:
    """Reads the terms of one segment; ValueError where its files are not what was written."""

    def __init__(self, storage: Any, segment: Any) -> None:
        name = segment.make_filename(W3Codec.TERMS_EXT)
        self._table = OrderedHashReader(storage.open_file(name), storage.file_length(name))
        self._file = segment.open_file(storage, W3Codec.POSTS_EXT)
        self._documents: int = segment.doc_count_all()

    def entry(self, key: bytes) -> Entry | None:
        """The entry of a key, or None."""
        for value in self._table.all(key):
            return Entry(*_ENTRY.unpack(value))
        return None

    def entries(self, start: bytes = b"") -> Iterator[tuple[bytes, Entry]]:
        """All keys that begin so, in order, with their entries."""
        for key, value in self._table.items_from(start):
            if not key.startswith(start):
                return
            yield key, Entry(*_ENTRY.unpack(value))

    def postings(self, entry: Entry) -> Postings:
        """The postings of an entry."""
        content = self._file.get(entry.position, entry.number * _BYTES_PER_POSTING)
        if zlib.crc32(content) != entry.checksum:
            raise ValueError("postings are damaged")
        ids = np.frombuffer(content, np.uint16, entry.number)
        if not entry.number or int(ids[-1]) >= self._documents:
            raise ValueError("postings name documents that are not there")
        return Postings(ids, np.frombuffer(content, np.uint8, entry.number, entry.number * 2))

    def indexed_field_names(self) -> list[str]:
        """None that Whoosh would have to know."""
        return []

    def close(self) -> None:
        """Close the files."""
        self._table.close()
        self._file.close()


def checksum(storage: Any, name: str) -> int:
    """The checksum of a whole file."""
    with storage.open_file(name) as file:
        total = 0
        while content := file.read(1 << 20):
            total = zlib.crc32(content, total)
        return total


def damaged_files(storage: Any, segment: Any) -> list[str]:
    """The names of the segment's files that are not as they were written."""
    with segment.open_file(storage, SUMS_EXT) as file:
        sums: dict[str, int] = json.loads(file.read())
    return [name for name, total in sums.items() if checksum(storage, name) != total]


class ImpactsCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's third codec with our terms."""

    def field_writer(self, storage: Any, segment: Any) -> TermsWriter:
        """A writer for the terms of a new segment."""
        return TermsWriter(storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> TermsReader:
        """A reader of the terms of a segment."""
        return TermsReader(storage, segment)


class ImpactsWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer of one new segment, with our terms."""

    def __init__(self, index: Any) -> None:
        super().__init__(index, codec=ImpactsCodec(), compound=False)
        self.pool = Pool()

    def put(self, columns: dict[str, bytes], terms: dict[str, dict[str, int]]) -> None:
        """Add a document: values of its columns, and by field its terms with their stored impacts."""
        document = self.docnum
        self.add_document(**columns)
        for fieldname, impacts in terms.items():
            self.pool.add(document, fieldname, impacts.items())

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: dict[int, int] | None) -> None:
        """Take over the postings of a segment that is merged into this one, deleted documents left out."""
        size = reader.doc_count_all()
        numbers = np.arange(startdoc, startdoc + size)
        if docmap is not None:
            numbers = np.full(size, -1)
            numbers[list(docmap)] = list(docmap.values())
        for key, entry in reader._terms.entries():
            found = reader._terms.postings(entry)
            moved = numbers[found.ids]
            kept = moved >= 0
            if kept.any():
                self.pool.extend(key, Postings(moved[kept].astype(np.uint16), found.impacts[kept]))

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        self.fieldwriter.write(self.pool)
        self.fieldwriter.close()
        names = [name for name in self.storage if name.startswith(self.newsegment.make_filename("."))]
        sums = {name: checksum(self.storage, name) for name in sorted(names)}
        with self.newsegment.create_file(self.storage, SUMS_EXT) as file:
            file.write(json.dumps(sums).encode())
