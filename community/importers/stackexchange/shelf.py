"""Where a dump's rows wait, sorted, until their thread is complete: a private database of SQLite's own on the disk,
which is gone with the process. It holds whatever does not fit in memory, so a dump may be large.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a row of the dump is, whichever file it stood in."""

    QUESTION = "question"
    ANSWER = "answer"
    LEFT_OUT = "left out"  # a post of a type that has no place here
    COMMENT = "comment"
    USER = "user"
    VOTE = "vote"
    ACCEPTANCE = "acceptance"
    TAG = "tag"
    LINK = "link"


@dataclass(frozen=True)
class Item:
    """A row on the shelf. `parent`: what it belongs to: the question, the post, or the older question of a link."""

    kind: Kind
    id: int
    parent: int | None = None
    at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


_TABLES = """
CREATE TABLE items (
    file TEXT, id INTEGER, kind TEXT, parent INTEGER, at TEXT, fields TEXT, PRIMARY KEY (file, id)
) WITHOUT ROWID;
CREATE INDEX by_parent ON items (kind, parent);
CREATE INDEX by_time ON items (kind, at, id);
CREATE INDEX by_id ON items (kind, id);
"""


class Shelf:
    """Rows by kind and parent. Iterating while putting is not allowed."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("")
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
        self._connection.execute("BEGIN")

    def put(self, file: str, item: Item) -> bool:
        """False if a row of this number stood in this file before; the first one stays."""
        at = item.at.isoformat(timespec="microseconds") if item.at else None
        placed = self._connection.execute(
            "INSERT OR IGNORE INTO items VALUES (?, ?, ?, ?, ?, ?)",
            (file, item.id, item.kind, item.parent, at, json.dumps(dict(item.fields))),
        )
        return placed.rowcount == 1

    def count(self, kind: Kind) -> int:
        """How many there are."""
        (count,) = self._connection.execute("SELECT count(*) FROM items WHERE kind = ?", (kind,)).fetchone()
        return int(count)

    def all_of(self, kind: Kind) -> Iterator[Item]:
        """In the order of time, then of their numbers."""
        return self._items("SELECT kind, id, parent, at, fields FROM items WHERE kind = ? ORDER BY at, id", kind)

    def below(self, kind: Kind, parent: int) -> Iterator[Item]:
        """The rows of this kind that belong to `parent`."""
        return self._items(
            "SELECT kind, id, parent, at, fields FROM items WHERE kind = ? AND parent = ? ORDER BY at, id", kind, parent
        )

    def one(self, kind: Kind, number: int) -> Item | None:
        """The row of this kind and number, if there is one."""
        query = "SELECT kind, id, parent, at, fields FROM items WHERE kind = ? AND id = ?"
        return next(self._items(query, kind, number), None)

    def how_many_below(self, kind: Kind, parent: int) -> int:
        """How many rows of this kind belong to `parent`."""
        query = "SELECT count(*) FROM items WHERE kind = ? AND parent = ?"
        (count,) = self._connection.execute(query, (kind, parent)).fetchone()
        return int(count)

    def first_of(self, file: str) -> Item | None:
        """The row with the lowest number in this file."""
        return next(
            self._items("SELECT kind, id, parent, at, fields FROM items WHERE file = ? ORDER BY id LIMIT 1", file), None
        )

    def parents_of(self, kind: Kind) -> Iterator[tuple[int, int]]:
        """The number and the parent's number of every row of this kind."""
        return iter(self._connection.execute("SELECT id, parent FROM items WHERE kind = ? ORDER BY id", (kind,)))

    def close(self) -> None:
        """Let it go."""
        self._connection.close()

    def _items(self, query: str, *values: object) -> Iterator[Item]:
        for kind, number, parent, at, fields in self._connection.execute(query, values):
            yield Item(Kind(kind), number, parent, datetime.fromisoformat(at) if at else None, json.loads(fields))
