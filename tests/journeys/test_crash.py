"""kill -9 the worker and the server, over and over, during 200 posts: what was acknowledged is there, once, and was told once.

Five moderators answer at once, each in threads of their own; whoever gets no answer sends the same form again. Meanwhile
the worker, a server process and the whole server are killed in turn. Mails go to a real mail server that notes them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from community import factory
from search_index.engines.contract import Filters
from search_index.indexing import engine_for
from search_index.parsing import parse
from tests.journeys.client import Client
from tests.journeys.live import Site, children_of, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]

STAFF = ("carol", "tarek", "dora", "henning", "jana")
POSTS_EACH = 40
KILL_EVERY = 28  # acknowledged posts
PATIENCE = 120.0  # seconds in which one post must be acknowledged, whatever is killed


class Letterbox(Message):  # type: ignore[misc]
    """A mail server that keeps the Message-IDs it was handed."""

    def __init__(self) -> None:
        super().__init__()
        self.received: Counter[str] = Counter()

    def handle_message(self, message: EmailMessage) -> None:
        self.received[str(message["Message-ID"]).strip()] += 1


@pytest.fixture(scope="module")
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    """The mail server and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Letterbox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


@pytest.fixture
def fragile_site(planted: Path, letterbox: tuple[Letterbox, int], tmp_path: Path) -> Iterator[Site]:
    """A site of this test's own: it will be killed."""
    mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(letterbox[1]), "SMTP_TLS": "none"}
    site = Site(tmp_path / "data", planted, **mail)
    site.start()
    try:
        yield site
    finally:
        site.end()


class Progress:
    """What has been acknowledged so far: words of the post -> its thread and number."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, tuple[int, int]] = {}
        self.sent = 0
        self._mutex = threading.Lock()

    def note(self, words: str, location: str, attempts: int) -> None:
        path, _, number = location.partition("#post-")
        with self._mutex:
            self.acknowledged[words] = (int(path.split("/")[2]), int(number))
            self.sent += attempts


def _post_until_acknowledged(client: Client, thread: int, words: str) -> tuple[str, int]:
    """Send one reply, again and again with the same key, until the site says where it is; and how often it took."""
    deadline = time.monotonic() + PATIENCE
    attempts = 0
    while time.monotonic() < deadline:
        attempts += 1
        try:
            status, location = client.post(
                f"/threads/{thread}/replies", body=words, idempotency_key=f"the-one-key-of-{words.split()[-1]}"
            )
        except (OSError, HTTPException):
            time.sleep(0.2)
            continue
        if status == 303 and "#post-" in location:
            return location, attempts
        assert status in (500, 502, 503), f"{words}: {status}, {location}"
        time.sleep(0.2)
    raise AssertionError(f"never acknowledged: {words}")


def _answer_all_day(site: Site, name: str, threads: list[int], progress: Progress) -> None:
    client = Client(site).log_in(name)
    for number in range(POSTS_EACH):
        words = f"Antwort Nummer {number} von {name}, Merkwort {name.replace('-', '')}qx{number}zz"
        progress.note(words, *_post_until_acknowledged(client, threads[number % len(threads)], words))


class Killer:
    """Ends a process of the tree the hard way, another one each time."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._turn = 0
        self.killed: Counter[str] = Counter()

    def strike(self) -> None:
        """Worker, one of the server's processes, the server itself, in turn."""
        self.kill(("worker", "server process", "server")[self._turn % 3])
        self._turn += 1

    def kill(self, kind: str) -> None:
        """End one, unless there is none just now because the last blow hit it."""
        tree = self._site.processes()
        found = {
            "worker": [tree.get("Worker", 0)],
            "server": [tree.get("Server", 0)],
            "server process": children_of(tree.get("Server", 0))[:1],
        }[kind]
        for number in filter(None, found):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
                self.killed[kind] += 1


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(fragile_site, letterbox):
    site, (box, _port) = fragile_site, letterbox
    progress, killer = Progress(), Killer(site)
    threads = [row[0] for row in site.rows(OPEN_THREADS)]
    shares = {name: threads[place :: len(STAFF)] for place, name in enumerate(STAFF)}
    with ThreadPoolExecutor(len(STAFF)) as hands:
        answering = [hands.submit(_answer_all_day, site, name, shares[name], progress) for name in STAFF]
        next_kill = KILL_EVERY
        while not all(future.done() for future in answering):
            if len(progress.acknowledged) >= next_kill:
                killer.strike()
                next_kill += KILL_EVERY
            time.sleep(0.05)
        for future in answering:
            future.result()
    assert len(progress.acknowledged) == len(STAFF) * POSTS_EACH
    assert sum(killer.killed.values()) >= 6, killer.killed

    killer.kill("worker")  # in the middle of what is left to do
    _all_work_is_done(site)
    print(f"{progress.sent} sendings for {len(progress.acknowledged)} posts; killed {dict(killer.killed)}")
    _every_post_is_there_once(site, progress)
    _every_post_is_found(site, progress)
    _everybody_was_told_once(site, box, killer)
    assert "NO " not in site.flask("doctor")


