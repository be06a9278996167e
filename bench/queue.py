"""`bin/bench queue`: what a page of the queue costs with so many open threads: its processor time divided by that of a page that
says hello in the same run, and how often it asks the database, which must be the same at every size.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, insert, select

from community.accounts.models import STAFF_ROLES, Person
from community.core import clock
from community.core.extensions import db, writing
from community.core.transactions import count_rows
from community.threads.models import Category, Post, Thread
from moderation import queue
from moderation.owning.models import Contact
from moderation.service_targets.models import ThreadClock

from .driving import Run, drive
from .pages import hello_seconds
from .serving import Server, gunicorn
from .sites import Site, Visitor, app_of, build, staff_visitor

SIZES = (100, 10_000, 100_000)
REQUESTS = 100
WARM = 40
BATCH = 5_000


@dataclass(frozen=True)
class Figure:
    """One row of the table."""

    open_threads: int
    page: str
    ratio: float
    cpu_ms: float
    p50_ms: float
    queries: int
    statuses: dict[int, int]


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print the table, then one JSON line with all figures; fails if a page asks more often on a larger site."""
    figures: list[Figure] = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="theke-bench-") as folder:
            figures += _measure(build(Path(folder), 0, people=1), size)
    print(json.dumps([asdict(figure) for figure in figures]))
    for name in {figure.page for figure in figures}:
        counts = [figure.queries for figure in figures if figure.page == name]
        if max(counts) > counts[0]:  # fewer is well: a full page of "mine" does not look for the rest
            raise SystemExit(f"{name} asks the database more often with more threads: {counts}")


def _measure(site: Site, size: int) -> list[Figure]:
    app = app_of(site)
    with app.app_context():
        _open_threads(size)
        count_rows(db)  # as a site's worker does
        reader, pages = staff_visitor(app), _pages(size)
        db.session.remove()
    queries = {name: _queries(app, address, reader) for name, address in pages.items()}
    with app.app_context():
        db.engine.dispose()
    with gunicorn("bench.hello:app", site.environment) as hello, gunicorn("wsgi:app", site.environment) as theke:
        earlier = hello_seconds(hello)
        runs = {name: _run(theke, address, reader) for name, address in pages.items()}
        yardstick = (earlier + hello_seconds(hello)) / 2  # the machine's speed drifts: measured before and after
    print(f"\n{size} open threads".ljust(34), "ratio   cpu ms      p50  queries")
    return [_figure(size, name, cpu, yardstick, run, queries[name]) for name, (cpu, run) in runs.items()]


def _run(theke: Server, address: str, reader: Visitor) -> tuple[float, Run]:
    """Processor seconds of one page, and how it was answered."""
    request = ("GET", address, {"Cookie": reader.cookie}, None)
    for _round in range(2):
        drive(theke.port, lambda number: request, WARM, connections=8)
    before = theke.cpu_seconds()
    run = drive(theke.port, lambda number: request, REQUESTS)
    return (theke.cpu_seconds() - before) / REQUESTS, run


def _figure(size: int, name: str, cpu: float, yardstick: float, run: Run, queries: int) -> Figure:
    figure = Figure(size, name, cpu / yardstick, 1000 * cpu, run.median, queries, run.statuses)
    print(
        f"  {name:<30} {figure.ratio:6.2f} {figure.cpu_ms:8.2f} {figure.p50_ms:8.1f} {queries:8}  {run.statuses}",
        flush=True,
    )
    return figure


