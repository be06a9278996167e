"""What an import could not take as it stood: each case is told with its file and row, and none stops the rest."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from ..core.text import excerpt, normalise_line

SHOWN = 5
"""Rows named on the screen for each kind of problem; the report file names all."""
WHOLE_FILE = "-"
"""In place of a row, for what is wrong with a file as a whole."""
_ROW_MAX = 40


@dataclass
class _Group:
    count: int = 0
    first_rows: list[str] = field(default_factory=list)


class Report:
    """Collects problems by file and kind. With `stream`, each is also written there at once, as tab-separated lines."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._groups: dict[tuple[str, str], _Group] = {}
        self._left_out: Counter[str] = Counter()
        self._lines = csv.writer(stream, dialect="excel-tab", lineterminator="\n") if stream else None
        if self._lines:
            self._lines.writerow(("file", "row", "problem"))

    def problem(self, file: str, row: object, what: str) -> None:
        """`what` is wrong with `row` (its id, or a line) of `file`."""
        shown_row = excerpt(normalise_line(str(row)), _ROW_MAX)
        group = self._groups.setdefault((file, what), _Group())
        group.count += 1
        if len(group.first_rows) < SHOWN:
            group.first_rows.append(shown_row)
        if self._lines:
            self._lines.writerow((file, shown_row, what))

    def leave_out(self, what: str, count: int = 1) -> None:
        """Say that `count` rows have no place here, by design; that is no problem."""
        if count:
            self._left_out[what] += count

    @property
    def problems(self) -> int:
        """How many there are."""
        return sum(group.count for group in self._groups.values())

    def lines(self) -> Iterator[str]:
        """What was left out and what was wrong, for the screen."""
        for what, count in self._left_out.items():
            yield f"Left out: {count} {what}"
        if self.problems:
            yield f"Problems: {self.problems}"
        for (file, what), group in self._groups.items():
            yield f"  {file}: {what}{_rows(group)}"


def _rows(group: _Group) -> str:
    if group.first_rows == [WHOLE_FILE]:
        return ""
    more = ", ..." if group.count > len(group.first_rows) else ""
    return f": {group.count} (row {', '.join(group.first_rows)}{more})"
