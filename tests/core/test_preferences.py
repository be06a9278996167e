"""Language and colour scheme are remembered, also for whoever is signed out; nothing but known values is taken."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from community.core.extensions import db
from tests.making import Cast
from tests.sending import parse


def test_a_visitors_language_is_remembered(stranger: FlaskClient) -> None:
    answer = stranger.post("/preferences", data={"language": "de", "next": "/threads"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/threads")
    assert parse(stranger.get("/", headers={"Accept-Language": "en"})).get("lang") == "de"


def test_a_persons_language_goes_with_the_account(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    browser_of(cast.bob).post("/preferences", data={"language": "de"})
    db.session.rollback()
    assert cast.bob.language == "de"
    assert parse(browser_of(cast.bob).get("/")).get("lang") == "de"


def test_a_theme_is_remembered(stranger: FlaskClient) -> None:
    stranger.post("/preferences", data={"theme": "dark"})
    assert parse(stranger.get("/")).get("data-theme") == "dark"


@pytest.mark.parametrize("sent", [{"language": "fr"}, {"theme": "pink"}, {"language": "de\r\nX: y"}, {}])
def test_unknown_values_change_nothing(stranger: FlaskClient, sent: dict[str, str]) -> None:
    answer = stranger.post("/preferences", data=sent)
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil", "/%0d%0aX:y", ""])
def test_it_leads_back_only_within_the_site(stranger: FlaskClient, target: str) -> None:
    assert stranger.post("/preferences", data={"language": "en", "next": target}).headers["Location"] == "/"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_form_is_refused(stranger: FlaskClient, site: str) -> None:
    answer = stranger.post("/preferences", data={"language": "de"}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert not any(cookie.startswith("lang=") for cookie in answer.headers.getlist("Set-Cookie"))


def test_it_takes_no_get(stranger: FlaskClient) -> None:
    assert stranger.get("/preferences?language=de").status_code == 405
