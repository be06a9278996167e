"""Log in, log out."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import people, sessions
from community.accounts.models import Person, Session
from community.config import ROOT
from community.core import clock
from community.core.extensions import db, writing
from tests.accounts.conftest import as_shown, now
from tests.making import PASSWORD, Make

CORPUS = ROOT.parent / "shared" / "data" / "security" / "patt_open_redirect" / "payloads.jsonl"
OWN_CORPUS = [
    "//evil.example", "///evil.example", "\\\\evil.example", "/\\evil.example", "https://evil.example", "https:evil.example",
    "javascript:alert(1)", "/%2f%2fevil.example", "/%5cevil.example", "/%255cevil.example", "\t//evil.example",
    "/\t/evil.example", " //evil.example", "//evil%E3%80%82example", "/\r\nSet-Cookie:x=1", "http:///evil.example",
    "evil.example", "/ä", "/" + "a" * 600,
]  # fmt: skip


def redirect_corpus() -> list[str]:
    if not CORPUS.exists():
        return OWN_CORPUS
    return OWN_CORPUS + [json.loads(line)["payload"] for line in CORPUS.read_text().splitlines() if line]


def log_in(browser: FlaskClient, who: str = "alice", password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return browser.post("/login", data={"who": who, "password": password} | more)


def is_logged_in(browser: FlaskClient) -> bool:
    return browser.get("/settings/account").status_code == 200


@pytest.mark.parametrize("who", ["alice", "ALICE", " alice ", "alice@example.org", "Alice@Example.org"])
def test_by_user_name_or_address(stranger: FlaskClient, alice: Person, who: str) -> None:
    answer = log_in(stranger, who)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_logged_in(stranger)


def test_the_form_tells_password_keepers_what_is_what(stranger: FlaskClient) -> None:
    page = stranger.get("/login").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


def test_all_that_fails_is_answered_alike(stranger: FlaskClient, make: Make, alice: Person, password_hash: str) -> None:
    make.person("imported")
    make.person("shut", password_hash=password_hash, disabled_at=clock.now())
    pages = {
        as_shown(log_in(stranger, who, password).text, who)
        for who, password in [
            ("alice", "wrong"), ("alice@example.org", "wrong"), ("nobody", "wrong"), ("nobody@example.org", "wrong"),
            ("imported", PASSWORD), ("imported@example.org", PASSWORD), ("shut", PASSWORD),
        ]
    }  # fmt: skip
    assert len(pages) == 1
    assert log_in(stranger, "nobody", "wrong").status_code == 422
    assert not is_logged_in(stranger)


@pytest.mark.parametrize(
    ("who", "password"),
    [("", ""), ("alice", ""), ("", PASSWORD), ("alice", "x" * 300), ("\x00", "\x00"), ("a@\x00b", "x")],
)
def test_nonsense_is_refused_and_no_crash(stranger: FlaskClient, alice: Person, who: str, password: str) -> None:
    assert log_in(stranger, who, password).status_code == 422


def test_the_password_is_never_shown_again(stranger: FlaskClient) -> None:
    assert "my-secret-typo" not in log_in(stranger, "alice", "my-secret-typo").text


def test_a_session_has_a_new_secret_after_login(stranger: FlaskClient, alice: Person) -> None:
    with stranger.session_transaction() as cookie:
        cookie["_user_id"] = "planted by an attacker"
        cookie["other"] = "planted too"
    log_in(stranger)
    with stranger.session_transaction() as cookie:
        assert cookie["_user_id"] != "planted by an attacker"
        assert "other" not in cookie
        first = cookie["_user_id"]
    log_in(stranger)
    with stranger.session_transaction() as cookie:
        assert cookie["_user_id"] != first
    assert len(list(db.session.scalars(select(Session)))) == 1


def test_the_cookie_holds_no_id_and_the_table_no_secret(stranger: FlaskClient, alice: Person) -> None:
    log_in(stranger)
    with stranger.session_transaction() as cookie:
        secret = cookie["_user_id"]
    assert secret != str(now("alice").id)
    assert db.session.scalars(select(Session)).one().token_hash != secret


def test_logging_out_ends_the_session_on_the_server(app: Flask, stranger: FlaskClient, alice: Person) -> None:
    log_in(stranger)
    with stranger.session_transaction() as cookie:
        stolen = dict(cookie)
    answer = stranger.post("/logout")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert not is_logged_in(stranger)
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(stolen)
    assert not is_logged_in(thief)


def test_logging_out_needs_a_press(stranger: FlaskClient, alice: Person) -> None:
    log_in(stranger)
    assert stranger.get("/logout").status_code == 405
    assert is_logged_in(stranger)


def test_a_stranger_may_log_out(stranger: FlaskClient) -> None:
    assert stranger.post("/logout").status_code == 303


def test_login_leads_on_to_where_one_wanted(stranger: FlaskClient, alice: Person) -> None:
    answer = stranger.get("/settings/sessions")
    assert answer.location == "/login?next=/settings/sessions"
    assert 'value="/settings/sessions"' in stranger.get(answer.location).text
    assert log_in(stranger, next="/settings/sessions").location == "/settings/sessions"
    assert stranger.get("/login?next=/threads?page=2").location == "/threads?page=2"


def test_login_never_leads_off_the_site(stranger: FlaskClient, browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    for target in redirect_corpus():
        location = browser.get("/login", query_string={"next": target}).location
        assert urlsplit(urljoin("http://localhost/login", location)).netloc == "localhost", target
        assert "\\" not in location, target


def test_login_itself_never_leads_off_the_site(
    stranger: FlaskClient, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.core.limits.RATES", {})
    monkeypatch.setattr("community.core.limits.spend", lambda rate, who: None)
    monkeypatch.setattr("community.accounts.passwords.is_right", lambda password, password_hash: True)
    for target in redirect_corpus():
        location = log_in(stranger, next=target).location
        assert urlsplit(urljoin("http://localhost/login", location)).netloc == "localhost", target


def test_five_tries_in_a_quarter_of_an_hour_per_account(stranger: FlaskClient, alice: Person) -> None:
    for _try in range(5):
        assert log_in(stranger, password="wrong").status_code == 422
    answer = log_in(stranger)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert "Please wait" in answer.text
    assert not is_logged_in(stranger)
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert log_in(stranger).status_code == 303


def test_unknown_names_are_limited_alike(stranger: FlaskClient) -> None:
    statuses = [log_in(stranger, "nobody", "wrong").status_code for _try in range(6)]
    assert statuses == [422] * 5 + [429]


def test_name_and_address_share_the_tries_without_saying_so(stranger: FlaskClient, alice: Person) -> None:
    for _try in range(5):
        log_in(stranger, "alice", "wrong")
    answer = log_in(stranger, "alice@example.org")
    assert answer.status_code == 422
    assert not is_logged_in(stranger)


def test_twenty_tries_per_network(stranger: FlaskClient) -> None:
    statuses = [log_in(stranger, f"nobody-{number}", "wrong").status_code for number in range(21)]
    assert statuses == [422] * 20 + [429]


def test_a_forged_address_of_the_sender_changes_nothing(stranger: FlaskClient) -> None:
    statuses = [
        stranger.post(
            "/login",
            data={"who": f"nobody-{number}", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}", "Forwarded": f"for=10.0.0.{number}"},
        ).status_code
        for number in range(21)
    ]
    assert statuses[-1] == 429


@pytest.mark.parametrize("act", ["disable", "role"])
def test_disabling_and_a_new_role_end_sessions_at_once(stranger: FlaskClient, alice: Person, act: str) -> None:
    log_in(stranger)
    with writing():
        if act == "disable":
            people.disable(alice)
        else:
            people.set_role(alice, "agent")
    assert not is_logged_in(stranger)
    assert list(db.session.scalars(select(Session))) == []


def test_disabled_persons_come_back_when_enabled(stranger: FlaskClient, alice: Person) -> None:
    with writing():
        people.disable(alice, reason="spam")
    log_in(stranger)
    assert not is_logged_in(stranger)
    with writing():
        people.enable(alice)
    log_in(stranger)
    assert is_logged_in(stranger)


@pytest.mark.parametrize(
    ("role", "hours", "alive"),
    [("customer", 13 * 24, True), ("customer", 15 * 24, False), ("agent", 11, True), ("agent", 13, False)],
)
def test_an_idle_session_ends(
    stranger: FlaskClient, make: Make, password_hash: str, role: str, hours: int, alive: bool
) -> None:
    make.person("carol", role, password_hash=password_hash)
    log_in(stranger, "carol")
    with clock.frozen(clock.now() + timedelta(hours=hours)):
        assert is_logged_in(stranger) is alive


def test_a_session_ends_after_ninety_days_however_busy(stranger: FlaskClient, alice: Person) -> None:
    log_in(stranger)
    start = clock.now()
    for day in range(0, 90, 10):
        with clock.frozen(start + timedelta(days=day)):
            assert is_logged_in(stranger)
    with clock.frozen(start + timedelta(days=90)):
        assert not is_logged_in(stranger)


def test_rooms_hear_of_a_login_in_its_transaction(stranger: FlaskClient, alice: Person) -> None:
    heard: list[str] = []

    def hear(person: Person) -> None:
        heard.append(person.name)

    sessions.on_login(hear)
    sessions.on_login(hear)
    try:
        log_in(stranger)
    finally:
        sessions._at_login.pop(hear)
    assert heard == ["alice"]


def test_what_the_browser_wrote_signed_out_stays(stranger: FlaskClient, alice: Person) -> None:
    with stranger.session_transaction() as cookie:
        cookie["parked"] = "secret of a form"
    log_in(stranger)
    with stranger.session_transaction() as cookie:
        assert cookie["parked"] == "secret of a form"


def test_private_pages_are_stored_by_nobody(stranger: FlaskClient, alice: Person) -> None:
    log_in(stranger)
    for path in ("/settings/account", "/settings/sessions", "/login"):
        assert "no-store" in stranger.get(path).headers["Cache-Control"]


def test_the_corpus_is_there_or_the_own_one_is_used() -> None:
    assert isinstance(CORPUS, Path)
    assert len(redirect_corpus()) >= len(OWN_CORPUS)
