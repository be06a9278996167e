"""The Flask extensions, one instance each, bound to the app in the factory."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, cast

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import CompoundSelect, CursorResult, Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.base import Executable

from .columns import Base, UTCDateTime
from .transactions import is_writing, prepare_engine
from .transactions import writing as _writing

db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate(render_as_batch=True, compare_type=True)
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()


def writing() -> AbstractContextManager[None]:
    """One write transaction: everything in the `with` block is stored together or not at all.

    Ends the read transaction of the request, waits its turn (at most BUSY_SECONDS, then raises `errors.Busy`),
    begins with the write lock taken, commits at the end, rolls back on an exception. A `writing()` inside
    another joins it. Objects loaded before are read afresh inside. Never render, mail, search or hash in it.
    """
    return _writing(db)


def rows_changed(statement: Executable) -> int:
    """Run an UPDATE or DELETE on rows that are not loaded; returns how many it changed."""
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], result).rowcount


class Question:
    """A small question that every page asks: compiled once and answered by plain rows, in a tenth of the time.

    For reading only, with parameters that are numbers or words. Rows come as the driver gives them, so ask for such too.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | CompoundSelect[Any]) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[Any, str]] = {}

    def __call__(self, **parameters: int | str) -> list[tuple[Any, ...]]:
        """The rows. Needs an application context."""
        engine = db.engine
        if engine.dialect.name not in self._compiled:
            made = self._statement.compile(dialect=engine.dialect)
            self._compiled[engine.dialect.name] = (made, str(made))
        compiled, sql = self._compiled[engine.dialect.name]
        given = compiled.construct_params(parameters)
        return plain_rows(sql, tuple(given[name] for name in compiled.positiontup) if compiled.positional else given)


def plain_rows(sql: str, parameters: Any) -> list[tuple[Any, ...]]:
    """What the database answers, as its driver says it.

    It is asked within the session's transaction if there is one, so that a request never holds two connections.
    """
    session = db.session()
    if session.in_transaction():
        return _rows(session.connection().connection, sql, parameters)
    connection = db.engine.raw_connection()
    try:
        return _rows(connection, sql, parameters)
    finally:
        connection.close()


def _rows(connection: PoolProxiedConnection, sql: str, parameters: Any) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    try:
        cursor.execute(sql, parameters)
        return [tuple(row) for row in cursor.fetchall()]
    finally:
        cursor.close()


def insert(table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that may say what happens if the row is there already (`on_conflict_...`), on either database.

    Where two may write the same row at the same moment, this is how: one of them would fail with `db.session.add`.
    """
    return postgresql.insert(table) if db.engine.dialect.name == "postgresql" else sqlite.insert(table)


__all__ = [
    "Base",
    "Question",
    "UTCDateTime",
    "babel",
    "csrf",
    "db",
    "insert",
    "is_writing",
    "login_manager",
    "migrate",
    "plain_rows",
    "prepare_engine",
    "rows_changed",
    "writing",
]
