"""One setting says which engine finds; the embedded index is refused to several machines."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from community import factory
from community.core.extensions import db
from search_index import indexing
from search_index.engines.none import NoEngine
from search_index.engines.postgres.engine import PostgresEngine
from search_index.engines.whoosh import WhooshEngine
from tests.conftest import ON_POSTGRES
from tests.making import Make


def doctor(app: Flask) -> str:
    return app.test_cli_runner().invoke(args=["doctor"]).output


@pytest.mark.parametrize(
    ("named", "engine"), [("whoosh", WhooshEngine), ("postgres", PostgresEngine), ("none", NoEngine)]
)
def test_the_setting_names_the_engine(app: Flask, named: str, engine: type) -> None:
    app.config["SEARCH_ENGINE"] = named
    assert type(indexing.engine_for(app)) is engine


def test_the_doctor_refuses_the_embedded_index_on_several_machines(app: Flask) -> None:
    indexing.rebuild()
    assert "ok  search index" in doctor(app)
    app.config["MACHINES"] = 2
    told = doctor(app)
    assert "NO  search index" in told
    assert "the embedded index belongs to one machine, and MACHINES is 2" in told
    assert "rebuild builds the index anew" not in told
    app.extensions["theke-search"] = NoEngine()
    assert "ok  search index" in doctor(app)


@pytest.mark.skipif(not ON_POSTGRES, reason="needs the engine in PostgreSQL: THEKE_TEST_DATABASE=postgresql")
def test_to_change_the_engine_takes_the_setting_and_a_rebuild(
    app: Flask, make: Make, settings: dict[str, object]
) -> None:
    thread = make.thread(title="Router blinks red since this morning", solved=True)
    indexing.rebuild()
    keys = Fernet.generate_key().decode()
    other = factory.create_app(settings | {"SEARCH_ENGINE": "postgres", "MACHINES": 2, "DETAILS_KEYS": keys})
    with other.app_context():
        assert "There is no index of this version; build one." in doctor(other)
        browser = other.test_client()
        assert browser.get("/search?q=router").status_code == 200
        assert other.test_cli_runner().invoke(args=["search", "rebuild"]).exit_code == 0
        assert "ok  search index" in doctor(other)
        assert f"/threads/{thread.id}/" in browser.get("/search?q=router").get_data(as_text=True)
        db.session.remove()
        db.engine.dispose()


@pytest.mark.skipif(not ON_POSTGRES, reason="needs the engine in PostgreSQL: THEKE_TEST_DATABASE=postgresql")
def test_a_search_changes_nothing_and_gives_its_connections_back(app: Flask) -> None:
    app.extensions["theke-search"] = engine = PostgresEngine(lambda: db.engine)
    indexing.rebuild()
    before = engine.generation()
    assert app.test_client().get("/search?q=router").status_code == 200
    assert engine.generation() == before
    assert db.engine.pool.checkedout() <= 1  # type: ignore[attr-defined]
