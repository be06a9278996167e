"""Another password, by whoever knows the old one."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from community.accounts import passwords, resetting, tokens
from community.accounts.models import Person
from community.core.errors import Gone
from community.core.extensions import writing
from tests.accounts.conftest import LetterBox, now
from tests.accounts.test_logging_in import is_logged_in
from tests.making import PASSWORD

NEW = "purple tram over gravel"
FORM = {"current_password": PASSWORD, "new_password": NEW}


def test_it_works_and_is_told_by_mail(browser_of, alice: Person, letters: LetterBox) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    page = browser.get("/settings/password").text
    assert 'autocomplete="current-password"' in page
    assert "checked" in page
    assert browser.post("/settings/password", data=FORM).status_code == 303
    assert passwords.is_right(NEW, now("alice").password_hash)
    assert letters.names() == [("password_changed", "alice@example.org")]
    assert "Your password is changed." in browser.get("/settings/account").text


@pytest.mark.parametrize("end_others", [True, False])
def test_it_offers_to_end_other_sessions(browser_of, alice: Person, end_others: bool) -> None:  # type: ignore[no-untyped-def]
    here, there = browser_of(alice), browser_of(alice)
    here.post("/settings/password", data=FORM | ({"end_others": "y"} if end_others else {}))
    assert is_logged_in(here)
    assert is_logged_in(there) is not end_others


def test_this_session_has_a_new_secret(browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    with browser.session_transaction() as cookie:
        before = cookie["_user_id"]
    browser.post("/settings/password", data=FORM)
    with browser.session_transaction() as cookie:
        assert cookie["_user_id"] != before


@pytest.mark.parametrize(
    "changed",
    [
        {"current_password": "wrong"},
        {"current_password": ""},
        {"new_password": "short"},
        {"new_password": "alice12345"},
    ],
)
def test_what_does_not_fit_is_refused(browser_of, alice: Person, letters: LetterBox, changed: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    answer = browser.post("/settings/password", data=FORM | changed)
    assert answer.status_code == 422
    assert f'id="{next(iter(changed))}-error"' in answer.text
    assert passwords.is_right(PASSWORD, now("alice").password_hash)
    assert letters.all() == []


def test_guessing_the_old_one_is_limited(browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    statuses = [
        browser.post("/settings/password", data=FORM | {"current_password": "x"}).status_code for _try in range(6)
    ]
    assert statuses == [422] * 5 + [429]
    assert browser.post("/settings/password", data=FORM).headers["Retry-After"]


def test_it_voids_links_that_were_mailed_before(browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    with writing():
        secret = tokens.issue(tokens.Purpose.RESET, alice)
    browser_of(alice).post("/settings/password", data=FORM)
    assert tokens.find(secret, tokens.Purpose.RESET) is None


def test_a_token_used_by_somebody_faster_is_gone(app, alice: Person) -> None:  # type: ignore[no-untyped-def]
    with writing():
        secret = tokens.issue(tokens.Purpose.RESET, alice)
    token = tokens.find(secret, tokens.Purpose.RESET)
    assert token is not None
    with writing():
        resetting.set_password(token, "first")
    with pytest.raises(Gone), writing():
        resetting.set_password(token, "second")
    assert now("alice").password_hash == "first"


def test_a_stranger_is_led_to_the_login(stranger: FlaskClient) -> None:
    assert stranger.get("/settings/password").location.startswith("/login")
    answer = stranger.post("/settings/password", data=FORM)
    assert answer.location.startswith("/login")


def test_a_password_is_the_same_however_its_letters_are_composed() -> None:
    assert passwords.is_right("cafe\u0301 am Deich", passwords.hash_password("caf\u00e9 am Deich"))


def test_a_long_pasted_password_is_fine_and_not_cut() -> None:
    long = "correct horse battery staple " * 6
    assert passwords.fault(long, []) is None
    assert not passwords.is_right(long[:-1], passwords.hash_password(long))
