"""A reply is kept while it is written, on every device, until it is posted."""

from __future__ import annotations

from flask_login import login_user
from sqlalchemy import select

from community.core.extensions import db, writing
from community.intake.models import Draft
from community.intake.reply_box import reply_draft, reply_nudge

TEXT = "Have you tried the other socket in the hall?"


def _save(browser, thread, body=TEXT, **fields):
    return browser.post(f"/drafts/reply/{thread.id}", data={"body": body} | fields, headers={"X-Fragment": "1"})


def _drafts() -> list[Draft]:
    db.session.rollback()
    return list(db.session.scalars(select(Draft)))


def test_a_reply_is_kept_and_shown_in_its_box_again(cast, browser_of, make):
    thread = make.thread()
    browser = browser_of(cast.bob)
    answer = _save(browser, thread)
    assert (answer.status_code, answer.text.strip()) == (200, "saved 10:00")
    assert TEXT in browser.get(f"/threads/{thread.id}/{thread.slug}").text
    assert TEXT not in browser_of(cast.alice).get(f"/threads/{thread.id}/{thread.slug}").text


def test_saving_again_changes_the_one_draft(cast, browser_of, make):
    thread = make.thread()
    browser = browser_of(cast.bob)
    for body in ("one", "one two"):
        assert _save(browser, thread, body, window="w", version=0).status_code == 200
    assert [draft.body for draft in _drafts()] == ["one two"]


def test_an_emptied_box_is_no_draft(cast, browser_of, make):
    thread = make.thread()
    browser = browser_of(cast.bob)
    _save(browser, thread)
    assert _save(browser, thread, "").status_code == 200
    assert _drafts() == []
    assert _save(browser, thread, "").status_code == 200


def test_the_draft_goes_when_the_reply_is_posted(cast, browser_of, make):
    thread, other = make.thread(), make.thread(title="Another issue altogether")
    for somebody in (cast.alice, cast.bob):
        _save(browser_of(somebody), thread)
    _save(browser_of(cast.bob), other)
    make.reply(thread, cast.bob, TEXT)
    assert sorted((draft.person_id, draft.thread_id) for draft in _drafts()) == [
        (cast.alice.id, thread.id),
        (cast.bob.id, other.id),
    ]


def test_a_save_that_arrives_after_the_reply_keeps_nothing(cast, browser_of, make):
    thread = make.thread()
    make.reply(thread, cast.bob, TEXT)
    assert _save(browser_of(cast.bob), thread).status_code == 200
    assert _drafts() == []


def test_the_same_person_may_begin_anew_after_replying(cast, browser_of, make):
    thread = make.thread()
    browser = browser_of(cast.bob)
    _save(browser, thread, window="w", version=0)
    make.reply(thread, cast.bob, TEXT)
    assert _save(browser, thread, "And another thing.", window="v", version=5).status_code == 200
    assert [draft.body for draft in _drafts()] == ["And another thing."]


def test_a_window_that_did_not_see_the_latest_text_puts_its_own_aside(cast, browser_of, make):
    thread = make.thread()
    browser = browser_of(cast.bob)
    _save(browser, thread, "from the phone", window="phone", version=0)
    answer = _save(browser, thread, "from the laptop", window="laptop", version=0)
    assert answer.status_code == 409
    draft = _drafts()[0]
    assert draft.body == "from the phone"
    page = browser.get(f"/drafts/{draft.secret}/both").text
    assert "from the phone" in page
    assert "from the laptop" in page
    onward = browser.post(f"/drafts/{draft.secret}/both", data={"keep": "aside"})
    assert onward.location == f"/drafts/reply/{thread.id}"
    assert browser.get(onward.location).location.endswith("#reply")
    assert _drafts()[0].body == "from the laptop"


def test_replies_are_in_the_list_and_can_be_discarded(cast, browser_of, make):
    thread = make.thread()
    browser = browser_of(cast.bob)
    _save(browser, thread)
    assert thread.title in browser.get("/drafts").text
    assert browser.post(f"/drafts/{_drafts()[0].secret}/discard").status_code == 303
    assert _drafts() == []


def test_a_reply_is_not_described_as_a_question(cast, browser_of, make):
    thread = make.thread()
    browser = browser_of(cast.bob)
    _save(browser, thread)
    secret = _drafts()[0].secret
    assert browser.get(f"/ask/{secret}/describe").status_code == 404
    assert browser.post(f"/drafts/{secret}", data={"title": "x"}).status_code == 404


def test_a_stranger_keeps_no_reply(stranger, make):
    answer = _save(stranger, make.thread())
    assert answer.status_code == 401
    assert _drafts() == []


def test_a_hidden_thread_takes_no_drafts_and_is_not_listed(cast, browser_of, make):
    thread = make.thread()
    browser = browser_of(cast.bob)
    _save(browser, thread)
    with writing():
        thread.visibility = "hidden"
    assert _save(browser, thread).status_code == 404
    assert browser.get(f"/drafts/reply/{thread.id}").status_code == 404
    assert thread.title not in browser.get("/drafts").text


def test_the_box_of_a_reader_who_has_written_nothing(app, cast, make):
    thread = make.thread()
    with app.test_request_context():
        assert reply_draft(thread) is None
        login_user(cast.bob)
        box = reply_draft(thread)
    assert (box.body, box.saved) == ("", "")
    assert box.url.startswith(f"/drafts/reply/{thread.id}?")


def test_a_young_thread_needs_no_advice(app, make):
    assert reply_nudge(make.thread()) is None
