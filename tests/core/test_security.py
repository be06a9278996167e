"""Tokens, targets, networks, headers; and what production refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.accounts import tokens
from community.accounts.tokens import Purpose
from community.core import clock
from community.core.extensions import db, writing
from community.core.security import client_network, hash_token, new_token, safe_next
from community.factory import create_app
from tests.conftest import MONDAY, SETTINGS, Browser, Stage
from tests.making import Make
from tests.sending import forms

SITE = "https://community.example.org"


@pytest.fixture
def production(stage: Stage, tmp_path: Path) -> Iterator[Flask]:
    """The app with the settings of a real site behind a proxy."""
    app = create_app(
        SETTINGS
        | stage.fresh(tmp_path / "site")
        | {
            "THEKE_ENV": "production",
            "BASE_URL": SITE,
            "SMTP_HOST": "127.0.0.1",
            "TRUSTED_PROXIES": 1,
            "BEHIND_PROXY": True,
            "WTF_CSRF_ENABLED": True,
        }
    )
    app.test_client_class = Browser
    with clock.frozen(MONDAY), app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    "target", ["/", "/threads", "/threads/1/a-slug?page=2#post-21", "/search?q=a%20b", "/people/%C3%A4"]
)
def test_an_address_on_this_site_may_be_gone_to(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None, "", "threads", "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example",
        "/%5cevil.example", "/%255cevil.example", "/%2f/evil.example", "/a//evil.example", "javascript:alert(1)", "/\tevil", "/\n/evil",
        "/%0d%0aSet-Cookie:x", "/%09/evil.example", " /threads", "/threads ", "/ä", "/" + "a" * 600, "?next=/", "/%2F%2Fevil.example",
    ],
)  # fmt: skip
def test_anything_else_may_not(target: str | None) -> None:
    assert safe_next(target) is None


def test_tokens_are_long_and_never_the_same_and_stored_as_hashes() -> None:
    found = {new_token() for _number in range(100)}
    assert len(found) == 100
    assert min(len(token) for token in found) >= 43
    assert len(hash_token("x")) == 64
    assert hash_token("\ud800")  # whatever a cookie holds


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_a_network_is_an_address_or_what_one_household_has(app: Flask, address: str, network: str) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert client_network() == network


def test_a_forged_forwarding_head_changes_nothing_without_a_proxy(app: Flask) -> None:
    with app.test_client() as visitor:
        visitor.get("/", headers={"X-Forwarded-For": "198.51.100.9", "X-Forwarded-Proto": "https"})
        assert client_network() == "127.0.0.1"


def test_behind_a_proxy_only_the_last_entry_counts(production: Flask) -> None:
    with production.test_client() as visitor:
        visitor.get("/", base_url=SITE, headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"})
        assert client_network() == "203.0.113.7"


@pytest.mark.parametrize("host", ["evil.example", "community.example.org.evil.example", "127.0.0.1"])
def test_production_answers_to_its_own_name_only(production: Flask, host: str) -> None:
    answer = production.test_client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.headers.get("Location", "")


def test_production_shows_no_mail(production: Flask) -> None:
    for address in ("/dev/mail", "/dev/mail/1", "/dev/mail/1/html"):
        assert production.test_client().get(address, base_url=SITE).status_code == 404


def test_over_https_browsers_are_told_to_stay_there(production: Flask) -> None:
    assert "max-age=63072000" in production.test_client().get("/", base_url=SITE).headers["Strict-Transport-Security"]


def test_the_session_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts(production: Flask) -> None:
    cookie = production.test_client().get("/login", base_url=SITE).headers["Set-Cookie"]
    assert cookie.startswith("__Host-theke=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def referrer_sent(policy: str, page: str) -> dict[str, str]:
    """What a browser says of the page it comes from, to its own site."""
    return {} if policy == "no-referrer" else {"Referer": page}


@pytest.mark.parametrize("address", ["/login", "/register", "/reset", "/register/sent"])
def test_over_https_every_form_can_really_be_sent(production: Flask, address: str) -> None:
    visitor = production.test_client()
    page = visitor.get(address, base_url=SITE)
    ((action, fields),) = [(a, f) for a, f in forms(page).items() if a != "/preferences"]
    referrer = referrer_sent(page.headers["Referrer-Policy"], SITE + address)
    answer = visitor.post(action or address, base_url=SITE, data=fields, headers=referrer)
    assert answer.status_code != 400, answer.get_data(as_text=True)


def test_over_https_a_mailed_link_can_really_be_used(production: Flask) -> None:
    alice = Make().person("alice")
    with writing():
        secret = tokens.issue(Purpose.RESET, alice)
    visitor = production.test_client()
    address = f"/reset/{secret}"
    page = visitor.get(address, base_url=SITE)
    fields = next(fields for action, fields in forms(page).items() if action != "/preferences")
    fields |= dict.fromkeys((name for name in fields if "password" in name), "seven calm herons at dusk")
    referrer = referrer_sent(page.headers["Referrer-Policy"], SITE + address)
    answer = visitor.post(address, base_url=SITE, data=fields, headers=referrer)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert page.headers["Referrer-Policy"] in ("same-origin", "no-referrer")  # the secret is told to no other site


def test_another_sites_form_is_refused_over_https(production: Flask) -> None:
    visitor = production.test_client()
    found = forms(visitor.get("/login", base_url=SITE))
    fields = next(fields for action, fields in found.items() if action != "/preferences")
    for referrer in ("https://evil.example/", "https://community.example.org.evil.example/", ""):
        answer = visitor.post("/login", base_url=SITE, data=fields, headers={"Referer": referrer})
        assert answer.status_code == 400


def test_answers_for_one_person_are_stored_by_nobody(app: Flask, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(Make().person("alice"))
    for address in ("/", "/threads", "/settings/account", "/notifications", "/no-such-page"):
        assert "no-store" in alice.get(address).headers["Cache-Control"], address


def test_a_stranger_never_gets_anothers_session(stranger: FlaskClient) -> None:
    with stranger.session_transaction() as cookie:
        cookie["_user_id"] = "1"
    assert stranger.get("/settings/account").status_code == 303
