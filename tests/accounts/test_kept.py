"""A form that came too late is shown after login and can be sent again."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts.models import Person
from community.core import parking
from community.core.extensions import db
from tests.accounts.conftest import now
from tests.accounts.test_logging_in import log_in

FORM = {"display_name": "Alice of the long and careful name", "language": "de"}


def rows() -> list[parking.ParkedForm]:
    db.session.rollback()
    return list(db.session.scalars(select(parking.ParkedForm)))


def test_the_text_survives_the_login_and_is_sent_with_one_press(stranger: FlaskClient, alice: Person) -> None:
    answer = stranger.post("/settings/account", data=FORM)
    assert answer.location == "/login?kept=1"
    assert "Your text is kept" in stranger.get(answer.location).text
    assert log_in(stranger).location == "/kept"
    page = stranger.get("/kept").text
    assert "Alice of the long and careful name" in page
    assert 'action="/settings/account"' in page
    assert 'name="csrf_token"' in page
    assert stranger.post("/settings/account", data=FORM).status_code == 303
    assert now("alice").display_name == FORM["display_name"]
    assert rows() == []
    assert stranger.get("/kept").location == "/"


def test_it_stays_until_it_was_taken(stranger: FlaskClient, alice: Person) -> None:
    stranger.post("/settings/account", data=FORM)
    log_in(stranger)
    assert stranger.post("/settings/account", data=FORM | {"display_name": ""}).status_code == 422
    assert stranger.post("/settings/sessions/end-others").status_code == 303
    assert len(rows()) == 1


def test_it_can_be_thrown_away(stranger: FlaskClient, alice: Person) -> None:
    stranger.post("/settings/account", data=FORM)
    assert log_in(stranger, next="/threads").location == "/kept?next=/threads"
    assert 'name="next" value="/threads"' in stranger.get("/kept?next=/threads").text
    assert stranger.post("/kept/discard", data={"next": "/threads"}).location == "/threads"
    assert rows() == []


def test_throwing_away_never_leads_off_the_site(stranger: FlaskClient, alice: Person) -> None:
    log_in(stranger)
    assert stranger.post("/kept/discard", data={"next": "//evil.example"}).location == "/"
    assert stranger.get("/kept?next=//evil.example").location == "/"


def test_another_browser_does_not_see_it(stranger: FlaskClient, browser_of, alice: Person) -> None:  # type: ignore[no-untyped-def]
    stranger.post("/settings/account", data=FORM)
    assert browser_of(alice).get("/kept").location == "/"


def test_a_stranger_is_led_to_the_login(stranger: FlaskClient) -> None:
    stranger.post("/settings/account", data=FORM)
    assert stranger.get("/kept").location.startswith("/login")
    assert stranger.post("/kept/discard").location.startswith("/login")
    assert len(rows()) >= 1


def test_passwords_are_never_kept(stranger: FlaskClient) -> None:
    stranger.post(
        "/settings/password", data={"current_password": "secret one", "new_password": "secret two", "end_others": "y"}
    )
    stranger.post("/settings/address", data={"current_password": "secret one", "email": "new@example.org"})
    assert rows()
    assert all("secret" not in row.fields for row in rows())
