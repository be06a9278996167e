"""How far an import has come: a bar on a terminal, now and then a plain line elsewhere (a log, a pipe)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Advance = Callable[[int], None]
"""Called with how many steps were made since the last call."""

_LINES = 10


@contextmanager
def progress(label: str, length: int) -> Iterator[Advance]:
    """Shows `length` steps while the block runs."""
    if sys.stdout.isatty():
        with click.progressbar(length=length, label=label) as bar:
            yield bar.update
    else:
        yield _Lines(label, length).advance


class _Lines:
    """At most ten lines, however many the steps."""

    def __init__(self, label: str, length: int) -> None:
        self._label, self._length = label, length
        self._done = self._tenths = 0

    def advance(self, steps: int) -> None:
        self._done += steps
        tenths = self._done * _LINES // max(self._length, 1)
        if tenths > self._tenths:
            self._tenths = tenths
            click.echo(f"{self._label}: {min(100 * tenths // _LINES, 100)} %")
