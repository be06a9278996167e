"""Both engines: what the contract promises is asked of the embedded index always, of PostgreSQL where the tests run on it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from search_index.documents import SolvedCase
from search_index.engines.postgres.engine import PostgresEngine
from search_index.engines.whoosh import WhooshEngine
from tests.conftest import ON_POSTGRES, Stage
from tests.search_index.cases import STORY

SearchEngine = WhooshEngine | PostgresEngine


class Indexes:
    """Makes indexes of one kind, each in a place of its own."""

    def __call__(self, cases: Iterable[SolvedCase] = STORY) -> Any:
        """An engine on a new index."""
        engine = self.nowhere()
        engine.recreate(cases)
        return engine

    def nowhere(self) -> SearchEngine:
        """An engine that has no index."""
        raise NotImplementedError

    def another(self, engine: SearchEngine) -> SearchEngine:
        """A second engine on the same index, as another process would have it."""
        raise NotImplementedError


class Embedded(Indexes):
    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory

    def nowhere(self) -> WhooshEngine:
        return WhooshEngine(self._factory.mktemp("index") / "home")

    def another(self, engine: SearchEngine) -> WhooshEngine:
        assert isinstance(engine, WhooshEngine)
        return WhooshEngine(engine.home)


class InTables(Indexes):
    def __init__(self, address: str) -> None:
        self._pool = create_engine(address, pool_pre_ping=True)
        self._made: list[str] = []

    def nowhere(self) -> PostgresEngine:
        self._made.append(f"theke_search_{secrets.token_hex(4)}")
        return PostgresEngine(lambda: self._pool, self._made[-1])

    def another(self, engine: SearchEngine) -> PostgresEngine:
        assert isinstance(engine, PostgresEngine)
        return PostgresEngine(engine.pool, engine.schema)

    def run(self, statement: str) -> None:
        """Do something to the tables that no engine would."""
        with self._pool.begin() as connection:
            connection.execute(text(statement))

    @contextmanager
    def holding(self, statement: str) -> Iterator[None]:
        """Somebody else in the middle of a transaction."""
        with self._pool.connect() as connection:
            connection.execute(text(statement))
            yield

    def ask(self, question: str) -> object:
        """One value from the database."""
        with self._pool.connect() as connection:
            return connection.scalar(text(question))

    def close(self) -> None:
        for schema in self._made:
            self.run(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        self._pool.dispose()


@pytest.fixture(scope="session")
def index_address(request: pytest.FixtureRequest) -> str:
    """A database for indexes alone; the tests that want one are skipped on SQLite. THEKE_TEST_INDEXES may name one, to try
    another version or one with extensions."""
    if address := os.environ.get("THEKE_TEST_INDEXES"):
        return address
    if not ON_POSTGRES:
        pytest.skip("the engine in PostgreSQL is tested where the tests run on it: THEKE_TEST_DATABASE=postgresql")
    stage: Stage = request.getfixturevalue("stage")
    return stage.another("theke_indexes")


@pytest.fixture(scope="module")
def in_tables(index_address: str) -> Iterator[InTables]:
    """Indexes in PostgreSQL."""
    indexes = InTables(index_address)
    yield indexes
    indexes.close()


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    """Embedded indexes."""
    return Embedded(tmp_path_factory)


@pytest.fixture(scope="module", params=["embedded", "in_tables"])
def index_of(request: pytest.FixtureRequest) -> Indexes:
    """`index_of(cases)`: an engine on a new index, of either kind."""
    indexes: Indexes = request.getfixturevalue(request.param)
    return indexes
