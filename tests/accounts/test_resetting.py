"""A new password by mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import passwords, people, resetting
from community.accounts.models import Person, Session
from community.core import clock
from community.core.events import Action, Event
from community.core.extensions import db, writing
from tests.accounts.conftest import LetterBox, now
from tests.accounts.test_logging_in import is_logged_in, log_in
from tests.making import Make

NEW = "purple tram over gravel"


def ask(browser: FlaskClient, address: str = "alice@example.org"):  # type: ignore[no-untyped-def]
    return browser.post("/reset", data={"email": address})


def test_reset_from_mail_to_login(stranger: FlaskClient, alice: Person, letters: LetterBox) -> None:
    assert ask(stranger).location == "/reset/sent"
    path = letters.path("reset")
    page = stranger.get(path)
    assert page.status_code == 200
    assert 'autocomplete="new-password"' in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    answer = stranger.post(path, data={"new_password": NEW})
    assert (answer.status_code, answer.location) == (303, "/login")
    assert log_in(stranger).status_code == 422
    assert log_in(stranger, password=NEW).status_code == 303
    assert letters.names()[-1] == ("password_changed", "alice@example.org")
    assert Action.PERSON_PASSWORD_CHANGED.value in set(db.session.scalars(select(Event.action)))


def test_it_ends_all_sessions(stranger: FlaskClient, alice: Person, browser_of, letters: LetterBox) -> None:  # type: ignore[no-untyped-def]
    phone, laptop = browser_of(alice), browser_of(alice)
    ask(stranger)
    stranger.post(letters.path("reset"), data={"new_password": NEW})
    assert not is_logged_in(phone)
    assert not is_logged_in(laptop)
    assert list(db.session.scalars(select(Session))) == []


def test_opening_the_link_changes_nothing(stranger: FlaskClient, alice: Person, letters: LetterBox) -> None:
    before = alice.password_hash
    ask(stranger)
    for _visit in range(3):
        assert stranger.get(letters.path("reset")).status_code == 200
    assert now("alice").password_hash == before


def test_the_link_works_once_and_voids_the_others(stranger: FlaskClient, alice: Person, letters: LetterBox) -> None:
    ask(stranger)
    first = letters.path("reset")
    ask(stranger)
    second = letters.path("reset")
    assert stranger.post(second, data={"new_password": NEW}).status_code == 303
    for path in (first, second):
        assert stranger.get(path).status_code == 410
        assert stranger.post(path, data={"new_password": "another good one here"}).status_code == 410
    assert passwords.is_right(NEW, now("alice").password_hash)


def test_the_link_works_for_an_hour(stranger: FlaskClient, alice: Person, letters: LetterBox) -> None:
    ask(stranger)
    path = letters.path("reset")
    with clock.frozen(clock.now() + timedelta(minutes=60)):
        assert stranger.get(path).status_code == 410
        assert stranger.post(path, data={"new_password": NEW}).status_code == 410
    with clock.frozen(clock.now() + timedelta(minutes=59)):
        assert stranger.post(path, data={"new_password": NEW}).status_code == 303


def test_a_bad_password_is_refused_and_the_link_still_works(
    stranger: FlaskClient, alice: Person, letters: LetterBox
) -> None:
    ask(stranger)
    path = letters.path("reset")
    for bad in ("", "short", "password1", "alice@example.org", "y" * 300):
        assert stranger.post(path, data={"new_password": bad}).status_code == 422
    assert stranger.post(path, data={"new_password": NEW}).status_code == 303


def test_a_verify_link_resets_nothing(stranger: FlaskClient, letters: LetterBox) -> None:
    stranger.post("/register", data={"name": "nora", "email": "nora@example.org", "password": NEW})
    secret = letters.path("verify").rsplit("/", 1)[1]
    assert stranger.get(f"/reset/{secret}").status_code == 410
    assert stranger.post(f"/reset/{secret}", data={"new_password": NEW}).status_code == 410


def test_a_reset_link_verifies_nothing(stranger: FlaskClient, alice: Person, letters: LetterBox) -> None:
    ask(stranger)
    secret = letters.path("reset").rsplit("/", 1)[1]
    assert stranger.post(f"/verify/{secret}").status_code == 410


def test_somebody_shut_out_gets_no_mail_and_no_use_of_an_old_one(
    stranger: FlaskClient, alice: Person, letters: LetterBox
) -> None:
    ask(stranger)
    path = letters.path("reset")
    with writing():
        people.disable(alice)
    ask(stranger)
    assert len(letters.all()) == 1
    assert stranger.post(path, data={"new_password": NEW}).status_code == 410


def test_nobody_is_mailed_at_an_unknown_address(stranger: FlaskClient, letters: LetterBox) -> None:
    assert ask(stranger, "nobody@example.org").location == "/reset/sent"
    assert letters.all() == []


def test_five_mails_an_hour_to_one_address(stranger: FlaskClient, alice: Person, letters: LetterBox) -> None:
    statuses = [ask(stranger).status_code for _try in range(6)]
    assert statuses == [303] * 5 + [429]
    assert ask(stranger).headers["Retry-After"]
    assert len(letters.all()) == 5


def test_a_new_password_proves_the_address(stranger: FlaskClient, make: Make, letters: LetterBox) -> None:
    make.person("fresh")
    with writing():
        now_fresh = now("fresh")
        now_fresh.email_verified_at = None
    ask(stranger, "fresh@example.org")
    stranger.post(letters.path("reset"), data={"new_password": NEW})
    assert now("fresh").is_verified


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:99"])
def test_links_start_with_the_configured_address_whatever_the_request_says(
    stranger: FlaskClient, alice: Person, letters: LetterBox, host: str
) -> None:
    stranger.post("/reset", data={"email": "alice@example.org"}, headers={"Host": host, "X-Forwarded-Host": host})
    mail = letters.last("reset")
    assert "http://localhost/reset/" in mail.text
    assert host not in mail.text + mail.html + mail.subject


def test_asking_runs_in_the_worker(stranger: FlaskClient, alice: Person, letters: LetterBox) -> None:
    resetting.mail_reset("alice@example.org", "one")
    resetting.mail_reset("alice@example.org", "one")
    assert len(letters.all()) == 1
