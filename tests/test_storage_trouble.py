"""The database locked, the disk full, the index gone, the session over, the token old: a clear page, nothing stored, nothing lost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from community.accounts.models import Session
from community.core import clock, transactions
from community.core.extensions import db, writing
from community.threads.models import Post, Thread
from tests.making import Cast, Make
from tests.sending import forms, parse, text_of
from tests.working import work

TEXT = "The box blinks red since I changed the cable.\nThe phone is dead too."


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(by=cast.alice)


@pytest.fixture
def bob(thread: Thread, cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    return browser_of(cast.bob)  # type: ignore[no-any-return]


@pytest.fixture
def on_sqlite(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("about the one file of SQLite")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of a fifth of a second, in place of five."""
    monkeypatch.setattr(transactions, "BUSY_SECONDS", 0.2)
    db.engine.dispose()


def replies() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Post.number > 1)) or 0


def reply(browser: FlaskClient, thread: Thread) -> Any:
    return browser.post(f"/threads/{thread.id}/replies", data={"body": TEXT})


def refused_with_its_text(answer: Any, action: str) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "could not be stored" in text_of(parse(answer))
    assert forms(answer)[action]["body"] == TEXT


# --- Locked


@contextmanager
def another_program_writing() -> Iterator[None]:
    """Somebody who knows nothing of our lock file holds the database's own write lock."""
    other = sqlite3.connect(str(db.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def another_process_of_ours_writing() -> Iterator[None]:
    """A second gunicorn process holds the lock file."""
    lock = transactions.FairLock(transactions.Path(f"{db.engine.url.database}.lock"))
    held = lock.acquire(1)
    try:
        yield
    finally:
        lock.release(held)


@pytest.mark.parametrize("busy", [another_program_writing, another_process_of_ours_writing])
@pytest.mark.usefixtures("on_sqlite", "impatient")
def test_a_locked_database_takes_nothing_and_loses_nothing(thread: Thread, bob: FlaskClient, busy: Any) -> None:
    with busy():
        began = time.monotonic()
        refused_with_its_text(reply(bob, thread), f"/threads/{thread.id}/replies")
        assert time.monotonic() - began < 3
        assert replies() == 0
    assert reply(bob, thread).status_code == 303
    assert replies() == 1


@pytest.mark.parametrize("busy", [another_program_writing, another_process_of_ours_writing])
@pytest.mark.usefixtures("on_sqlite", "impatient")
def test_a_locked_database_is_read_as_ever(app: Flask, thread: Thread, bob: FlaskClient, busy: Any) -> None:
    stranger = app.test_client()
    with busy(), clock.frozen(clock.now() + timedelta(minutes=11)):  # when the session's "last seen" would be noted
        for browser in (stranger, bob):
            for address in ("/", "/threads", f"/threads/{thread.id}/{thread.slug}", "/moderation/log"):
                assert browser.get(address).status_code == 200, address


@pytest.mark.usefixtures("on_sqlite", "impatient")
def test_the_worker_waits_for_a_locked_database_and_loses_no_job(make: Make, cast: Cast, thread: Thread) -> None:
    make.reply(thread, cast.carol)
    with another_program_writing(), pytest.raises(Exception, match=r"locked|Busy"):
        work()
    assert work() > 0


# --- Full


@contextmanager
def full_disk() -> Iterator[None]:
    """No page can be added to the database file: what SQLite answers is what it answers on a full disk."""

    def stop_growing(connection: Any, *rest: Any) -> None:
        cursor = connection.cursor()
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count={pages}")
        cursor.close()

    def fill(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1")

    db.session.rollback()
    db.engine.dispose()
    event.listen(db.engine, "connect", stop_growing)
    event.listen(db.engine, "begin", fill)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", stop_growing)
        event.remove(db.engine, "begin", fill)
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("on_sqlite")
def test_a_full_disk_takes_nothing_and_loses_nothing(app: Flask, make: Make, thread: Thread, cast: Cast) -> None:
    bob = app.test_client()
    make.sign_in(bob, cast.bob)
    action = f"/threads/{thread.id}/replies"
    text = TEXT * 150  # more than fits into what is left of the last page
    with full_disk():
        answer = bob.post(action, data={"body": text})
        assert answer.status_code == 503
        assert forms(answer)[action]["body"] == text
        assert "Traceback" not in answer.get_data(as_text=True)
        assert bob.get(f"/threads/{thread.id}/{thread.slug}").status_code == 200
        assert app.test_client().get("/threads").status_code == 200
    assert replies() == 0
    assert bob.post(action, data={"body": text}).status_code == 303
    assert replies() == 1


# --- Gone


def test_a_missing_index_stops_neither_reading_nor_posting_and_the_doctor_says_so(
    app: Flask, thread: Thread, bob: FlaskClient
) -> None:
    engine = app.extensions.get("theke-search")
    if engine is None:
        pytest.skip("no search index in this app")
    work()
    index = transactions.Path(app.config["DATA_DIR"])
    for path in sorted(index.rglob("*"), reverse=True):
        if "sqlite" not in path.name:
            path.unlink() if path.is_file() else path.rmdir()
    assert reply(bob, thread).status_code == 303
    for address in ("/", f"/threads/{thread.id}/{thread.slug}", "/search?q=box", "/ask?title=box"):
        assert bob.get(address).status_code == 200, address
    told = app.test_cli_runner().invoke(args=["doctor"])
    assert told.exit_code == 1
    assert "NO  search index" in told.output


# --- Over


def test_a_session_that_ended_while_writing_costs_no_word(thread: Thread, bob: FlaskClient) -> None:
    with writing():
        for row in db.session.scalars(select(Session)):
            row.expires_at = clock.ago(minutes=1)
    answer = reply(bob, thread)
    assert answer.status_code == 303
    login = bob.get(answer.headers["Location"])
    assert login.status_code == 200
    with bob.session_transaction() as cookie:
        assert "parked" in cookie
    assert replies() == 0


def test_a_session_that_idled_for_two_weeks_is_over(thread: Thread, bob: FlaskClient) -> None:
    with clock.frozen(clock.now() + timedelta(days=14, seconds=1)):
        assert bob.get("/settings/account").status_code == 303
