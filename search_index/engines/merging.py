"""When segments are merged: often enough that a query meets few of them, never so much at once that the index lags.

Segments of like size are merged when ``FAN`` of them have come together, so a document is written again once per size
class (a log-structured merge). Segments above ``LARGEST_MERGED`` documents stay as they are until a rebuild, for merging
them would hold up the writer.
"""

import math
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from whoosh.reading import SegmentReader

MergePolicy = Callable[[Any, list[Any]], list[Any]]
"""Whoosh's: is given the writer and all segments, and returns those that stay."""

FAN = 5
SMALLEST_CLASS = 10
LARGEST_MERGED = 1_000


def merge_alike(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: feed segments worth merging to the writer, and return those that stay."""
    merged = chosen(segments)
    for segment in (one for one in merged if one.doc_count() > 0):
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in merged]


def chosen(segments: list[Any]) -> list[Any]:
    """The segments to merge now: those without living documents, and a size class that is full, with all below it."""
    by_class: dict[int, list[Any]] = defaultdict(list)
    for segment in segments:
        if 0 < segment.doc_count() <= LARGEST_MERGED:
            by_class[size_class(segment.doc_count())].append(segment)
    full = [level for level, members in by_class.items() if len(members) >= FAN]
    empty = [segment for segment in segments if segment.doc_count() == 0]
    return empty + [
        segment for level, members in by_class.items() if full and level <= max(full) for segment in members
    ]


def size_class(documents: int) -> int:
    """The class of a segment: ``FAN`` times as many documents are one class more."""
    return max(0, math.ceil(math.log(documents / SMALLEST_CLASS, FAN)))
