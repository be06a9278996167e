"""The index of a site on several machines: PostgreSQL keeps the rows, numpy does the sums, as over the embedded index.

Analysis, impacts, segments, merging and scoring are those of the embedded engine, so the same cases give the same
answers. One transaction is one commit; who writes holds the row that names the index in use. Readers ask for that row
before each question and read only the segments that are new. No extension is needed; ``pg_trgm`` is used if it is there.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np
from sqlalchemy import Engine as Pool

from search_index.documents import SolvedCase
from search_index.engines.answering import Answer, SnapshotEngine
from search_index.engines.building import PATIENCE, changes
from search_index.engines.contract import CatchUp, IndexUnavailable, nothing_changed
from search_index.engines.postgres import tables as sql
from search_index.engines.postgres.reading import (
    BYTES_PER_WORD,
    Outdated,
    Source,
    TableSnapshot,
    new_cache,
    read_snapshot,
)
from search_index.engines.postgres.tables import Tables, type_of_connection
from search_index.engines.postgres.writing import build, change, incomplete, merge
from search_index.engines.snapshot import Snapshot

ATTEMPTS = 3
"""How often a question is put anew if the index was replaced under it."""
SWEEP_SECONDS = 5
MISSING = "There is no index of this version; build one."


class PostgresEngine(SnapshotEngine):
    """An index of solved cases in tables of the schema ``schema`` (see ``tables``). Safe between threads.

    ``pool`` gives the connections of this process; each question takes one for its statements and gives it back.
    """

    def __init__(self, pool: Callable[[], Pool], schema: str = sql.SCHEMA) -> None:
        self.schema = schema
        self.pool = pool
        self._cached = new_cache()
        self._snapshot: TableSnapshot | None = None
        self._refreshing = Lock()

    # Changing

    def apply(self, puts: Iterable[SolvedCase], removes: Iterable[int] = ()) -> None:
        """Put cases (each replaces the one of its id) and remove threads by id, in one commit."""
        cases, gone = changes(puts, removes)
        if not gone:
            return
        with _available(), self._transaction() as connection:
            _be_patient(connection, PATIENCE)
            source, generation = self._held(connection, sql.HOLD_CURRENT, sql.VERSION)
            if change(connection, read_snapshot(source, connection, generation, self._cached), cases, gone):
                source.tables.put(connection, sql.COMMITTED)

    def tidy(self) -> bool:
        """Merge the segments that are worth it, in a transaction of its own; returns whether there were any."""
        with _available(), self._transaction() as connection:
            _be_patient(connection, PATIENCE)
            source, generation = self._held(connection, sql.HOLD_CURRENT, sql.VERSION)
            if is_due := merge(connection, read_snapshot(source, connection, generation, self._cached)):
                source.tables.put(connection, sql.COMMITTED)
            return is_due

    def recreate(self, cases: Iterable[SolvedCase], catch_up: CatchUp = nothing_changed) -> int:
        """Build a new index beside the old one, swap them, and return how many cases it holds.

        All in one transaction: a rebuild that is killed leaves nothing behind.
        """
        with _database_is_available():
            with self._transaction() as connection:
                tables = self._begun(connection)
                source = Source(self._reading, tables)
                build(connection, source, cases, cached := new_cache())
                _be_patient(connection, PATIENCE)
                tables.put(connection, sql.HOLD_ANY)
                change(connection, read_snapshot(source, connection, "", cached), *changes(*catch_up()))
                count = int(np.count_nonzero(read_snapshot(source, connection, "", cached).live))
                tables.put(connection, sql.ANALYZE)
                tables.put(connection, sql.SWAP, tables.build, sql.VERSION, tables.has_words)
            self._sweep()
        return count

    def _begun(self, connection: type_of_connection) -> Tables:
        """New tables, with other rebuilds kept out until the transaction ends."""
        home = Tables(self.schema)
        if not home.put(connection, sql.REBUILDING, self.schema).fetchone()[0]:
            raise IndexUnavailable("The index is busy: another process is rebuilding the index.")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        tables = home.another(has_words=home.put(connection, sql.HAS_TRIGRAMS).fetchone()[0])
        tables.put(connection, sql.CREATE_HOME)
        tables.put(connection, sql.CREATE)
        if tables.has_words:
            tables.put(connection, sql.CREATE_WORDS)
        return tables

    def _sweep(self) -> None:
        """Drop what is not current: the old tables. If somebody reads them for long (a backup), the next rebuild will."""
        try:
            with self._transaction() as connection:
                _be_patient(connection, SWEEP_SECONDS)
                current = Tables(self.schema).put(connection, sql.HOLD_ANY).fetchone()[0]
                for (found,) in Tables(self.schema).put(connection, sql.BUILDS, self.schema).fetchall():
                    if found != current:
                        Tables(self.schema, found).put(connection, sql.DROP)
        except Exception as error:
            if _state(error) != sql.NOT_FREE:
                raise

    # Looking at it

    def _ask(self, question: Callable[[Snapshot], Answer]) -> Answer:
        for _ in range(ATTEMPTS):
            with _available():
                try:
                    return question(self._fresh())
                except Exception as error:
                    if not isinstance(error, Outdated) and _state(error) not in sql.UNDEFINED:
                        raise
                    self._snapshot = None
        raise Outdated

    def generation(self) -> str:
        """A value that changes with every commit and rebuild."""
        with _available(), self._reading() as connection:
            return self._held(connection, sql.CURRENT, sql.VERSION)[1]

    def check(self) -> list[str]:
        """What is wrong with the index, a sentence each; looks at every row."""
        try:
            with _available(), self._reading() as connection:
                source, _ = self._held(connection, sql.CURRENT, sql.VERSION)
                if damaged := incomplete(connection, source.tables, BYTES_PER_WORD):
                    return [f"Damaged: {damaged} segments."]
            return self._ask(lambda snapshot: snapshot.problems())
        except IndexUnavailable as error:
            return [str(error)]

    # Opening

    def _fresh(self) -> TableSnapshot:
        """The index as it is now; what has not changed since the last look is not read again."""
        held = self._snapshot
        with self._reading() as connection:
            source, generation = self._held(connection, sql.CURRENT, sql.VERSION)
            if held is not None and held.generation == generation:
                return held
        with self._refreshing, self._reading() as connection:
            source, generation = self._held(connection, sql.CURRENT, sql.VERSION)
            if self._snapshot is None or self._snapshot.generation != generation:
                self._snapshot = read_snapshot(source, connection, generation, self._cached)
            return self._snapshot

    def _held(self, connection: type_of_connection, statement: str, *values: Any) -> tuple[Source, str]:
        """The tables in use, and their generation."""
        try:
            row = Tables(self.schema).put(connection, statement, *values).fetchone()
        except Exception as error:
            if _state(error) not in sql.UNDEFINED:
                raise
            row = None
        if row is None:
            raise IndexUnavailable(MISSING)
        return Source(self._reading, Tables(self.schema, row[0], row[2])), f"{row[0]}:{row[1]}"

    # Connections

    @contextmanager
    def _reading(self) -> Iterator[type_of_connection]:
        """A connection on which each statement stands alone."""
        with self._connected() as connection:
            connection.autocommit = True
            try:
                yield connection
            finally:
                if not connection.closed:
                    connection.autocommit = False

    @contextmanager
    def _transaction(self) -> Iterator[type_of_connection]:
        """A connection whose statements are stored together or not at all."""
        with self._connected() as connection:
            yield connection
            connection.commit()

    @contextmanager
    def _connected(self) -> Iterator[type_of_connection]:
        """A connection of the pool; what it has not committed is rolled back when it is given back."""
        try:
            pooled = self.pool().raw_connection()
        except Exception as error:
            raise IndexUnavailable(f"PostgreSQL cannot be reached ({error}).") from error
        connection: type_of_connection = pooled.driver_connection
        try:
            yield connection
        finally:
            if connection.closed:
                pooled.invalidate()
            pooled.close()


def _state(error: BaseException) -> str | None:
    """PostgreSQL's name for an error, or None if it is none of its errors."""
    return getattr(error, "sqlstate", None)


def _be_patient(connection: type_of_connection, seconds: float) -> None:
    """Wait so long for those who hold what this transaction wants, then give up."""
    connection.execute(f"SET LOCAL lock_timeout = '{seconds}s'")


@contextmanager
def _available() -> Iterator[None]:
    """Whatever fails within is a failing index."""
    try:
        yield
    except IndexUnavailable:
        raise
    except Exception as error:
        raise IndexUnavailable(f"The index cannot be used ({type(error).__name__}: {error}).") from error


@contextmanager
def _database_is_available() -> Iterator[None]:
    """What PostgreSQL refuses within is a failing index; what the caller's own iterables raise is left alone."""
    try:
        yield
    except Exception as error:
        if hasattr(error, "sqlstate"):
            raise IndexUnavailable(f"The index cannot be built ({type(error).__name__}: {error}).") from error
        raise
