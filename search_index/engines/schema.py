"""What of a case goes into the Whoosh index: columns that are read by document, and terms that it is found by."""

import struct
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields
from whoosh.columns import FixedBytesColumn, VarBytesColumn

from search_index import similar
from search_index.documents import STATUSES, SolvedCase
from search_index.engines.codec import quantised
from search_index.languages import LANGUAGES, plain_words

VERSION = "2"
"""Part of an index directory's name: an index of another version is rebuilt, never read."""

LONGEST_TEXT = 20_000

FACTS = np.dtype(
    [
        ("thread_id", "<i8"),
        ("duplicate_of", "<i8"),
        ("created_at", "<i8"),
        ("last_post_at", "<i8"),
        ("category_id", "<i8"),
        ("helpful", "<i4"),
        ("me_too", "<i4"),
        ("status", "u1"),
        ("language", "u1"),
        ("check", "<u2"),
    ]
)
_FACTS = struct.Struct("<qqqqqiiBBH")


class Column(fields.FieldType):  # type: ignore[misc]
    """A value per document that is read by document, never searched."""

    indexed = False

    def __init__(self, column: Any) -> None:
        super().__init__(None, None, scorable=False, stored=False)
        self.column_type = column

    def to_column_value(self, value: bytes) -> bytes:
        """Bytes are stored as they are."""
        return value


FACTS_COLUMN = FixedBytesColumn(_FACTS.size)
TEXT_COLUMN = VarBytesColumn()
SCHEMA = fields.Schema(facts=Column(FACTS_COLUMN), text=Column(TEXT_COLUMN))
KEYS = "keys"
"""The field of exact names; the other fields of terms are named after the languages."""
TAG = "tag:"
"""Begins the exact names that are tags."""


def columns(case: SolvedCase) -> dict[str, bytes]:
    """What is kept of a case by document: its figures, and its words for looking up phrases."""
    text = "\n".join((case.title, case.body, case.solution, case.replies))[:LONGEST_TEXT]
    return {
        "facts": facts(case),
        "text": zlib.compress(plain_words(text, case.language).encode("utf-8", "replace"), 3),
    }


def terms(case: SolvedCase, lexicon: similar.Lexicon) -> dict[str, dict[str, int]]:
    """By what a case is found: its terms in the field of its language, and its exact names."""
    return {
        case.language: {term: quantised(impact) for term, impact in similar.impacts(case, lexicon).items()},
        KEYS: dict.fromkeys(keys(case), 1),
    }


def keys(case: SolvedCase) -> Iterable[str]:
    """The exact names by which a case is filtered."""
    yield from {f"{TAG}{tag.lower()}" for tag in case.tags}
    if case.author:
        yield f"author:{case.author.lower()}"


def facts(case: SolvedCase) -> bytes:
    """The figures of a case, packed as ``FACTS``; they carry a checksum, for they decide what is shown."""
    row = [
        case.thread_id,
        case.duplicate_of or 0,
        case.created_at,
        case.last_post_at,
        case.category_id,
        min(case.helpful, 2**31 - 1),
        min(case.me_too, 2**31 - 1),
        STATUSES.index(case.status),
        LANGUAGES.index(case.language),
    ]
    packed = _FACTS.pack(*row, 0)
    return packed[:-2] + struct.pack("<H", int(checksums(np.frombuffer(packed, FACTS))[0]))


def checksums(rows: NDArray[Any]) -> NDArray[np.uint16]:
    """For each row of facts the checksum that it should carry: a weighed sum of its halfwords."""
    halfwords = np.frombuffer(rows.tobytes(), "<u2").reshape(len(rows), -1)[:, :-1]
    weights = np.arange(halfwords.shape[1], dtype=np.uint16) * 2 + 3
    result: NDArray[np.uint16] = (halfwords * weights).sum(axis=1, dtype=np.uint16) + np.uint16(1)
    return result
