"""The import of a dump from beginning to end: gather, plan, render, store, batch by batch.

Every batch is one transaction with its ledger entries, so the import may be killed at any moment; run again, it goes
on. Run once more, it finds nothing to do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ...core.errors import Busy, Conflict
from ...core.extensions import db, writing
from ...core.transactions import count_rows
from ...threads.tagging import read_tags, tag_named
from .. import ledger
from ..models import ImportedRow, Kind
from ..progress import Advance, progress
from ..report import Report
from . import duplicates, planting
from .composing import DumpThread, tags_of, threads
from .dump import Dump, fingerprint_of
from .gathering import gather
from .loose_ends import report_loose_ends
from .planting import Target
from .shelf import Kind as OnShelf
from .shelf import Shelf

POSTS_PER_TRANSACTION = 200
PAUSES = (0.2, 1.0, 3.0, 9.0)
"""Seconds before a batch is tried again that met a busy database, or another import of the same dump."""

T = TypeVar("T")


@dataclass
class Outcome:
    """What an import added; `total` is all that its source has brought so far."""

    added: dict[Kind, int] = field(default_factory=dict)
    total: dict[Kind, int] = field(default_factory=dict)
    helpful_votes: int = 0

    @property
    def is_nothing(self) -> bool:
        """Was everything here before?"""
        return not any(self.added.values()) and not self.helpful_votes


def gather_dump(dump: Dump, shelf: Shelf, report: Report) -> str | None:
    """Read all files and report what is wrong with them. Returns the dump's fingerprint, None if it has no post."""
    with progress("Reading", dump.size) as advance:
        gather(dump, shelf, report, advance)
    report_loose_ends(shelf, report, dump)
    first = shelf.first_of("Posts.xml")
    return fingerprint_of(first.id, first.fields.get("CreationDate", "")) if first else None


def import_gathered(dump: Dump, shelf: Shelf, fingerprint: str, target: Target, report: Report) -> Outcome:
    """Store what is on the shelf and not yet here."""
    before = _counts(target.source)
    _patiently(lambda: _remember(target.source, fingerprint))
    _take_tags(shelf, target.source)
    with progress("Importing", shelf.count(OnShelf.QUESTION)) as advance:
        helpful_votes = _take_threads(dump, shelf, target, report, advance)
    _take_duplicates(dump, shelf, target.source, report)
    _patiently(lambda: count_rows(db))
    total = _counts(target.source)
    return Outcome({kind: total[kind] - before[kind] for kind in Kind}, total, helpful_votes)


def _remember(source: str, fingerprint: str) -> None:
    if not ledger.known(source, Kind.DUMP, [fingerprint]):
        ledger.enter(source, Kind.DUMP, fingerprint, 0)


def _take_tags(shelf: Shelf, source: str) -> None:
    carried = (name for question in shelf.all_of(OnShelf.QUESTION) for name in tags_of(question))
    listed = (name for tag in shelf.all_of(OnShelf.TAG) for name in read_tags(tag.fields["TagName"]))
    for names in ledger.chunks(dict.fromkeys(chain(listed, carried)), POSTS_PER_TRANSACTION):
        if len(ledger.known(source, Kind.TAG, names)) < len(names):
            _patiently(lambda names=names: _store_tags(names, source))  # type: ignore[misc]


def _store_tags(names: list[str], source: str) -> None:
    known = ledger.known(source, Kind.TAG, names)
    for name in names:
        if name not in known:
            ledger.enter(source, Kind.TAG, name, tag_named(name).id)


def _take_threads(dump: Dump, shelf: Shelf, target: Target, report: Report, advance: Advance) -> int:
    files = {kind: dump.files[name].name for kind, name in _FILE_OF.items() if name in dump.files}
    votes = 0
    for batch in _batches(threads(shelf)):
        votes += _take_batch(batch, files, target, report)
        advance(len(batch))
    return votes


_FILE_OF = {Kind.POST: "Posts.xml", Kind.COMMENT: "Comments.xml"}


def _batches(dumped: Iterator[DumpThread]) -> Iterator[list[DumpThread]]:
    """Whole threads, until they have enough posts together."""
    batch: list[DumpThread] = []
    for thread in dumped:
        batch.append(thread)
        if sum(len(each.posts) for each in batch) >= POSTS_PER_TRANSACTION:
            yield batch
            batch = []
    if batch:
        yield batch


def _take_batch(batch: list[DumpThread], files: dict[Kind, str], target: Target, report: Report) -> int:
    plans = planting.plan(batch, target.source)
    if not plans:
        return 0
    words = planting.render_missing(plans, report, files)
    return _patiently(lambda: planting.store(planting.plan(batch, target.source), words, target))


def _take_duplicates(dump: Dump, shelf: Shelf, source: str, report: Report) -> None:
    for links in ledger.chunks(list(shelf.all_of(OnShelf.LINK)), POSTS_PER_TRANSACTION):
        file = dump.files["PostLinks.xml"].name
        for link, refusal in _patiently(lambda links=links: duplicates.store(links, source)):  # type: ignore[misc]
            report.problem(file, link, refusal)


def _patiently(store: Callable[[], T]) -> T:
    """Run `store` in a transaction; again after a pause, if somebody else was writing the same or for too long."""
    for pause in PAUSES:
        try:
            with writing():
                return store()
        except (Busy, Conflict, IntegrityError):
            time.sleep(pause)
    with writing():
        return store()


def _counts(source: str) -> dict[Kind, int]:
    rows = db.session.execute(
        select(ImportedRow.kind, func.count()).where(ImportedRow.source == source).group_by(ImportedRow.kind)
    )
    return dict.fromkeys(Kind, 0) | {Kind(kind): count for kind, count in rows}
