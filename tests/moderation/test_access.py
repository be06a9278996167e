"""One door: whoever is not staff comes no further, whatever they ask for."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.accounts import people
from community.core.extensions import writing
from tests.making import Cast, Make


@pytest.mark.parametrize("role", ["agent", "moderator", "admin"])
def test_staff_see_the_desk(make: Make, browser_of, role: str) -> None:  # type: ignore[no-untyped-def]
    assert browser_of(make.person("kim", role)).get("/moderation").status_code == 200


def test_a_customer_is_refused(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert browser_of(cast.bob).get("/moderation").status_code == 403


def test_a_stranger_is_sent_to_the_login_and_back(stranger: FlaskClient) -> None:
    answer = stranger.get("/moderation?tab=solved")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/moderation?tab%3Dsolved"


def test_a_colleague_who_never_proved_their_address_is_refused(make: Make, browser_of) -> None:  # type: ignore[no-untyped-def]
    kim = make.person("kim", "agent")
    with writing():
        kim.email_verified_at = None
    assert browser_of(kim).get("/moderation").status_code == 403


def test_losing_the_role_ends_it_at_once(app: Flask, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    with writing():
        people.set_role(cast.carol, "customer")
    assert carol.get("/moderation").headers["Location"].startswith("/login")


def test_being_shut_out_ends_it_at_once(app: Flask, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    with writing():
        people.disable(cast.carol)
    assert carol.get("/moderation").headers["Location"].startswith("/login")
