"""Drafts are kept for their owner, on every device, and no window overwrites what it has not seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.intake import drafts
from community.intake.models import Draft
from tests.conftest import MONDAY

from .conftest import BODY, TITLE, draft_at

PAGES = ("about", "describe", "similar", "check")


def _facts(action: Action) -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).where(Event.action == action.value)))


def test_autosave_says_when_in_the_readers_language_and_the_sites_time(cast, browser_of, asker_in):
    alice = asker_in(browser_of(cast.alice))
    answer = alice.autosave(alice.begin())
    assert answer.text.strip() == "saved 10:00"
    assert answer.headers["X-Fragment"] == "1"


def test_autosave_keeps_what_could_not_be_posted(stranger, asker_in):
    secret = asker_in(stranger).begin(title="")
    assert asker_in(stranger).autosave(secret, title="", body="it").status_code == 200
    assert draft_at(secret).body == "it"


def test_a_draft_goes_on_on_another_device(cast, browser_of, asker_in):
    secret = asker_in(browser_of(cast.alice)).begin()
    asker_in(browser_of(cast.alice)).autosave(secret)
    assert BODY in browser_of(cast.alice).get(f"/ask/{secret}/describe").text


@pytest.mark.parametrize("page", PAGES)
def test_bob_does_not_find_alices_draft(cast, browser_of, asker_in, page):
    secret = asker_in(browser_of(cast.alice)).ready()
    assert browser_of(cast.bob).get(f"/ask/{secret}/{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_not_even_staff_find_alices_draft(cast, browser_of, asker_in, page):
    secret = asker_in(browser_of(cast.alice)).ready()
    assert browser_of(cast.jana).get(f"/ask/{secret}/{page}").status_code == 404


def test_bob_can_do_nothing_with_alices_draft(cast, browser_of, asker_in, make):
    thread = make.thread(solved=True)
    secret = asker_in(browser_of(cast.alice)).ready()
    bob = browser_of(cast.bob)
    for address in (
        f"/ask/{secret}/about",
        f"/ask/{secret}/describe",
        f"/ask/{secret}/similar",
        f"/ask/{secret}/opened",
        f"/ask/{secret}/solved",
        f"/ask/{secret}/check",
        f"/drafts/{secret}",
        f"/drafts/{secret}/preview",
        f"/drafts/{secret}/discard",
        f"/drafts/{secret}/both",
    ):
        answer = bob.post(
            address, data={"category": "internet", "title": TITLE, "body": "Bob was here", "case": thread.id}
        )
        assert answer.status_code == 404, address
    assert draft_at(secret).body == BODY


def test_another_browser_does_not_find_a_strangers_draft(app, stranger, asker_in):
    secret = asker_in(stranger).ready()
    assert app.test_client().get(f"/ask/{secret}/describe").status_code == 404


def test_who_is_signed_out_of_their_own_draft_logs_in_first(cast, browser_of, asker_in, stranger):
    secret = asker_in(browser_of(cast.alice)).ready()
    assert stranger.get(f"/ask/{secret}/check").location.startswith("/login?next=")
    answer = asker_in(stranger).describe(secret, body="Written after the session was over.")
    assert answer.location.startswith("/login")
    assert "kept=1" in answer.location
    assert draft_at(secret).body == BODY


def test_autosave_after_the_session_says_so_in_a_fragment(cast, browser_of, asker_in, stranger):
    secret = asker_in(browser_of(cast.alice)).ready()
    answer = asker_in(stranger).autosave(secret)
    assert answer.status_code == 401
    assert "log in" in answer.text


# Two windows


def _window(browser, secret: str) -> dict[str, str]:
    """What the describe page puts into its form."""
    page = browser.get(f"/ask/{secret}/describe").text
    return {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("window", "version")}


def test_one_window_saves_again_and_again(stranger, asker_in):
    asker = asker_in(stranger)
    secret = asker.begin()
    window = _window(stranger, secret)
    for body in ("one", "one two", "one two three"):
        assert asker.autosave(secret, body=body, **window).status_code == 200
    assert draft_at(secret).body == "one two three"


def test_a_window_that_did_not_see_the_latest_text_does_not_overwrite_it(stranger, asker_in):
    asker = asker_in(stranger)
    secret = asker.begin()
    laptop, phone = _window(stranger, secret), _window(stranger, secret)
    assert asker.autosave(secret, body="from the phone", **phone).status_code == 200
    answer = asker.autosave(secret, body="from the laptop", **laptop)
    assert answer.status_code == 409
    assert f"/drafts/{secret}/both" in answer.text
    draft = draft_at(secret)
    assert draft.body == "from the phone"
    assert draft.aside["body"] == "from the laptop"
    assert asker.autosave(secret, body="from the phone, on and on", **phone).status_code == 200


def test_going_on_from_an_old_window_shows_both_texts(stranger, asker_in):
    asker = asker_in(stranger)
    secret = asker.begin()
    laptop, phone = _window(stranger, secret), _window(stranger, secret)
    asker.autosave(secret, body="from the phone", **phone)
    answer = asker.describe(secret, body="from the laptop", **laptop)
    assert answer.status_code == 409
    assert "from the phone" in answer.text
    assert "from the laptop" in answer.text


@pytest.mark.parametrize(("keep", "stays"), [("aside", "from the laptop"), ("stored", "from the phone")])
def test_the_writer_chooses_between_two_texts(stranger, asker_in, keep, stays):
    asker = asker_in(stranger)
    secret = asker.begin()
    laptop, phone = _window(stranger, secret), _window(stranger, secret)
    asker.autosave(secret, body="from the phone", **phone)
    asker.autosave(secret, body="from the laptop", **laptop)
    assert "Look at both texts" in stranger.get(f"/ask/{secret}/describe").text
    answer = stranger.post(f"/drafts/{secret}/both", data={"keep": keep})
    assert answer.location == f"/ask/{secret}/describe"
    draft = draft_at(secret)
    assert (draft.body, draft.aside) == (stays, None)
    assert stranger.get(f"/drafts/{secret}/both").location == f"/ask/{secret}/describe"


def test_the_same_text_from_two_windows_is_no_conflict(stranger, asker_in):
    asker = asker_in(stranger)
    secret = asker.begin()
    laptop, phone = _window(stranger, secret), _window(stranger, secret)
    asker.autosave(secret, **phone)
    assert asker.autosave(secret, **laptop).status_code == 200
    assert asker.autosave(secret, body="and more", **laptop).status_code == 200


def test_a_page_that_was_gone_back_to_may_be_sent_again(stranger, asker_in):
    asker = asker_in(stranger)
    secret = asker.begin()
    window = _window(stranger, secret)
    asker.describe(secret, **window)
    stranger.get(f"/ask/{secret}/check")
    assert asker.describe(secret, body=BODY + " And it hums.", **window).status_code == 303
    assert draft_at(secret).body.endswith("And it hums.")


# The list, and the end


def test_the_list_shows_ones_own_open_drafts(cast, browser_of, asker_in, stranger):
    asker_in(browser_of(cast.alice)).ready()
    assert TITLE in browser_of(cast.alice).get("/drafts").text
    assert TITLE not in browser_of(cast.bob).get("/drafts").text
    assert TITLE not in stranger.get("/drafts").text
    assert TITLE in browser_of(cast.alice).get("/ask").text


def test_a_discarded_draft_loses_its_texts_and_is_a_fact(cast, browser_of, asker_in):
    browser = browser_of(cast.alice)
    secret = asker_in(browser).ready()
    assert browser.post(f"/drafts/{secret}/discard").location == "/drafts"
    draft = draft_at(secret)
    assert (draft.title, draft.body, draft.tags, draft.outcome) == ("", "", "", "abandoned")
    assert [fact.actor_id for fact in _facts(Action.DRAFT_ABANDONED)] == [cast.alice.id]
    assert browser.get(f"/ask/{secret}/describe").status_code == 410
    assert browser.post(f"/drafts/{secret}/discard").status_code == 410


def test_a_draft_left_alone_for_a_month_is_abandoned(stranger, asker_in):
    old = asker_in(stranger).ready()
    with clock.frozen(MONDAY + timedelta(days=20)):
        young = asker_in(stranger).ready()
    with clock.frozen(MONDAY + timedelta(days=31)):
        drafts.abandon_old()
        drafts.abandon_old()
    assert draft_at(old).outcome == "abandoned"
    assert draft_at(young).closed_at is None
    assert len(_facts(Action.DRAFT_ABANDONED)) == 1


def test_more_drafts_than_fit_in_one_transaction_are_abandoned(app, stranger, room):
    with writing():
        owner = drafts.Owner(browser_hash="0" * 64)
        for _number in range(105):
            drafts.begin(owner, category=room, title="left alone")
    with clock.frozen(MONDAY + timedelta(days=31)):
        drafts.abandon_old()
    db.session.rollback()
    assert not db.session.scalars(select(Draft).where(Draft.closed_at.is_(None))).all()
