"""flask create-staff, set-role, disable-person, enable-person."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock
from community.core.events import Action, Event
from community.core.extensions import db
from tests.accounts.conftest import now
from tests.accounts.test_logging_in import is_logged_in, log_in

NEW = "purple tram over gravel"


def run(app: Flask, *words: str):  # type: ignore[no-untyped-def]
    return app.test_cli_runner().invoke(args=list(words))


def link(output: str) -> str:
    found = re.search(r"http://localhost(/reset/\S+)", output)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("role", ["agent", "moderator", "admin"])
def test_create_staff_prints_a_link_and_no_password(app: Flask, stranger: FlaskClient, role: str) -> None:
    result = run(app, "create-staff", "petra", "petra@example.org", "--role", role, "--display-name", "Petra Pohl")
    assert result.exit_code == 0
    petra = now("petra")
    assert (petra.role, petra.password_hash, petra.is_verified) == (role, None, False)
    path = link(result.output)
    assert "petra" in stranger.get(path).text
    assert stranger.post(path, data={"new_password": NEW}).status_code == 303
    assert now("petra").is_verified
    assert log_in(stranger, "petra", NEW).status_code == 303
    assert stranger.post(path, data={"new_password": NEW}).status_code == 410


def test_the_link_works_for_seven_days(app: Flask, stranger: FlaskClient) -> None:
    path = link(run(app, "create-staff", "petra", "petra@example.org").output)
    with clock.frozen(clock.now() + timedelta(days=7)):
        assert stranger.get(path).status_code == 410


@pytest.mark.parametrize(
    "words",
    [
        ("petra", "petra@example.org", "--role", "customer"),
        ("petra", "petra@example.org", "--role", "boss"),
        ("petra", "no address"),
        ("pe tra", "petra@example.org"),
        ("alice", "petra@example.org"),
        ("petra", "alice@example.org"),
        ("petra", "petra@example.org\r\nBcc: eve@example.org"),
    ],
)
def test_create_staff_refuses(app: Flask, alice: Person, words: tuple[str, ...]) -> None:
    result = run(app, "create-staff", *words)
    assert result.exit_code != 0
    assert "Traceback" not in result.output
    assert len(list(db.session.scalars(select(Person)))) == 1


def test_set_role_counts_at_once(app: Flask, browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    assert run(app, "set-role", "Alice", "moderator").exit_code == 0
    assert now("alice").role == "moderator"
    assert not is_logged_in(browser)
    event = db.session.scalars(select(Event).where(Event.action == Action.PERSON_ROLE_CHANGED.value)).one()
    assert event.payload == {"before": "customer", "after": "moderator"}


def test_the_same_role_again_ends_nothing(app: Flask, browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    run(app, "set-role", "alice", "customer")
    assert is_logged_in(browser)


@pytest.mark.parametrize(
    "words",
    [
        ("set-role", "nobody", "agent"),
        ("set-role", "alice", "boss"),
        ("disable-person", "nobody"),
        ("enable-person", "nobody"),
    ],
)
def test_commands_refuse_what_is_not_there(app: Flask, alice: Person, words: tuple[str, ...]) -> None:
    result = run(app, *words)
    assert result.exit_code != 0
    assert now("alice").role == "customer"


def test_disable_and_enable(app: Flask, browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    assert run(app, "disable-person", "alice", "--reason", "asked for it").exit_code == 0
    assert not is_logged_in(browser)
    assert not now("alice").is_active
    run(app, "disable-person", "alice")
    assert run(app, "enable-person", "alice").exit_code == 0
    run(app, "enable-person", "alice")
    assert now("alice").is_active
    actions = list(db.session.scalars(select(Event.action).order_by(Event.id)))
    assert actions == [Action.PERSON_DISABLED.value, Action.PERSON_ENABLED.value]
