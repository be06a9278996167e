"""Migrations go up, down and up again on this database, arrive exactly at the models, and keep what is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from community.config import ROOT
from community.core.extensions import db, writing
from community.threads import editing
from community.threads.models import Post, Revision, Thread
from tests.making import Cast, Make, words

MIGRATIONS = str(ROOT / "migrations")


@pytest.fixture
def script() -> ScriptDirectory:
    return ScriptDirectory(MIGRATIONS)


def tables() -> set[str]:
    db.session.remove()
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def differences() -> list[Any]:
    """What autogenerate would still change."""
    db.session.remove()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        return [each for each in compare_metadata(context, db.metadata) if not is_zone_of_moments(each)]


def is_zone_of_moments(difference: Any) -> bool:
    """SQLite keeps no time zone of a column, so that alone is no difference."""
    kind = difference[0] if isinstance(difference, tuple) else difference[0][0]
    return db.engine.dialect.name == "sqlite" and kind == "modify_type" and "DateTime" in repr(difference)


def versions(script: ScriptDirectory) -> list[str]:
    """All versions, the oldest first."""
    return [revision.revision for revision in script.walk_revisions()][::-1]


def test_the_versions_are_one_line(script: ScriptDirectory) -> None:
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_every_version_says_what_it_does(script: ScriptDirectory) -> None:
    for revision in script.walk_revisions():
        assert revision.doc, revision.revision


def test_a_migrated_database_is_what_the_models_say(app: Flask) -> None:
    assert differences() == []


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    full = tables()
    downgrade(MIGRATIONS, revision="base")
    assert tables() == set()
    upgrade(MIGRATIONS)
    assert tables() == full
    assert differences() == []


def test_upgrading_twice_changes_nothing(app: Flask) -> None:
    before = tables()
    upgrade(MIGRATIONS)
    assert tables() == before


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    db.session.remove()
    rows = {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table)).all()), key=repr)
        for table in db.metadata.sorted_tables
    }
    db.session.remove()  # a migration waits for whoever still reads
    return rows


@pytest.fixture
def lived_in(make: Make, cast: Cast) -> Thread:
    """A site with threads, revisions, a solution, tags, notifications."""
    thread = make.thread(by=cast.alice, tags=["wlan"], solved=True, replies=3)
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
    with writing():
        editing.edit_post(opening, by=cast.alice, words=words("Anew."), started_from=1)
    return thread


def test_what_is_stored_survives_the_newest_version_down_and_up(
    app: Flask, lived_in: Thread, script: ScriptDirectory
) -> None:
    if len(versions(script)) == 1:
        pytest.skip("the first version has nothing before it to go back to")
    before = everything()
    downgrade(MIGRATIONS, revision="-1")
    upgrade(MIGRATIONS)
    assert everything() == before


def test_what_is_stored_can_be_read_after_a_migrated_start(app: Flask, lived_in: Thread) -> None:
    upgrade(MIGRATIONS)
    assert db.session.scalars(select(Revision.source).order_by(Revision.id.desc())).first() == "Anew."


def test_foreign_keys_hold(app: Flask, lived_in: Thread) -> None:
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
    with pytest.raises(Exception, match=r"(?i)foreign key"), writing():
        db.session.execute(text("INSERT INTO thread_tags (thread_id, tag_id) VALUES (4711, 4711)"))


def test_migrations_name_plain_types() -> None:
    """A version must stay true when the code's own types change."""
    for path in Path(MIGRATIONS, "versions").glob("*.py"):
        source = path.read_text()
        assert "community" not in source, path.name
        assert "UTCDateTime" not in source, path.name
