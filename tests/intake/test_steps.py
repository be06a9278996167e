"""The steps from an issue to a thread: each has its own address, reads what is stored, and can be gone back to."""

from __future__ import annotations

from sqlalchemy import func, select

from community.core.extensions import db, writing
from community.intake.models import Draft
from community.threads.models import Category, Post, Thread

from .conftest import BODY, TITLE, draft_at


def _count(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def test_alice_asks_from_the_first_step_to_the_thread(cast, browser_of, asker_in, finds):
    browser = browser_of(cast.alice)
    alice = asker_in(browser)
    secret = alice.begin()
    assert TITLE in browser.get(f"/ask/{secret}/describe").text

    onward = alice.describe(secret, tags="Router, wlan")
    assert onward.location == f"/ask/{secret}/check"
    page = browser.get(onward.location).text
    assert "<p>The box blinks red" in page
    assert "router, wlan" in page

    answer = alice.post(secret)
    thread = db.session.scalars(select(Thread)).one()
    assert answer.status_code == 303
    assert answer.location == f"/threads/{thread.id}/{thread.slug}"
    assert (thread.title, thread.author_id, thread.language) == (TITLE, cast.alice.id, "en")
    assert db.session.scalars(select(Post.source)).one() == BODY


def test_the_first_step_takes_the_title_along_from_the_home_page_and_from_a_search(stranger, room):
    assert 'value="my line is dead"' in stranger.get("/ask?title=my+line+is+dead").text
    assert 'value="my line is dead"' in stranger.get("/ask?q=my+line+is+dead").text


def test_the_first_step_knows_the_category_from_the_address(stranger, room):
    assert 'value="internet" checked' in stranger.get("/ask?category=internet").text


def test_without_a_category_the_first_step_says_so_and_keeps_the_title(stranger, room):
    answer = stranger.post("/ask", data={"title": TITLE})
    assert answer.status_code == 422
    assert "Choose what comes closest." in answer.text
    assert TITLE in answer.text
    assert _count(Draft) == 0


def test_an_unknown_category_is_refused(stranger, room):
    assert stranger.post("/ask", data={"category": "nowhere"}).status_code == 422


def test_a_first_step_sent_twice_begins_one_draft(stranger, room):
    stranger.get("/ask")
    sent = {"category": "internet", "title": TITLE, "idempotency_key": "k" * 20}
    first, second = stranger.post("/ask", data=sent), stranger.post("/ask", data=sent)
    assert first.location == second.location
    assert _count(Draft) == 1


def test_the_category_can_be_changed_without_losing_the_text(stranger, asker_in, make):
    make.category("invoices")
    secret = asker_in(stranger).ready()
    assert 'value="internet" checked' in stranger.get(f"/ask/{secret}/about").text
    answer = stranger.post(f"/ask/{secret}/about", data={"category": "invoices"})
    assert answer.location == f"/ask/{secret}/describe"
    assert BODY in stranger.get(answer.location).text


def test_an_unfinished_draft_cannot_skip_the_description(stranger, asker_in):
    secret = asker_in(stranger).begin()
    assert stranger.get(f"/ask/{secret}/check").location == f"/ask/{secret}/describe"


def test_a_category_archived_meanwhile_leads_back_to_the_choice_with_the_text_kept(cast, browser_of, asker_in):
    browser = browser_of(cast.alice)
    alice = asker_in(browser)
    secret = alice.ready()
    version = draft_at(secret).version
    with writing():
        db.session.scalars(select(Category)).one().archived_at = cast.alice.created_at
    answer = browser.post(f"/ask/{secret}/check", data={"version": version})
    assert answer.location == f"/ask/{secret}/about"
    assert "your text is kept" in browser.get(answer.location).text
    assert browser.get(f"/ask/{secret}/describe").location == f"/ask/{secret}/about"
    assert draft_at(secret).body == BODY
    assert _count(Thread) == 0


def test_the_language_is_recognised_unless_it_is_chosen(cast, browser_of, asker_in):
    alice = asker_in(browser_of(cast.alice))
    german = {
        "title": "Kein Internet seit gestern",
        "body": "Seit gestern Abend geht bei uns nichts mehr, was ist da los?",
    }
    alice.post(alice.ready(**german))
    alice.post(alice.ready(**german, language="en"))
    db.session.rollback()
    assert list(db.session.scalars(select(Thread.language).order_by(Thread.id))) == ["de", "en"]


def test_ticked_and_typed_tags_come_together(stranger, asker_in):
    secret = asker_in(stranger).ready(tag=["wlan", "box"], tags="Storm; wlan")
    assert draft_at(secret).tags == "wlan, box, storm"


def test_the_usual_tags_of_the_category_are_suggested(stranger, asker_in, make):
    make.thread(tags=["wlan", "mesh"])
    secret = asker_in(stranger).begin()
    asker_in(stranger).autosave(secret, tags="wlan")
    page = stranger.get(f"/ask/{secret}/describe").text
    assert 'value="wlan" checked' in page
    assert 'value="mesh">' in page


def test_the_check_shows_advice_but_never_stops(cast, browser_of, asker_in):
    browser = browser_of(cast.alice)
    alice = asker_in(browser)
    secret = alice.ready(title="INTERNET DEAD", body="Help me.")
    page = browser.get(f"/ask/{secret}/check").text
    assert "capital letters" in page
    assert "The text is short" in page
    assert alice.post(secret).status_code == 303
    assert _count(Thread) == 1


def test_the_check_renders_safely(stranger, asker_in):
    secret = asker_in(stranger).ready(
        title="<script>alert(1)</script> in my title", body="**bold** <script>alert(1)</script>"
    )
    page = stranger.get(f"/ask/{secret}/check").text
    assert "<strong>bold</strong>" in page
    assert "<script>alert" not in page


def test_a_step_that_is_only_looked_at_changes_nothing(stranger, asker_in):
    secret = asker_in(stranger).ready()
    before = draft_at(secret).version, draft_at(secret).saved_at
    for step in ("about", "describe", "similar", "check"):
        stranger.get(f"/ask/{secret}/{step}")
    assert (draft_at(secret).version, draft_at(secret).saved_at) == before


def test_acts_refuse_get(stranger, asker_in):
    secret = asker_in(stranger).begin()
    for address in (f"/ask/{secret}/opened", f"/ask/{secret}/solved", f"/drafts/{secret}", f"/drafts/{secret}/discard"):
        assert stranger.get(address).status_code == 405, address


def test_unknown_drafts_are_nowhere(stranger, room):
    assert stranger.get("/ask/nothing/describe").status_code == 404
    assert stranger.post("/drafts/nothing").status_code == 404
