"""A stranger goes all the way to the last button, logs in, and finds everything as it was."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from community.accounts.models import Person
from community.accounts.passwords import hash_password
from community.core.extensions import db, writing
from community.threads.models import Thread
from tests.making import PASSWORD

from .conftest import BODY, TITLE, draft_at


@pytest.fixture
def alice(cast) -> Person:
    """Alice, who knows her password."""
    password_hash = hash_password(PASSWORD)
    with writing():
        cast.alice.password_hash = password_hash
    return cast.alice


def _log_in(browser, onward: str = "") -> str:
    answer = browser.post("/login", data={"who": "alice", "password": PASSWORD, "next": onward})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_stranger_is_asked_to_log_in_at_the_last_step_only(stranger, asker_in):
    secret = asker_in(stranger).ready()
    page = stranger.get(f"/ask/{secret}/check").text
    assert "Log in to post it" in page
    assert f"/login?next=/ask/{secret}/check" in page
    assert "Post it</button>" not in page


def test_the_draft_is_the_persons_after_logging_in_and_can_be_posted(alice, stranger, asker_in):
    asker = asker_in(stranger)
    secret = asker.ready()
    assert _log_in(stranger, f"/ask/{secret}/check") == f"/ask/{secret}/check"
    draft = draft_at(secret)
    assert (draft.person_id, draft.browser_hash) == (alice.id, None)
    page = stranger.get(f"/ask/{secret}/check").text
    assert "Your draft is kept" in page
    assert asker.post(secret).status_code == 303
    assert db.session.scalars(select(Thread.author_id)).one() == alice.id


def test_who_logs_in_elsewhere_is_led_back_to_the_draft(alice, stranger, asker_in):
    asker_in(stranger).ready()
    _log_in(stranger)
    assert '<a href="/drafts">Go on with it</a>' in stranger.get("/ask").text


def test_logging_in_claims_nothing_of_other_browsers(alice, app, stranger, asker_in):
    others = asker_in(app.test_client()).ready()
    _log_in(stranger)
    assert draft_at(others).person_id is None


def test_logging_in_without_drafts_says_nothing_of_drafts(alice, stranger, room):
    stranger.get("/ask")
    _log_in(stranger)
    assert "Your draft is kept" not in stranger.get("/ask").text


def test_the_last_button_of_a_stranger_leads_to_the_login(stranger, asker_in):
    secret = asker_in(stranger).ready()
    assert asker_in(stranger).post(secret).location.startswith("/login")
    assert draft_at(secret).body == BODY


def test_after_logging_out_the_draft_is_not_found_in_that_browser(alice, stranger, asker_in):
    secret = asker_in(stranger).ready()
    _log_in(stranger)
    stranger.post("/logout")
    assert stranger.get(f"/ask/{secret}/describe").location.startswith("/login")
    assert TITLE not in stranger.get("/drafts").text


def test_somebody_without_a_confirmed_address_is_told_so_and_keeps_the_draft(cast, browser_of, asker_in):
    with writing():
        cast.alice.email_verified_at = None
    browser = browser_of(cast.alice)
    secret = asker_in(browser).ready()
    page = browser.get(f"/ask/{secret}/check").text
    assert "Confirm your mail address" in page
    assert "/register/sent" in page
    assert asker_in(browser).post(secret).status_code == 403
    assert draft_at(secret).body == BODY
