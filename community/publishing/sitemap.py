"""The sitemap (sitemaps.org): solved public threads, categories and tags, in parts that any number of threads can fill.

A part holds what has its ids in one range, so a new thread changes the last part alone, and no part can hold more than the
50,000 addresses that the protocol allows. Parts are read in batches and sent as they are read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Flask, current_app, url_for
from sqlalchemy import ColumnElement, Row, Select, func, select

from ..core.extensions import db
from ..core.i18n import iso
from ..core.incoming import LARGEST_ID
from ..threads.models import Category, Tag, Thread, ThreadTag
from ..threads.visibility import PUBLISHED
from .addresses import absolute

SPAN = 50_000
BATCH = 2_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<{} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
_TAIL = "</{}>\n"
_MEANT_AS_WRITTEN = "!$&'()*+,:;=@"  # in a path
_CHANGED = (Thread.last_post_at, Thread.solved_at, Thread.edited_at)


@dataclass(frozen=True)
class Part:
    """One file of the sitemap: 'threads' or 'tags', of which range of ids, and when something in it changed last."""

    kind: str
    number: int
    changed: datetime | None


def _is_listed() -> ColumnElement[bool]:
    """Robots are led to solved cases, and to the one thread that others are duplicates of."""
    return (Thread.visibility == PUBLISHED) & Thread.solved_at.is_not(None) & Thread.duplicate_of_id.is_(None)


def _latest(moments: Iterable[datetime | None]) -> datetime:
    return max(moment for moment in moments if moment is not None)


def parts() -> list[Part]:
    """All parts in which there is something, in order. Looks at every listed thread; see `Parts`."""
    number = (Thread.id - 1) // SPAN
    threads: Sequence[Row[*tuple[Any, ...]]] = db.session.execute(
        select(number, *(func.max(moment) for moment in _CHANGED)).where(_is_listed()).group_by(number).order_by(number)
    ).all()
    changed = {at: _latest(moments) for at, *moments in threads}
    newest = max(changed.values(), default=None)
    tag_number = (Tag.id - 1) // SPAN
    tags = db.session.scalars(select(tag_number).where(_leads_somewhere()).distinct().order_by(tag_number))
    return [
        *(Part("threads", at, moment) for at, moment in changed.items()),
        *(Part("tags", at, newest) for at in tags),
    ]


class Parts:
    """The list of parts, worked out anew when it is older than ten minutes: it tells how many there are and their dates."""

    KEPT_SECONDS = 600

    def __init__(self, work_out: Callable[[], Sequence[Part]] = parts) -> None:
        self._work_out = work_out
        self._kept: tuple[float, Sequence[Part]] | None = None

    def now(self) -> Sequence[Part]:
        """The parts, at most ten minutes old. An empty list is not kept: the first solved case is listed at once."""
        if self._kept is None or self._kept[0] < time.monotonic() or not self._kept[1]:
            self._kept = (time.monotonic() + self.KEPT_SECONDS, self._work_out())
        return self._kept[1]


def index(found: Sequence[Part]) -> str:
    """The sitemap's index."""
    places = _entry("sitemap", absolute(url_for("publishing.sitemap_of_places")))
    rest = (
        _entry("sitemap", absolute(url_for(f"publishing.sitemap_of_{part.kind}", number=part.number)), part.changed)
        for part in found
    )
    return _document("sitemapindex", "".join([places, *rest]))


def places() -> str:
    """The front page, and every category with its last post."""
    written = (
        select(func.max(Thread.last_post_at))
        .where(Thread.category_id == Category.id, Thread.visibility == PUBLISHED)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Category.slug, written).where(Category.archived_at.is_(None)).order_by(Category.position, Category.id)
    ).all()
    plain = ("threads.home", "threads.categories", "threads.about")
    return _document(
        "urlset",
        "".join(
            [
                *(_entry("url", absolute(url_for(endpoint))) for endpoint in plain),
                *(_entry("url", absolute(url_for("threads.category", slug=slug)), changed) for slug, changed in rows),
            ]
        ),
    )


def threads(number: int) -> Iterator[str]:
    """The listed threads of one range of ids, piece by piece; nothing at all if there is none."""
    above = absolute(url_for("threads.index"))  # asking for each address by itself would take ten times as long
    return _pieces(
        number,
        select(Thread.id, Thread.slug, *_CHANGED).where(_is_listed()),
        Thread.id,
        lambda row: _entry("url", f"{above}/{row[0]}/{quote(row[1])}", _latest(row[2:])),
    )


def tags(number: int) -> Iterator[str]:
    """The tags of one range of ids that lead to a listed thread."""
    above = absolute(url_for("threads.tag", name=""))
    return _pieces(
        number,
        select(Tag.id, Tag.name).where(_leads_somewhere()),
        Tag.id,
        lambda row: _entry("url", f"{above}{quote(row[1], safe=_MEANT_AS_WRITTEN)}"),
    )


def _leads_somewhere() -> ColumnElement[bool]:
    return (
        select(ThreadTag.tag_id)
        .join(Thread, Thread.id == ThreadTag.thread_id)
        .where(ThreadTag.tag_id == Tag.id, _is_listed())
        .exists()
    )


def _pieces(number: int, selected: Select[*tuple[Any, ...]], column: Any, entry: Callable[[Any], str]) -> Iterator[str]:
    """A document of all rows whose id (their first column) lies in the range, read in batches.

    Nothing is held while a slow reader takes in what was read: each batch has a session of its own.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    begin, end = (min(edge * SPAN, LARGEST_ID) for edge in (number, number + 1))

    def batch_after(last: int) -> Sequence[Any]:
        with app.app_context():
            return db.session.execute(selected.where(column > last, column <= end).order_by(column).limit(BATCH)).all()

    def pieces() -> Iterator[str]:
        batch, is_first = batch_after(begin), True
        while batch:
            yield (_HEAD.format("urlset") if is_first else "") + "".join(entry(row) for row in batch)
            batch, is_first = batch_after(batch[-1][0]), False
        if not is_first:
            yield _TAIL.format("urlset")

    return pieces()


def _document(name: str, entries: str) -> str:
    return f"{_HEAD.format(name)}{entries}{_TAIL.format(name)}"


def _entry(name: str, address: str, changed: datetime | None = None) -> str:
    when = f"<lastmod>{iso(changed)}</lastmod>" if changed else ""
    return f"<{name}><loc>{escape(address)}</loc>{when}</{name}>\n"
