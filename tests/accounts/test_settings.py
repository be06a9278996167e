"""Name and language."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts.models import Person
from community.core import pages
from community.core.events import Action, Event
from community.core.extensions import db
from tests.accounts.conftest import now

FORM = {"display_name": "Alice Ahrens", "language": "de"}


def test_name_and_language_are_saved(browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    assert browser.post("/settings/account", data=FORM).status_code == 303
    assert (now("alice").display_name, now("alice").language) == ("Alice Ahrens", "de")
    assert '<html lang="de"' in browser.get("/settings/account").text
    event = db.session.scalars(select(Event)).one()
    assert event.action == Action.PERSON_RENAMED.value
    assert event.payload == {"before": "Alice", "after": "Alice Ahrens"}


def test_cached_pages_show_the_new_name(browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    before = pages.lists_stamp()
    browser_of(alice).post("/settings/account", data=FORM)
    assert pages.lists_stamp() != before


def test_saving_the_same_again_is_no_event(browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(alice)
    for _time in range(2):
        browser.post("/settings/account", data=FORM)
    assert len(list(db.session.scalars(select(Event)))) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"display_name": ""},
        {"display_name": "Support"},
        {"display_name": "x" * 41},
        {"display_name": "evil.com"},
        {"language": "fr"},
        {"language": ""},
    ],
)
def test_what_does_not_fit_is_refused(browser_of, alice: Person, changed: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(alice).post("/settings/account", data=FORM | changed)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert (now("alice").display_name, now("alice").language) == ("Alice", "en")


def test_staff_may_be_called_what_they_are(browser_of, make) -> None:  # type: ignore[no-untyped-def]
    carol = make.person("carol", "agent")
    browser_of(carol).post("/settings/account", data={"display_name": "Carol, Support", "language": "en"})
    assert now("carol").display_name == "Carol, Support"


def test_nothing_else_that_is_sent_counts(browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    extra = {
        "role": "admin", "name": "eve", "name_key": "eve", "email": "eve@example.org", "password_hash": "x", "id": "99",
        "disabled_at": "2020-01-01", "email_verified_at": "",
    }  # fmt: skip
    browser = browser_of(alice)
    for path in ("/settings/account", "/settings/password", "/settings/address", "/settings/sessions/end-others"):
        browser.post(path, data=FORM | extra)
    found = now("alice")
    assert (found.role, found.email, found.is_verified, found.is_active) == (
        "customer",
        "alice@example.org",
        True,
        True,
    )


def test_a_stranger_is_led_to_the_login(stranger: FlaskClient) -> None:
    assert stranger.get("/settings/account").location.startswith("/login")
    assert stranger.post("/settings/account", data=FORM).location.startswith("/login")
