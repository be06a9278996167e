"""The index deleted, cut short, emptied, made read-only while the site serves: pages go on, the doctor says so, and it heals
without a restart."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from community import factory
from community.core import clock
from community.core.extensions import db
from community.core.jobs import Job
from community.threads.models import Thread
from search_index import indexing
from tests.conftest import ON_POSTGRES
from tests.making import Cast, Make
from tests.working import work

Trouble = Callable[[Path], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def deleted(home: Path) -> Iterator[None]:
    for path in sorted(home.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    home.rmdir()
    yield


@contextlib.contextmanager
def cut_short(home: Path) -> Iterator[None]:
    for path in home.rglob("*"):
        if path.is_file():
            os.truncate(path, path.stat().st_size // 2)
    yield


@contextlib.contextmanager
def read_only(home: Path) -> Iterator[None]:
    """Nothing can be written below `home`; for the superuser, whom no mode stops, the system's answers are replaced."""
    real_open, real_access = os.open, os.access

    def refusing_open(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and str(path).startswith(str(home)):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return real_open(path, flags, *rest, **named)

    def refusing_access(path: Any, mode: int, **named: Any) -> bool:
        return not (mode & os.W_OK and str(path).startswith(str(home))) and real_access(path, mode, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", refusing_open)
        patch.setattr(os, "access", refusing_access)
        yield


def put(statement: str) -> Trouble:
    @contextlib.contextmanager
    def trouble(home: Path) -> Iterator[None]:
        with db.engine.begin() as connection:
            tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'theke_search'")).all()
            for table in [one for one in tables if one.startswith("terms_")]:
                connection.execute(text(statement.format(table=f"theke_search.{table}")))
        yield

    return trouble


TROUBLES: dict[str, tuple[str, Trouble]] = {
    "directory deleted": ("whoosh", deleted),
    "files cut short": ("whoosh", cut_short),
    "directory read-only": ("whoosh", read_only),
    "schema dropped": ("postgres", put("DROP SCHEMA theke_search CASCADE")),
    "table dropped": ("postgres", put("DROP TABLE {table}")),
    "table emptied": ("postgres", put("TRUNCATE {table}")),
    "rows damaged": ("postgres", put("UPDATE {table} SET postings = ''")),
}


@pytest.fixture(params=TROUBLES)
def named(request: pytest.FixtureRequest) -> tuple[str, Trouble]:
    engine, trouble = TROUBLES[request.param]
    if engine == "postgres" and not ON_POSTGRES:
        pytest.skip("the engine in PostgreSQL is tested where the tests run on it: THEKE_TEST_DATABASE=postgresql")
    return engine, trouble


@pytest.fixture
def settings(named: tuple[str, Trouble], settings: dict[str, object]) -> dict[str, object]:
    return settings | {"SEARCH_ENGINE": named[0]}


@pytest.fixture
def solved(make: Make, cast: Cast, settings: dict[str, object]) -> Thread:
    """A thread that can be found, beside another that nobody will touch."""
    make.thread(by=cast.bob, title="Modem is silent", solved=True)
    thread = make.thread(by=cast.alice, title="Router blinks red since this morning", solved=True)
    work()
    rebuilt_elsewhere(settings)
    return thread


def test_pages_go_on_the_doctor_says_so_and_it_heals(
    app: Flask,
    named: tuple[str, Trouble],
    settings: dict[str, object],
    solved: Thread,
    make: Make,
    cast: Cast,
    stranger: FlaskClient,
    browser_of: Callable[..., FlaskClient],
) -> None:
    engine = indexing.engine()
    before = engine.thread_ids()
    assert solved.id in before
    bob = browser_of(cast.bob)
    with named[1](Path(app.config["DATA_DIR"]) / "search"):
        for browser in (stranger, bob):
            for address in (
                "/",
                f"/threads/{solved.id}/{solved.slug}",
                "/search?q=router",
                "/similar?title=router+red",
            ):
                assert browser.get(address).status_code == 200, address
        assert bob.post(f"/threads/{solved.id}/replies", data={"body": "Mine does too."}).status_code == 303
        later = make.thread(by=cast.alice, title="Wallbox does not charge")
        work()
        told = app.test_cli_runner().invoke(args=["doctor"])
        assert told.exit_code == 1
        assert "NO  search index" in told.output
        assert waiting() > 0
    rebuilt_elsewhere(settings)
    assert engine.thread_ids() == before | {later.id}
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        work()
        assert waiting() == 0
    assert engine.check() == []
    assert f"/threads/{later.id}/" in stranger.get("/search?q=wallbox").get_data(as_text=True)


def waiting() -> int:
    """How much indexing waits."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Job.name == indexing.JOB, Job.dead_at.is_(None))) or 0


def rebuilt_elsewhere(settings: dict[str, object]) -> None:
    """`flask search rebuild`, as the operator gives it: in another process."""
    other = factory.create_app(settings)
    with other.app_context():
        told = other.test_cli_runner().invoke(args=["search", "rebuild"])
        db.session.remove()
        db.engine.dispose()
    assert told.exit_code == 0, told.output
