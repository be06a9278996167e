"""`bin/bench pages`: what a page costs, as processor time divided by that of a page that says hello, at several sizes of site.

Posting counts the server and the worker: the reply, its index job, its notifications, and one mail to the asker where the
asker has an address (the writers of the benchmark have none: how many follow a thread would decide the figure).
"""

from __future__ import annotations

import json
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from .driving import Request, drive
from .serving import Server, gunicorn, letter_box, running
from .sites import Site, build

SIZES = (60, 5_000, 50_000)
REQUESTS = 500
WARM = 200  # a round; after several over many connections, each process has seen each page before
WARM_ROUNDS = 4
POSTS = 120
HELLOS = 2_000
SETTLE_SECONDS = 60


@dataclass(frozen=True)
class Figure:
    """One row of the table."""

    threads: int
    page: str
    ratio: float
    cpu_ms: float
    per_second_1: float
    p50_1: float
    p95_1: float
    per_second_8: float
    p50_8: float
    p95_8: float
    statuses: dict[int, int]


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print the table, and one JSON line with all figures at the end."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="theke-bench-") as folder:
        for size in sizes:
            site = build(Path(folder), size)
            figures += _measure(site, size)
    print(json.dumps([asdict(figure) for figure in figures]))


def _measure(site: Site, size: int) -> list[Figure]:
    worker = [sys.executable, "-m", "flask", "worker"]
    with (
        letter_box() as smtp_port,
        gunicorn("bench.hello:app", site.environment) as hello,
        gunicorn("wsgi:app", site.environment) as theke,
        running(worker, site.environment | {"SMTP_PORT": str(smtp_port)}) as worker_process,
    ):
        pages = _pages(site, theke.port)
        print(f"\n{size} threads".ljust(34), "ratio   cpu ms |  1 conn: /s    p50    p95 |  8 conn: /s    p50    p95")
        figures = []
        for name, request in pages.items():
            figure = _compare(size, name, hello, theke, request, Server(0, worker_process))
            figures.append(figure)
            print(
                f"  {figure.page:<30} {figure.ratio:6.2f} {figure.cpu_ms:8.2f} |"
                f" {figure.per_second_1:10.0f} {figure.p50_1:6.1f} {figure.p95_1:6.1f} |"
                f" {figure.per_second_8:10.0f} {figure.p50_8:6.1f} {figure.p95_8:6.1f}  {figure.statuses}",
                flush=True,
            )
        print(f"  memory of the whole tree: {theke.memory_mib() + Server(0, worker_process).memory_mib():.0f} MiB")
    return figures


def _pages(site: Site, port: int) -> dict[str, Callable[[int], Request]]:
    hot, chance = site.thread_paths[:50], random.Random(3)
    etag = _etag(port, hot[0])
    person = site.people[0]
    queries = [" ".join(title.split()[:3]) for title in site.titles]

    def get(path: str, **headers: str) -> Request:
        return "GET", path, {key.replace("_", "-"): value for key, value in headers.items()}, None

    def post(number: int) -> Request:
        writer = site.people[number % len(site.people)]
        thread = chance.choice(site.thread_ids)
        body = writer.form(
            body=f"Bei mir ist es genauso, seit Tag {number}. ({secrets.token_hex(4)})",  # the same words are one reply
            idempotency_key=secrets.token_urlsafe(16),
        )
        headers = {"Cookie": writer.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        return "POST", f"/threads/{thread}/replies", headers, body

    return {
        "thread, visitor, kept": lambda number: get(hot[number % len(hot)]),
        "thread, visitor, 304": lambda number: get(hot[0], If_None_Match=etag),
        "thread, visitor, each once": lambda number: get(
            site.thread_paths[number % len(site.thread_paths)] + f"?n={number}"
        ),
        "thread, signed in": lambda number: get(hot[number % len(hot)], Cookie=person.cookie),
        "list, visitor, kept": lambda number: get("/threads"),
        "list, signed in": lambda number: get("/threads", Cookie=person.cookie),
        "search, new each time": lambda number: get(
            f"/search?q={quote(queries[number % len(queries)])}&n={secrets.token_hex(4)}",
            X_Forwarded_For=visitor(number),
        ),
        "search, asked before": lambda number: get(
            f"/search?q={quote(queries[number % len(queries)])}", X_Forwarded_For=visitor(number)
        ),
        "similar while typing": lambda number: get(
            f"/similar?title={quote(site.titles[number % len(site.titles)])}", X_Forwarded_For=visitor(number)
        ),
        "posting a reply, indexed": post,
    }


def visitor(number: int) -> str:
    """Another visitor's network each time: the limits are not what is measured."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _etag(port: int, path: str) -> str:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    return response.headers.get("ETag", "")


def _compare(
    size: int, name: str, hello: Server, theke: Server, request: Callable[[int], Request], worker: Server
) -> Figure:
    posting = name.startswith("posting")
    requests = POSTS if posting else REQUESTS
    for _round in range(1 if posting else WARM_ROUNDS):
        drive(theke.port, request, POSTS if posting else WARM, connections=8)
    if posting:
        _settle(worker)

    def used() -> float:
        return theke.cpu_seconds() + (worker.cpu_seconds() if posting else 0.0)

    earlier = hello_seconds(hello)
    before = used()
    one = drive(theke.port, request, requests)
    if posting:
        _settle(worker)
    cpu = (used() - before) / requests
    yardstick = (earlier + hello_seconds(hello)) / 2  # the machine's speed drifts: measured before and after
    eight = drive(theke.port, request, requests if not posting else POSTS, connections=8)
    return Figure(
        threads=size,
        page=name,
        ratio=cpu / yardstick,
        cpu_ms=1000 * cpu,
        per_second_1=one.per_second,
        p50_1=one.median,
        p95_1=one.percentile(0.95),
        per_second_8=eight.per_second,
        p50_8=eight.median,
        p95_8=eight.percentile(0.95),
        statuses=one.statuses,
    )


def hello_seconds(hello: Server) -> float:
    """Processor seconds of one page that says hello."""
    before = hello.cpu_seconds()
    run = drive(hello.port, lambda number: ("GET", "/", {}, None), HELLOS)
    return (hello.cpu_seconds() - before) / len(run.seconds)


def _settle(worker: Server) -> None:
    """Wait until the worker has nothing left to do: its processor time stands still (but for its looking)."""
    deadline = time.monotonic() + SETTLE_SECONDS
    last = worker.cpu_seconds()
    while time.monotonic() < deadline:
        time.sleep(1.5)
        now = worker.cpu_seconds()
        if now - last < 0.08:
            return
        last = now
