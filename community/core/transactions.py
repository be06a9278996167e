"""How the database is read and written: reads never take the write lock, writes take it at once and in turn.

SQLite: WAL, synchronous=FULL (an acknowledged post survives a power cut), BEGIN IMMEDIATE for writes behind a fair
lock, and `query_only` on every read transaction, so that a page that is only looked at cannot change anything.
PostgreSQL: its own transactions; what must be exclusive is said with unique constraints and row locks.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from .errors import Busy

if TYPE_CHECKING:
    from flask_sqlalchemy import SQLAlchemy

BUSY_SECONDS = 5.0
ANALYSED_ROWS = 1_000
_writing: ContextVar[bool] = ContextVar("theke_writing", default=False)


def is_writing() -> bool:
    """Is this thread inside `writing()`?"""
    return _writing.get()


class FairLock:
    """First come, first served between the threads of one process; a lock file between processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False

    def acquire(self, seconds: float) -> int:
        """Wait at most `seconds`; returns the lock file's descriptor, to be given to `release`. Raises `Busy`."""
        deadline = time.monotonic() + seconds
        self._take_turn(seconds)
        try:
            return self._lock_file(deadline)
        except BaseException:
            self._pass_turn()
            raise

    def release(self, descriptor: int) -> None:
        os.close(descriptor)  # closing drops the lock
        self._pass_turn()

    def _take_turn(self, seconds: float) -> None:
        with self._mutex:
            if not self._held:
                self._held = True
                return
            my_turn = threading.Event()
            self._waiting.append(my_turn)
        if my_turn.wait(seconds):
            return
        with self._mutex:
            if not my_turn.is_set():
                self._waiting.remove(my_turn)
                raise Busy
        # the turn came in the very last moment: it is ours

    def _pass_turn(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False

    def _lock_file(self, deadline: float) -> int:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        pause = 0.0005
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    raise Busy from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.01)


_locks: dict[str, FairLock] = {}
_locks_guard = threading.Lock()


def _lock_of(engine: Engine) -> FairLock | None:
    if engine.dialect.name != "sqlite" or not engine.url.database or engine.url.database == ":memory:":
        return None
    with _locks_guard:
        return _locks.setdefault(engine.url.database, FairLock(Path(engine.url.database + ".lock")))


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    lock = _lock_of(engine)
    if lock is None:
        yield
        return
    descriptor = lock.acquire(BUSY_SECONDS)
    try:
        yield
    finally:
        lock.release(descriptor)


@contextmanager
def writing(db: SQLAlchemy) -> Iterator[None]:
    """See `extensions.writing`."""
    if _writing.get():
        yield
        return
    db.session.rollback()
    with _turn(db.engine):
        mark = _writing.set(True)
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            _writing.reset(mark)


def count_rows(db: SQLAlchemy) -> None:
    """Let SQLite look how many rows have which values, a thousand of each index: without it, it takes the column that
    nearly all rows agree in for the one that tells them apart. PostgreSQL does so by itself."""
    if db.engine.dialect.name == "sqlite":
        with writing(db):
            db.session.execute(text(f"PRAGMA analysis_limit={ANALYSED_ROWS}"))
            db.session.execute(text("ANALYZE"))


def prepare_engine(engine: Engine) -> None:
    """Teach a SQLite engine the rules of this module. Does nothing for other databases."""
    if engine.dialect.name != "sqlite" or event.contains(engine, "connect", _on_connect):
        return
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: DBAPIConnection, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for setting in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",  # what is erased is overwritten
        "foreign_keys=ON",
        f"busy_timeout={int(BUSY_SECONDS * 1000)}",
        "temp_store=MEMORY",
        "cache_size=-20000",
        "journal_size_limit=67108864",
    ):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    write = _writing.get() or connection.get_execution_options().get("theke_write", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if write else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
