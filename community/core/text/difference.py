"""What changed between two versions of a text, for people who compare revisions.

Myers' greedy algorithm (An O(ND) Difference Algorithm, 1986) with a bound on D, so that the cost is the length times
a constant. Texts that differ in more words than that are compared by lines, and in more lines than that, as wholes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

_WORDS = re.compile(r"\w+|[^\S\n]+|[^\w\s]|\n")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_CHANGES_MAX = 160


class Op(StrEnum):
    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"


class Change(NamedTuple):
    """A stretch of text, and whether both versions have it, or only the new or the old one."""

    op: Op
    text: str


def difference(old: str, new: str) -> list[Change]:
    """The way from `old` to `new`. Without what is inserted the texts make up `old`, without what is deleted `new`."""
    for tokens in (_WORDS, _LINES):
        changes = _compared(tokens.findall(old), tokens.findall(new))
        if changes is not None:
            return _merged(changes)
    return _merged([Change(Op.DELETED, old), Change(Op.INSERTED, new)])


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Change] | None:
    """The changes, or None if there are too many."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = _middle(old[start : len(old) - end], new[start : len(new) - end])
    if middle is None:
        return None
    return [
        *(Change(Op.SAME, token) for token in old[:start]),
        *middle,
        *(Change(Op.SAME, token) for token in old[len(old) - end :]),
    ]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    count = 0
    for a, b in zip(old, new, strict=False):
        if a != b:
            break
        count += 1
    return count


def _middle(old: Sequence[str], new: Sequence[str]) -> list[Change] | None:
    """Myers: `furthest[k]` is how far into `old` a path with the current number of changes gets on diagonal k."""
    furthest = {1: 0}
    history: list[dict[int, int]] = []
    for changes in range(_CHANGES_MAX + 1):
        history.append(dict(furthest))
        for k in range(-changes, changes + 1, 2):
            down = k == -changes or (k != changes and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            y = x - k
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if x >= len(old) and y >= len(new):
                return list(_path(old, new, history))[::-1]
    return None


def _path(old: Sequence[str], new: Sequence[str], history: Sequence[dict[int, int]]) -> Iterator[Change]:
    """The changes from the end back to the beginning."""
    x, y = len(old), len(new)
    for changes in range(len(history) - 1, -1, -1):
        furthest, k = history[changes], x - y
        down = k == -changes or (k != changes and furthest[k - 1] < furthest[k + 1])
        before_k = k + 1 if down else k - 1
        before_x = furthest[before_k]
        before_y = before_x - before_k
        while x > before_x and y > before_y:
            x, y = x - 1, y - 1
            yield Change(Op.SAME, old[x])
        if changes:
            yield Change(Op.INSERTED, new[before_y]) if down else Change(Op.DELETED, old[before_x])
            x, y = before_x, before_y


def _merged(changes: Sequence[Change]) -> list[Change]:
    """Neighbours of one kind as one; within a change, what was deleted comes first."""
    merged: list[Change] = []
    deleted: list[str] = []
    inserted: list[str] = []
    same: list[str] = []

    def flush_changed() -> None:
        merged.extend(Change(op, "".join(t)) for op, t in ((Op.DELETED, deleted), (Op.INSERTED, inserted)) if any(t))
        deleted.clear()
        inserted.clear()

    for change in changes:
        if change.op is Op.SAME:
            flush_changed()
            same.append(change.text)
            continue
        if same:
            merged.append(Change(Op.SAME, "".join(same)))
            same.clear()
        (deleted if change.op is Op.DELETED else inserted).append(change.text)
    flush_changed()
    if same:
        merged.append(Change(Op.SAME, "".join(same)))
    return merged