OPEN_THREADS = (
    "SELECT id FROM threads WHERE visibility = 'published' AND locked_at IS NULL AND closed_at IS NULL"
    " AND duplicate_of_id IS NULL ORDER BY id"
)


def _all_work_is_done(site: Site) -> None:
    def is_idle() -> bool:
        return not site.rows("SELECT 1 FROM jobs WHERE dead_at IS NULL LIMIT 1")

    assert until(is_idle, within=120, every=2.0), site.rows("SELECT name, attempts, last_error FROM jobs")
    assert site.rows("SELECT name, last_error FROM jobs WHERE dead_at IS NOT NULL") == []


def _every_post_is_there_once(site: Site, progress: Progress) -> None:
    stored = site.rows("SELECT source, thread_id, number FROM posts WHERE source LIKE 'Antwort Nummer %'")
    assert Counter(row[0] for row in stored) == Counter(dict.fromkeys(progress.acknowledged, 1))
    assert {row[0]: (row[1], row[2]) for row in stored} == progress.acknowledged
    miscounted = site.rows(
        "SELECT id FROM threads WHERE reply_count !="
        " (SELECT count(*) FROM posts WHERE thread_id = threads.id AND number > 1 AND posts.visibility = 'published')"
    )
    assert miscounted == []


def _every_post_is_found(site: Site, progress: Progress) -> None:
    app = factory.create_app({"THEKE_ENV": "development", "SECRET_KEY": "s" * 32, "DATA_DIR": str(site.directory)})
    with app.app_context():
        engine = engine_for(app)
        missing = [
            words
            for words, (thread, _number) in progress.acknowledged.items()
            if thread not in _threads_with(engine, words.split()[-1])
        ]
        assert missing == []
        assert engine.check() == []


def _threads_with(engine: Any, word: str) -> set[int]:
    hits = engine.search(parse(word), Filters(), language="de")
    return {hit.thread_id for hit in hits.hits}


def _everybody_was_told_once(site: Site, box: Letterbox, killer: Killer) -> None:
    due = Counter(
        site.rows(
            "SELECT events.id, follows.person_id FROM events JOIN follows ON follows.thread_id = events.thread_id"
            " JOIN posts ON posts.id = events.post_id"
            " WHERE events.action = 'post.replied' AND posts.source LIKE 'Antwort Nummer %'"
            " AND follows.person_id != events.actor_id AND follows.level != 'off' AND follows.at <= events.at"
        )
    )
    told = Counter(site.rows("SELECT event_id, person_id FROM notifications"))
    assert told == due
    mails = site.rows("SELECT id, key, sent_at FROM mails WHERE key LIKE 'event-%'")
    assert Counter(key for _id, key, _sent in mails) == Counter(
        f"event-{event}-person-{person}" for event, person in due
    )
    assert [key for _id, key, sent in mails if not sent] == []
    delivered = {message_id.split("@")[0] for message_id in box.received}
    assert len(delivered) == len(mails)
    # Whatever a killed worker had just handed over is handed over once more, under the same Message-ID: readers see one.
    twice = [message_id for message_id, times in box.received.items() if times > 1]
    assert len(twice) <= killer.killed["worker"]
