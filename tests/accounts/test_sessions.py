"""Where one is logged in, and ending it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from community.accounts import sessions
from community.accounts.models import Person, Session
from community.core import clock
from community.core.errors import Busy
from community.core.extensions import db
from tests.accounts.test_logging_in import is_logged_in, log_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def ids(person: Person) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Session.id).where(Session.person_id == person.id).order_by(Session.id)))


def test_the_list_names_browser_and_network(stranger: FlaskClient, alice: Person) -> None:
    stranger.post(
        "/login", data={"who": "alice", "password": "seven calm herons at dusk"}, headers={"User-Agent": FIREFOX}
    )
    page = stranger.get("/settings/sessions").text
    assert "Firefox, Windows" in page
    assert "this browser" in page
    assert "127.0.0.1" in page


@pytest.mark.parametrize(
    ("description", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8", "?"),
        ("", "?"),
    ],
)
def test_browsers_have_names(description: str, name: str) -> None:
    assert sessions.browser_name(description) == name


def test_a_hostile_browser_name_is_shown_as_text(stranger: FlaskClient, alice: Person) -> None:
    stranger.post(
        "/login",
        data={"who": "alice", "password": "seven calm herons at dusk"},
        headers={"User-Agent": "<script>alert(1)</script>" + "x" * 5000},
    )
    assert "<script>alert" not in stranger.get("/settings/sessions").text


def test_ending_one_takes_effect_at_once(browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    phone, laptop = browser_of(alice), browser_of(alice)
    phone_id, _laptop_id = ids(alice)
    assert laptop.post(f"/settings/sessions/{phone_id}/end").status_code == 303
    assert not is_logged_in(phone)
    assert is_logged_in(laptop)


def test_ending_the_present_one_logs_out(browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    browser.post(f"/settings/sessions/{ids(alice)[0]}/end")
    assert not is_logged_in(browser)


def test_ending_all_others(browser_of, alice: Person, bob: Person) -> None:  # type: ignore[no-untyped-def]
    here, there, elsewhere, bobs = browser_of(alice), browser_of(alice), browser_of(alice), browser_of(bob)
    assert here.post("/settings/sessions/end-others").status_code == 303
    assert [is_logged_in(browser) for browser in (here, there, elsewhere, bobs)] == [True, False, False, True]


def test_the_neighbour_cannot_end_it(browser_of, alice: Person, bob: Person) -> None:  # type: ignore[no-untyped-def]
    alices, bobs = browser_of(alice), browser_of(bob)
    assert bobs.post(f"/settings/sessions/{ids(alice)[0]}/end").status_code == 404
    assert is_logged_in(alices)


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "-1", "x"])
def test_unknown_ones_are_not_there(browser_of, alice: Person, number: str) -> None:  # type: ignore[no-untyped-def]
    assert browser_of(alice).post(f"/settings/sessions/{number}/end").status_code == 404


def test_a_stranger_is_led_to_the_login_and_a_get_ends_nothing(
    stranger: FlaskClient, browser_of, alice: Person
) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    number = ids(alice)[0]
    assert stranger.post(f"/settings/sessions/{number}/end").location.startswith("/login")
    assert stranger.post("/settings/sessions/end-others").location.startswith("/login")
    assert browser.get(f"/settings/sessions/{number}/end").status_code == 405
    assert browser.get("/settings/sessions/end-others").status_code == 405
    assert is_logged_in(browser)


def test_use_is_noted_every_ten_minutes(stranger: FlaskClient, alice: Person) -> None:
    log_in(stranger)
    start = clock.now()
    for minutes, noted in [(5, 0), (11, 11), (15, 11), (22, 22)]:
        with clock.frozen(start + timedelta(minutes=minutes)):
            is_logged_in(stranger)
        db.session.rollback()
        assert db.session.scalars(select(Session.seen_at)).one() == start + timedelta(minutes=noted)


def test_a_page_is_shown_even_if_its_use_cannot_be_noted(
    stranger: FlaskClient, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(stranger)

    def busy() -> None:
        raise Busy

    monkeypatch.setattr(sessions, "writing", busy)
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        assert is_logged_in(stranger)


def test_dead_rows_are_swept(stranger: FlaskClient, alice: Person) -> None:
    log_in(stranger)
    sessions.sweep()
    assert len(ids(alice)) == 1
    with clock.frozen(clock.now() + timedelta(days=15)):
        sessions.sweep()
    assert ids(alice) == []


def test_a_cookie_of_another_kind_is_nobody(stranger: FlaskClient, alice: Person) -> None:
    for planted in (str(alice.id), "", "' OR 1=1 --", "x" * 3000):
        with stranger.session_transaction() as cookie:
            cookie["_user_id"] = planted
        assert not is_logged_in(stranger)
    assert db.session.scalar(text("SELECT count(*) FROM sessions")) == 0