def _pages(size: int) -> dict[str, str]:
    """The first page, one in the middle, and each filter of which a part of the threads is left."""
    rows = (ThreadClock.turn, ThreadClock.turn_at, ThreadClock.thread_id)
    turn, at, thread_id = db.session.execute(select(*rows).order_by(*rows).offset(size // 2).limit(1)).one()
    deep = f"{turn}-{round(at.timestamp() * 1_000_000)}-{thread_id}"
    owner = db.session.scalars(select(Contact.person_id).order_by(Contact.thread_id.desc()).limit(1)).one()
    slug = db.session.scalars(select(Category.slug).order_by(Category.id).limit(1)).one()
    return {
        "first page": "/moderation",
        "in the middle": f"/moderation?after={deep}",
        "of a colleague": f"/moderation?owner={owner}",
        "of nobody": "/moderation?owner=nobody",
        "of a category": f"/moderation?category={slug}",
        "of nobody in a category": f"/moderation?category={slug}&owner=nobody",
        "of nobody there, in the middle": f"/moderation?category={slug}&owner=nobody&after={deep}",
        "mine": "/moderation?tab=mine",
        "is there anything new?": "/moderation/news?since=1&owner=nobody",
    }


@contextmanager
def _statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _queries(app: Flask, address: str, reader: Visitor) -> int:
    """How often this page asks, the second time that it is shown."""
    browser = app.test_client(use_cookies=False)
    browser.get(address, headers={"Cookie": reader.cookie})
    with app.app_context(), _statements() as seen:
        answer = browser.get(address, headers={"Cookie": reader.cookie})
    assert answer.status_code == 200, (address, answer.status_code)
    return len(seen)


def _open_threads(size: int) -> None:
    """So many more threads that wait: half with a due time, three of five with a contact."""
    chance = random.Random(20_261_122)
    categories = list(db.session.scalars(select(Category.id)))
    customers = list(db.session.scalars(select(Person.id).where(Person.role == "customer")))
    staff = list(db.session.scalars(select(Person.id).where(Person.role.in_(STAFF_ROLES))))
    have = db.session.scalar(select(ThreadClock.thread_id).order_by(ThreadClock.thread_id.desc()).limit(1)) or 0
    first = max(have, db.session.scalar(select(Thread.id).order_by(Thread.id.desc()).limit(1)) or 0) + 1
    for start in range(first, first + size, BATCH):
        rows: dict[type, list[dict[str, Any]]] = {Thread: [], Post: [], ThreadClock: [], Contact: []}
        for number in range(start, min(start + BATCH, first + size)):
            owner = chance.choice(staff) if chance.random() < 0.6 else 0
            asked = clock.now() - timedelta(seconds=chance.randrange(60, 60 * 86_400))
            _add(rows, number, asked, chance.choice(categories), chance.choice(customers), owner)
        with writing():
            for table, values in rows.items():
                if values:
                    db.session.execute(insert(table), values)
    assert len(queue.queue(queue.Filter())[0]) > 0


def _add(
    rows: dict[type, list[dict[str, Any]]], number: int, asked: Any, category: int, asker: int, owner: int
) -> None:
    language, due = ("de" if number % 3 else "en"), number % 2 == 0
    rows[Thread].append(
        {
            "id": number,
            "category_id": category,
            "author_id": asker,
            "title": f"Open thread, number {number}",
            "slug": f"open-thread-{number}",
            "language": language,
            "visibility": "published",
            "created_at": asked,
            "last_post_at": asked,
            "last_post_by_id": asker,
            "waiting_since": asked,
            "next_number": 2,
            "reply_count": 0,
            "me_too_count": 0,
            "version": 1,
        }
    )
    rows[Post].append(
        {
            "thread_id": number,
            "number": 1,
            "author_id": asker,
            "by_staff": False,
            "source": "It does not work.",
            "source_format": "markdown",
            "html": "<p>It does not work.</p>",
            "plain": "It does not work.",
            "renderer_version": 1,
            "language": language,
            "visibility": "published",
            "created_at": asked,
            "revision": 1,
            "helpful_count": 0,
            "helpful_imported": 0,
        }
    )
    until = asked + timedelta(days=1)
    rows[ThreadClock].append(
        {
            "thread_id": number,
            "category_id": category,
            "owner_id": owner,
            "waiting_since": asked,
            "turn": 0 if due else 1,
            "turn_at": until if due else asked,
            "kind": "first" if due else None,
            "started_at": asked if due else None,
            "due_at": until if due else None,
            "steps": 0,
        }
    )
    if owner:
        rows[Contact].append({"thread_id": number, "person_id": owner, "since": asked, "how": "answered", "note": ""})
