"""What is searched for, counted by day and words: neither persons nor networks nor moments, so there is nothing to protect.

Words that look like somebody's own (a mail address, a long number) are left out before they are counted. A search is a GET
and must not write, so counts are gathered in memory and stored a few seconds later; a process that is killed loses those.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from flask import Flask, current_app, request
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.exc import DBAPIError

from community.core import clock, jobs
from community.core.errors import Busy
from community.core.extensions import db, insert, writing
from community.core.i18n import language

from .models import SearchTally
from .parsing import parse

log = logging.getLogger("theke.search")
KEPT = timedelta(days=400)
GATHER_SECONDS = 5.0
MOST_GATHERED = 2_000  # different searches between two stores; what comes beyond is not counted
LONGEST = 80
_OWN = re.compile(r"\S*@\S+|\S*\d(?:[\s./-]?\d){5,}\S*|\b[A-Z]{2}\d{2}[\dA-Z]{8,}\b")

What = Literal["searched", "unanswered", "opened"]
Counted = tuple[date, str, str, What]


def words_of(text: str) -> str:
    """A search as it is counted: lower case, single spaces, without operators and without what may be somebody's own."""
    plain = _OWN.sub(" ", " ".join(text.split()))
    return " ".join(parse(plain).text.lower().split())[:LONGEST].strip()


class Gathered:
    """The counts of this process that are not stored yet."""

    def __init__(self) -> None:
        self._counts: Counter[Counted] = Counter()
        self._mutex = threading.Lock()
        self._timer: threading.Timer | None = None

    def add(self, app: Flask, counted: list[Counted]) -> None:
        """Count these; they are stored soon."""
        with self._mutex:
            if len(self._counts) < MOST_GATHERED:
                self._counts.update(counted)
            if self._timer is None and not app.testing:
                self._timer = threading.Timer(GATHER_SECONDS, self._store_soon, (app,))
                self._timer.daemon = True
                self._timer.start()

    def _store_soon(self, app: Flask) -> None:
        with self._mutex:
            self._timer = None
        with app.app_context():
            try:
                self.store()
            except Exception:
                log.exception("searches could not be counted")

    def store(self) -> None:
        """Write what was gathered. While the database is busy it stays gathered."""
        with self._mutex:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            with writing():
                for (day, language, words, what), count in sorted(counts.items()):
                    _raise(day, language, words, what, count)
        except (Busy, DBAPIError):
            with self._mutex:
                self._counts.update(counts)
            raise


def _raise(day: date, language: str, words: str, what: What, count: int) -> None:
    values = {"day": day, "language": language, "words": words, "searched": 0, "unanswered": 0, "opened": 0}
    column = getattr(SearchTally, what)
    db.session.execute(
        insert(SearchTally)
        .values(**values | {what: count})
        .on_conflict_do_update(
            index_elements=[SearchTally.day, SearchTally.language, SearchTally.words], set_={what: column + count}
        )
    )


def note(text: str, found: int) -> None:
    """The reader searched for this and was shown so many cases."""
    if words := words_of(text):
        today = clock.now().date()
        counted: list[Counted] = [(today, language(), words, "searched")]
        if not found:
            counted.append((today, language(), words, "unanswered"))
        _gathered().add(current_app._get_current_object(), counted)  # type: ignore[attr-defined]


def note_opened() -> None:
    """A thread is being opened. If its reader comes from our search page, those words led somewhere."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host or not came_from.path.endswith("/search"):
        return
    typed = parse_qs(came_from.query).get("q", [""])[0]
    if words := words_of(typed):
        opened: Counted = (clock.now().date(), language(), words, "opened")
        _gathered().add(current_app._get_current_object(), [opened])  # type: ignore[attr-defined]


def _gathered() -> Gathered:
    gathered: Gathered = current_app.extensions["theke-searches"]
    return gathered


def store() -> None:
    """Store what this process has gathered, now."""
    with suppress(Busy, DBAPIError):
        _gathered().store()


@jobs.handler("search.forget")
def sweep() -> None:
    """Forget days that are long past."""
    with writing():
        db.session.execute(delete(SearchTally).where(SearchTally.day < clock.now().date() - KEPT))


@dataclass(frozen=True)
class Searched:
    """Words, and how often they were searched for, found nothing, and led to a thread."""

    words: str
    language: str
    searched: int
    unanswered: int
    opened: int


def unanswered(days: int, most: int = 50) -> Sequence[Searched]:
    """Words that found nothing, most often searched first."""
    return _tallied(days, most, func.sum(SearchTally.unanswered) > 0, func.sum(SearchTally.unanswered))


def unopened(days: int, most: int = 50) -> Sequence[Searched]:
    """Words that found something, of which nothing was opened."""
    found = func.sum(SearchTally.searched - SearchTally.unanswered)
    return _tallied(days, most, (found > 0) & (func.sum(SearchTally.opened) == 0), found)


def most_searched(days: int, most: int = 50) -> Sequence[Searched]:
    """All words, most often searched first."""
    return _tallied(days, most, func.sum(SearchTally.searched) > 0, func.sum(SearchTally.searched))


def _tallied(days: int, most: int, having: ColumnElement[bool], by: ColumnElement[int]) -> Sequence[Searched]:
    rows = db.session.execute(
        select(
            SearchTally.words,
            SearchTally.language,
            func.sum(SearchTally.searched),
            func.sum(SearchTally.unanswered),
            func.sum(SearchTally.opened),
        )
        .where(SearchTally.day > clock.now().date() - timedelta(days=days))
        .group_by(SearchTally.words, SearchTally.language)
        .having(having)
        .order_by(by.desc(), SearchTally.words)
        .limit(most)
    )
    return [Searched(*row) for row in rows]


def totals(days: int) -> Searched:
    """All searches of these days together."""
    since = clock.now().date() - timedelta(days=days)
    sums = select(func.sum(SearchTally.searched), func.sum(SearchTally.unanswered), func.sum(SearchTally.opened))
    searched, unanswered, opened = db.session.execute(sums.where(SearchTally.day > since)).one()
    return Searched("", "", searched or 0, unanswered or 0, opened or 0)


def init_app(app: Flask) -> None:
    """One set of counts per process; opening a thread is noticed before its page may come out of the shelf."""
    app.extensions["theke-searches"] = Gathered()

    @app.before_request
    def _came_from_search() -> None:
        if request.endpoint == "threads.show" and request.referrer:
            note_opened()
