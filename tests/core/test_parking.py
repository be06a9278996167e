"""A form that came too late (the session was over) survives the login, and only for the browser that sent it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from community.accounts.models import Session
from community.accounts.passwords import hash_password
from community.core import clock, parking
from community.core.extensions import db, writing
from community.core.parking import ParkedForm
from community.threads.models import Post
from tests.making import PASSWORD, Cast, Make
from tests.sending import forms, parse, text_of

TEXT = "The box blinks red since I changed the cable, and the phone is dead too."


@pytest.fixture
def late(make: Make, cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    """Bob's browser; his session was over before he pressed the button."""
    with writing():
        cast.bob.password_hash = hash_password(PASSWORD)
    browser: FlaskClient = browser_of(cast.bob)
    with writing():
        db.session.execute(delete(Session))
    return browser


def log_in(browser: FlaskClient, **values: str) -> str:
    answer = browser.post("/login", data={"who": "bob", "password": PASSWORD} | values)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def parked_rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ParkedForm)) or 0


def test_the_text_survives_the_login_and_is_sent_with_one_press(make: Make, cast: Cast, late: FlaskClient) -> None:
    thread = make.thread(by=cast.alice)
    action = f"/threads/{thread.id}/replies"
    answer = late.post(action, data={"body": TEXT, "csrf_token": "stale", "idempotency_key": "k" * 20})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login")
    onward = log_in(late)
    page = late.get(onward)
    offered = forms(page)[action]
    assert offered["body"] == TEXT
    assert late.post(action, data=offered).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(Post.source).where(Post.number == 2)) == TEXT
    assert parked_rows() == 0


def test_secrets_are_never_parked(app: Flask) -> None:
    with app.test_request_context(
        "/anywhere", method="POST", data={"body": TEXT} | dict.fromkeys(parking.NEVER, "hush-hush-hush")
    ):
        assert parking.park()
        kept = parking.parked()
    assert kept is not None
    assert kept.fields == [("body", TEXT)]


def test_what_is_parked_is_sealed(app: Flask) -> None:
    with app.test_request_context("/anywhere", method="POST", data={"body": TEXT}):
        assert parking.park()
    assert TEXT not in db.session.scalars(select(ParkedForm)).one().fields


def test_another_browser_does_not_see_it(make: Make, cast: Cast, late: FlaskClient, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    late.post(f"/threads/{thread.id}/replies", data={"body": TEXT})
    other = browser_of(cast.bob)
    answer = other.get("/kept", follow_redirects=True)
    assert TEXT not in answer.get_data(as_text=True)


def test_it_can_be_thrown_away(make: Make, cast: Cast, late: FlaskClient) -> None:
    thread = make.thread(by=cast.alice)
    late.post(f"/threads/{thread.id}/replies", data={"body": TEXT})
    log_in(late)
    assert late.post("/kept/discard").status_code == 303
    assert parked_rows() == 0


def test_it_is_forgotten_after_a_day(make: Make, cast: Cast, late: FlaskClient) -> None:
    thread = make.thread(by=cast.alice)
    late.post(f"/threads/{thread.id}/replies", data={"body": TEXT})
    with clock.frozen(clock.now() + timedelta(hours=24, seconds=1)):
        assert log_in(late) == "/"
        parking.sweep()
    assert parked_rows() == 0


def test_a_form_of_one_button_parks_nothing_to_read(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice)
    answer = stranger.post(f"/threads/{thread.id}/me-too")
    assert answer.status_code == 303
    assert parked_rows() == 0


def test_a_stranger_cannot_fill_the_disk_with_forms(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice)
    answers = [stranger.post(f"/threads/{thread.id}/replies", data={"body": TEXT}) for _time in range(30)]
    assert {answer.status_code for answer in answers} == {303, 429}
    assert parked_rows() <= 20
    assert TEXT in text_of(parse(answers[-1]))


def test_a_giant_form_is_not_parked(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice)
    stranger.post(f"/threads/{thread.id}/replies", data={"body": "x" * 200_000})
    assert parked_rows() == 0
