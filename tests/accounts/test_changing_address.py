"""Another mail address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from community.accounts.models import Person
from community.core import clock
from tests.accounts.conftest import LetterBox, now
from tests.making import PASSWORD, Make

FORM = {"email": "new@example.org", "current_password": PASSWORD}


def test_the_new_address_confirms_and_the_old_one_is_told_twice(
    browser_of,
    stranger: FlaskClient,
    alice: Person,
    letters: LetterBox,  # type: ignore[no-untyped-def]
) -> None:
    browser = browser_of(alice)
    assert browser.post("/settings/address", data=FORM).status_code == 303
    assert letters.names() == [("address_changed", "alice@example.org"), ("address_change", "new@example.org")]
    assert "to be changed" in letters.last("address_changed").subject
    assert now("alice").email == "alice@example.org"

    path = letters.path("address_change")
    assert "new@example.org" in stranger.get(path).text
    assert now("alice").email == "alice@example.org"
    assert stranger.post(path).status_code == 303
    assert now("alice").email == "new@example.org"
    assert letters.names()[-1] == ("address_changed", "alice@example.org")
    assert "is changed" in letters.last("address_changed").subject
    assert stranger.post(path).status_code == 410


def test_the_link_works_for_a_day(browser_of, alice: Person, letters: LetterBox) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    browser.post("/settings/address", data=FORM)
    path = letters.path("address_change")
    with clock.frozen(clock.now() + timedelta(hours=24)):
        assert browser.post(path).status_code == 410
    with clock.frozen(clock.now() + timedelta(hours=23)):
        assert browser.post(path).status_code == 303


@pytest.mark.parametrize(
    "changed", [{"current_password": "wrong"}, {"current_password": ""}, {"email": "x"}, {"email": ""}]
)
def test_what_does_not_fit_is_refused(browser_of, alice: Person, letters: LetterBox, changed: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    assert browser_of(alice).post("/settings/address", data=FORM | changed).status_code == 422
    assert letters.all() == []


def test_a_new_password_stops_a_waiting_change(browser_of, alice: Person, letters: LetterBox) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    browser.post("/settings/address", data=FORM)
    path = letters.path("address_change")
    browser.post("/settings/password", data={"current_password": PASSWORD, "new_password": "purple tram over gravel"})
    assert browser.post(path).status_code == 410
    assert now("alice").email == "alice@example.org"


def test_a_new_address_voids_a_reset_sent_to_the_old_one(
    browser_of, stranger, alice: Person, letters: LetterBox
) -> None:  # type: ignore[no-untyped-def]
    stranger.post("/reset", data={"email": "alice@example.org"})
    reset = letters.path("reset")
    browser_of(alice).post("/settings/address", data=FORM)
    stranger.post(letters.path("address_change"))
    assert stranger.get(reset).status_code == 410


def test_an_address_that_became_somebodys_meanwhile_is_a_conflict(
    browser_of,
    make: Make,
    alice: Person,
    letters: LetterBox,  # type: ignore[no-untyped-def]
) -> None:
    browser = browser_of(alice)
    browser.post("/settings/address", data=FORM)
    path = letters.path("address_change")
    make.person("new")
    answer = browser.post(path)
    assert answer.status_code == 409
    assert now("alice").email == "alice@example.org"


def test_five_mails_an_hour(browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    statuses = [
        browser.post("/settings/address", data=FORM | {"email": f"new{number}@example.org"}).status_code
        for number in range(6)
    ]
    assert statuses == [303] * 5 + [429]


def test_a_stranger_is_led_to_the_login(stranger: FlaskClient) -> None:
    assert stranger.get("/settings/address").location.startswith("/login")
    assert stranger.post("/settings/address", data=FORM).location.startswith("/login")
