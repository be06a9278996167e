"""Reads never take the write lock and cannot write; writes are all or nothing and wait their turn."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from community.core import transactions
from community.core.errors import Busy
from community.core.extensions import db, is_writing, writing
from community.core.pages import PageVersion
from tests.making import Make


@pytest.fixture
def on_sqlite(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("about the lock of SQLite")


def count() -> int:
    return db.session.scalar(select(PageVersion.version).where(PageVersion.scope == "counter")) or 0


def add_one() -> None:
    with writing():
        db.session.execute(
            text("UPDATE page_versions SET version = :next WHERE scope = 'counter'"), {"next": count() + 1}
        )


def test_a_read_transaction_cannot_write(app: Flask, on_sqlite: None) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        db.session.execute(text("INSERT INTO page_versions (scope, version) VALUES ('x', 1)"))


def test_a_failing_write_leaves_nothing(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        db.session.add(PageVersion(scope="counter", version=1))
        db.session.flush()
        raise ZeroDivisionError
    assert count() == 0
    assert not is_writing()


def test_a_write_inside_a_write_joins_it(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        with writing():
            db.session.add(PageVersion(scope="counter", version=1))
        raise ZeroDivisionError
    assert count() == 0


def test_objects_are_read_afresh_inside_a_write(app: Flask, make: Make, on_sqlite: None) -> None:
    person = make.person("alice")
    assert person.display_name == "Alice"
    with sqlite3.connect(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")) as other:
        other.execute("UPDATE persons SET display_name = 'Alicia'")
    other.close()
    with writing():
        assert person.display_name == "Alicia"


def test_the_database_learns_which_columns_tell_rows_apart(app: Flask, make: Make, on_sqlite: None) -> None:
    few = f"SELECT title FROM threads WHERE id IN ({','.join(map(str, range(1, 21)))}) AND visibility = 'published'"
    thread = make.thread()
    columns = ", ".join(column.name for column in thread.__table__.columns if column.name != "id")
    with writing():
        for _doubling in range(9):
            db.session.execute(text(f"INSERT INTO threads ({columns}) SELECT {columns} FROM threads"))
    transactions.count_rows(db)
    db.engine.dispose()
    assert "INTEGER PRIMARY KEY" in str(db.session.execute(text(f"EXPLAIN QUERY PLAN {few}")).all())


def test_eight_writers_lose_no_update(app: Flask, on_sqlite: None) -> None:
    with writing():
        db.session.add(PageVersion(scope="counter", version=0))

    def write() -> None:
        with app.app_context():
            for _turn in range(10):
                add_one()

    threads = [threading.Thread(target=write) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert count() == 80


def test_a_lock_held_by_another_program_ends_in_busy_not_in_waiting_for_ever(
    app: Flask, on_sqlite: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "BUSY_SECONDS", 0.2)
    with db.engine.connect() as connection:
        path = connection.engine.url.database
    lock = transactions.FairLock(transactions.Path(f"{path}.lock"))
    held = lock.acquire(1)
    began = time.monotonic()
    try:
        with pytest.raises(Busy), writing():
            raise AssertionError("the lock was not free")
    finally:
        lock.release(held)
    assert time.monotonic() - began >= 0.2
    add_one()


def test_the_lock_is_given_in_the_order_of_asking(tmp_path: transactions.Path) -> None:
    lock = transactions.FairLock(tmp_path / "lock")
    held = lock.acquire(1)
    order: list[int] = []
    threads: list[threading.Thread] = []

    def wait(number: int) -> None:
        mine = lock.acquire(5)
        order.append(number)
        lock.release(mine)

    for number in range(5):
        thread = threading.Thread(target=wait, args=(number,))
        thread.start()
        threads.append(thread)
        while len(lock._waiting) <= number:
            time.sleep(0.001)
    lock.release(held)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]
