"""No answer says whether a mail address is known: the same status, the same page, the same headers, the same work."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from community.accounts.models import Person
from tests.accounts.conftest import LetterBox, as_shown
from tests.counting import statements
from tests.making import PASSWORD

KNOWN, UNKNOWN = "alice@example.org", "nobody@example.org"


def register(browser: FlaskClient, address: str):  # type: ignore[no-untyped-def]
    name = "zoe-" + address.split("@", maxsplit=1)[0]
    return browser.post("/register", data={"name": name, "email": address, "password": PASSWORD})


def send_again(browser: FlaskClient, address: str):  # type: ignore[no-untyped-def]
    return browser.post("/register/sent", data={"email": address})


def reset(browser: FlaskClient, address: str):  # type: ignore[no-untyped-def]
    return browser.post("/reset", data={"email": address})


def log_in(browser: FlaskClient, address: str):  # type: ignore[no-untyped-def]
    return browser.post("/login", data={"who": address, "password": "wrong"})


ASKS = pytest.mark.parametrize("ask", [register, send_again, reset, log_in])


def answer_of(response: Any, address: str) -> tuple[Any, ...]:
    headers = {name: value for name, value in response.headers if name not in ("Set-Cookie", "Date", "Content-Length")}
    return response.status_code, headers, as_shown(response.text, address)


@ASKS
def test_the_answer_is_the_same(app, alice: Person, ask: Callable[..., Any]) -> None:  # type: ignore[no-untyped-def]
    known, unknown = app.test_client(), app.test_client()
    assert answer_of(ask(known, KNOWN), KNOWN) == answer_of(ask(unknown, UNKNOWN), UNKNOWN)
    after = [as_shown(browser.get("/login").text) for browser in (known, unknown)]
    assert after[0] == after[1]


@ASKS
def test_the_database_is_asked_the_same(app, alice: Person, ask: Callable[..., Any]) -> None:  # type: ignore[no-untyped-def]
    ask(app.test_client(), "first@example.org")
    asked = []
    for address in (KNOWN, UNKNOWN):
        with statements() as seen:
            ask(app.test_client(), address)
        asked.append([re.sub(r"\s+", " ", text) for text in seen.texts])
    assert asked[0] == asked[1]


@ASKS
def test_the_limit_is_the_same(app, alice: Person, ask: Callable[..., Any]) -> None:  # type: ignore[no-untyped-def]
    statuses = [[ask(app.test_client(), address).status_code for _try in range(6)] for address in (KNOWN, UNKNOWN)]
    assert statuses[0] == statuses[1]
    assert statuses[0][-1] == 429


def test_a_user_name_is_not_taken_by_asking_with_a_known_address_nor_with_an_unknown_one(
    stranger: FlaskClient, alice: Person, letters: LetterBox
) -> None:
    for address in (KNOWN, UNKNOWN):
        register(stranger, address)
        name = "zoe-" + address.split("@", maxsplit=1)[0]
        again = stranger.post("/register", data={"name": name, "email": "x" + address, "password": PASSWORD})
        assert again.status_code == 303
        assert stranger.get(f"/people/{name}").status_code == 404


def test_the_owner_of_a_known_address_is_told(stranger: FlaskClient, alice: Person, letters: LetterBox) -> None:
    register(stranger, KNOWN)
    register(stranger, UNKNOWN)
    assert letters.names() == [("already_registered", KNOWN), ("verify", UNKNOWN)]
    assert "alice" in letters.last("already_registered").text
    assert "zoe" not in letters.last("already_registered").text


def test_asking_for_anothers_address_answers_the_same(
    browser_of, alice: Person, bob: Person, letters: LetterBox
) -> None:  # type: ignore[no-untyped-def]
    answers = []
    for address in (KNOWN, UNKNOWN):
        browser = browser_of(bob)
        response = browser.post("/settings/address", data={"email": address, "current_password": PASSWORD})
        page = browser.get(response.location)
        answers.append((response.status_code, response.location, as_shown(page.text)))
    assert answers[0] == answers[1]
    assert letters.names() == [
        ("address_changed", "bob@example.org"),
        ("address_changed", "bob@example.org"),
        ("already_registered", KNOWN),
        ("address_change", UNKNOWN),
    ]


@pytest.mark.parametrize("ask", [log_in, reset])
def test_the_time_is_alike(app, alice: Person, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """A coarse guard (CPU time, alternating); the fine measurement needs a quiet machine."""
    monkeypatch.setattr("community.core.limits.RATES", dict.fromkeys(_rates(), _Endless()))
    taken: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for _round in range(15):
        for address, times in taken.items():
            browser = app.test_client()
            began = time.process_time()
            ask(browser, address)
            times.append(time.process_time() - began)
    known, unknown = (statistics.median(times) for times in taken.values())
    assert 0.7 < known / unknown < 1.4


def _rates() -> list[str]:
    return ["login-account", "login-network", "reset-network", "mail"]


class _Endless:
    count = 10**9
    seconds = 900
