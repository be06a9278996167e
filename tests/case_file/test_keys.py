"""Keys change while the site runs: nothing is unreadable before, during or after; without a key nothing is readable at all."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from community.accounts.models import Person
from community.case_file import asking, details, reading
from community.case_file.models import Detail
from community.core import sealing
from community.core.errors import Conflict
from community.core.extensions import db, writing
from community.threads.models import Thread
from tests.case_file.scene import IBAN, NUMBER, CaseScene
from tests.conftest import ON_POSTGRES


def run(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(args=["details", *words])
    db.session.rollback()
    return result.output


def test_the_commands_make_rotate_and_drop_keys(app: Flask, case: CaseScene, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing():
        reading.open_details(case.thread, by=case.cast.carol, purpose="\nbecause")
        asking.ask(case.cast.alice, case.thread, kinds=[], question="Which floor?", by=case.cast.carol)
    first = sealing.ring().to_seal().name
    assert len(run(app, "new-key").strip()) == 44
    assert f"{first} seals and opens" in run(app, "status")
    assert "sealed anew: 4\nsealed with an old key: 0" in run(app, "rotate")
    assert sealing.ring().to_seal().name != first
    assert "try again in ten minutes" in run(app, "drop-old-keys")
    monkeypatch.setattr(sealing, "SETTLED_AFTER", -1)
    assert "forgotten: 1" in run(app, "drop-old-keys")
    assert list(details.own_values(case.cast.alice, details.of_case(case.thread.id)).values()) == [NUMBER, IBAN]
    assert reading.readings_of(case.cast.alice)[0][1] == "\nbecause"


def test_nothing_is_unreadable_while_keys_rotate(app: Flask, case: CaseScene) -> None:
    """Two who read and write all the while; three rotations; each reads exactly what was told."""
    alice_id, thread_id = case.cast.alice.id, case.thread.id
    stop, wrong, rounds = threading.Event(), list[object](), [0, 0]

    def tell_and_read(number: int) -> None:
        with app.app_context():
            while not stop.is_set() and rounds[number] < 25:
                try:
                    _round(number, rounds[number], alice_id, thread_id, wrong)
                except Exception as error:  # told below, in the thread of the test
                    wrong.append(error)
                    return
                rounds[number] += 1
            db.session.remove()

    telling = [threading.Thread(target=tell_and_read, args=(number,)) for number in (0, 1)]
    db.session.rollback()
    for one in telling:
        one.start()
    for _turn in range(3):
        sealing.add_key()
        sealing.seal_anew()
    for one in telling:
        one.join(60)
    stop.set()
    sealing.seal_anew()
    assert wrong == []
    assert min(rounds) >= 25
    assert sealing.count_old() == 0
    rows = db.session.scalars(select(Detail)).all()
    assert {row.sealed[: sealing.NAME_LENGTH] for row in rows} == {sealing.ring().keys[0].name}
    assert len(details.own_values(case.cast.alice, rows)) == len(rows) == 52


def _round(number: int, turn: int, alice_id: int, thread_id: int, wrong: list[object]) -> None:
    with writing():
        alice, thread = db.session.get_one(Person, alice_id), db.session.get_one(Thread, thread_id)
        details.add(alice, thread, kind="other", value=f"line {number} {turn}", by=alice, source="thread")
    rows = details.of_case(thread_id, alice_id)
    values = details.own_values(alice, rows)
    if len(values) != len(rows) or f"line {number} {turn}" not in values.values() or NUMBER not in values.values():
        wrong.append((number, turn, len(rows), len(values)))
    db.session.rollback()


@pytest.mark.skipif(ON_POSTGRES, reason="reads the embedded database's file; what is sent to the other is the same")
def test_without_the_key_nothing_is_readable_in_the_file(app: Flask, case: CaseScene) -> None:
    with writing():
        reading.open_details(case.thread, by=case.cast.carol, purpose="\nbecause of a canary")
        asking.ask(case.cast.alice, case.thread, kinds=[], question="Which canary floor?", by=case.cast.carol)
    db.session.execute(text("SELECT count(*) FROM details"))
    folder = Path(app.config["DATA_DIR"])
    stored = b"".join(path.read_bytes() for path in folder.glob("theke.sqlite3*"))
    assert b"Customer number" in stored  # it is the right file
    assert b"canary" not in stored
    (folder / sealing.FILE).unlink()
    assert details.own_values(case.cast.alice, details.of_case(case.thread.id)) == {}


def test_who_gives_the_keys_rotates_them_in_the_setting(app: Flask, case: CaseScene) -> None:
    old = sealing.ring().keys[0]
    new = run(app, "new-key").strip()
    app.extensions["theke-keys"] = sealing.Ring(f"{new},{old.secret}", Path("nowhere"))
    assert "sealed anew: 2" in run(app, "rotate")
    assert "put a new one first there" in run(app, "drop-old-keys")
    with pytest.raises(Conflict):
        sealing.add_key()
    app.extensions["theke-keys"] = sealing.Ring(new, Path("nowhere"))
    assert len(details.own_values(case.cast.alice, details.of_case(case.thread.id))) == 2
