"""Posting as a customer whose post is held or refused: stored and seen by its author and staff alone, or not stored at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from community.accounts.models import Person
from community.core import clock
from community.core.events import Action
from community.core.extensions import db, writing
from community.intake import drafts
from community.intake.drafts import Owner, Sitting, Written, save_reply
from community.intake.models import Draft
from community.notifications.models import Follow, Notification
from community.threads import repair
from community.threads.models import Category, Post, Revision, Tag, Thread
from moderation.approving import judging
from moderation.approving.judging import Judgement, Outcome, Submission
from moderation.approving.models import ApprovalRule
from moderation.owning.models import Contact
from moderation.service_targets.models import ThreadClock
from tests.making import Cast, Make
from tests.sending import forms, parse, text_of
from tests.working import work

from .scenes import LINK, facts, held_reply, held_thread, row_of

AD = "Everything is cheaper at https://shop.example/now"


@pytest.fixture(autouse=True)
def _casino_is_refused(app: Flask) -> Iterator[None]:
    def casino(submission: Submission) -> Judgement | None:
        return Judgement(Outcome.REFUSE, "word", "casino") if "casino" in submission.plain else None

    judging.add_judge(app, casino)
    yield
    app.extensions["theke-judges"].remove(casino)


def number_of(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def ready(make: Make, by: Person, body: str, tags: str = "") -> Draft:
    category = make.category()
    with writing():
        draft = drafts.begin(Owner(person_id=by.id), category=category, title="Where it is cheap")
        drafts.save(draft, Written("Where it is cheap", body, tags, "en"), Sitting())
    return draft


def press(browser: FlaskClient, draft: Draft) -> object:
    return browser.post(f"/ask/{draft.secret}/check", data={"version": draft.version}, follow_redirects=True)


def reply(browser: FlaskClient, thread: Thread, body: str, **more: str):  # type: ignore[no-untyped-def]
    address = f"/threads/{thread.id}/replies"
    page = forms(browser.get(f"/threads/{thread.id}/{thread.slug}"))
    return browser.post(address, data=page[address] | {"body": body} | more)


def test_a_held_question_is_its_authors_alone(make: Make, cast: Cast, browser_of, stranger) -> None:  # type: ignore[no-untyped-def]
    bob = browser_of(cast.bob)
    answer = press(bob, ready(make, cast.bob, f"@alice {AD}", tags="cheap"))
    assert answer.status_code == 200  # type: ignore[attr-defined]
    said = text_of(parse(answer))  # type: ignore[arg-type]
    assert "Staff look at it before others can read it" in said
    assert "public now" not in said
    assert "Waiting for you" not in said
    thread = db.session.scalars(select(Thread)).one()
    assert thread.visibility == "held"
    row = row_of(db.session.scalars(select(Post)).one())
    assert (row.grounds, row.tags, row.mentioned) == ([LINK[0]], ["cheap"], [cast.alice.id])
    address = f"/threads/{thread.id}/{thread.slug}"
    for other in (stranger, browser_of(cast.alice)):
        assert other.get(address).status_code == other.get(f"/posts/{row.post_id}").status_code == 404
    work()
    for table in (Tag, ThreadClock, Contact, Follow, Notification):
        assert number_of(table) == 0, table
    assert db.session.scalars(select(Category.thread_count)).one() == 0
    assert facts(Action.THREAD_POSTED) == []
    assert list(repair.drift()) == []
    assert "Posts held for a check1" in text_of(parse(bob.get("/settings/standing")))


def test_a_held_reply_changes_nothing_that_others_see(make: Make, cast: Cast, browser_of, stranger) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    address = f"/threads/{thread.id}/{thread.slug}"
    bob, alice = browser_of(cast.bob), browser_of(cast.alice)
    before = [text_of(parse(each.get(address))) for each in (alice, stranger)]
    bob.get(address)  # the page is kept for readers like him
    answer = reply(bob, thread, AD)
    assert answer.status_code == 303
    assert "shop.example" in bob.get(answer.location).get_data(as_text=True)
    assert "Staff look at it before others can read it." in text_of(parse(bob.get(answer.location)))
    assert [text_of(parse(each.get(address))) for each in (alice, stranger)] == before
    work()
    assert number_of(Notification) == 0
    assert facts(Action.POST_REPLIED) == []
    assert list(repair.drift()) == []


def test_the_draft_of_a_held_reply_goes_and_the_next_one_stays(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    with writing():
        save_reply(thread, Written(body=AD), Sitting(), by=cast.bob)
    reply(browser_of(cast.bob), thread, AD)
    assert number_of(Draft) == 0
    with writing():
        save_reply(thread, Written(body="And another thing."), Sitting(), by=cast.bob)
    post = db.session.scalars(select(Post).where(Post.number == 2)).one()
    browser_of(cast.carol).post(f"/moderation/held/{post.id}/approve", data={"revision": 1})
    assert number_of(Draft) == 1


def test_a_refused_question_is_not_stored_and_its_draft_is_kept(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    draft = ready(make, cast.bob, "The best casino is here.")
    answer = press(browser_of(cast.bob), draft)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    said = text_of(parse(answer))  # type: ignore[arg-type]
    assert "This cannot be posted as it is" in said
    assert "The best casino is here." in said
    assert number_of(Thread) == 0
    assert db.session.scalars(select(Draft)).one().body == "The best casino is here."


def test_a_refused_reply_is_not_stored_and_stays_in_its_box(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    bob = browser_of(cast.bob)
    answer = reply(bob, thread, "The best casino is here.")
    assert answer.status_code == 422
    assert "This cannot be posted as it is" in text_of(parse(answer))
    assert forms(answer)[f"/threads/{thread.id}/replies"]["body"] == "The best casino is here."
    assert number_of(Post) == 1


@pytest.mark.parametrize("text", ["Now a casino.", AD])
def test_a_change_of_a_public_post_is_taken_or_refused_and_never_waits(
    make: Make,
    cast: Cast,
    browser_of,
    text: str,  # type: ignore[no-untyped-def]
) -> None:
    thread = make.thread(by=cast.bob)
    post = db.session.scalars(select(Post)).one()
    bob, address = browser_of(cast.bob), f"/posts/{post.id}/edit"
    sent = forms(bob.get(address))[address]
    answer = bob.post(address, data=sent | {"body": text})
    assert answer.status_code == 422
    assert forms(answer)[address]["body"] == text
    assert number_of(Revision) == 1
    assert bob.post(address, data=sent | {"body": "It blinks green now."}).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Thread, thread.id).visibility == "published"


def test_a_held_post_can_be_changed_and_stays_held(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    post = held_reply(make.thread(by=cast.alice), cast.bob)
    bob, address = browser_of(cast.bob), f"/posts/{post.id}/edit"
    sent = forms(bob.get(address))[address]
    assert bob.post(address, data=sent | {"body": f"@carol {AD} https://other.example"}).status_code == 303
    row = row_of(post)
    assert row.mentioned == [cast.carol.id]
    assert row.grounds == [{"ground": "link", "detail": "shop.example, other.example"}]
    assert db.session.get_one(Post, post.id).visibility == "held"
    work()
    assert number_of(Notification) == 0


def test_a_held_reply_reopens_the_solved_thread_only_when_it_is_approved(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.bob, solved=True)
    with writing():
        db.session.execute(update(Post).where(Post.author_id == cast.bob.id).values(visibility="hidden"))
        db.session.add(ApprovalRule(category_id=thread.category_id, first_posts=1, link_posts=0))
    assert reply(browser_of(cast.bob), thread, "It is broken again.", reopen="1").status_code == 303
    db.session.rollback()
    assert db.session.get_one(Thread, thread.id).solved_at is not None
    post = db.session.scalars(select(Post).where(Post.visibility == "held")).one()
    browser_of(cast.carol).post(f"/moderation/held/{post.id}/approve", data={"revision": 1})
    db.session.rollback()
    opened = db.session.get_one(Thread, thread.id)
    assert (opened.solved_at, opened.waiting_since) == (None, post.created_at)
    assert [event.actor_id for event in facts(Action.THREAD_REOPENED)] == [cast.bob.id]


def test_the_author_reads_how_long_it_usually_takes_once_three_were_decided(
    make: Make,
    cast: Cast,
    browser_of,  # type: ignore[no-untyped-def]
) -> None:
    thread = make.thread(by=cast.alice)
    held_reply(thread, cast.bob)
    bob, address = browser_of(cast.bob), f"/threads/{thread.id}/{thread.slug}"
    for number, minutes in enumerate((5, 95, 600)):
        assert "that usually takes" not in text_of(parse(bob.get(address)))
        row = row_of(held_reply(thread, cast.alice, f"Reply {number}"))
        with writing():
            row.held_at, row.decided_at = clock.ago(minutes=minutes), clock.now()
    assert "before others can read it; that usually takes 1 h 40 min." in text_of(parse(bob.get(address)))


def test_a_held_thread_takes_no_replies_and_no_votes(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = held_thread(make, cast.bob)
    for person in (cast.bob, cast.carol):
        answer = browser_of(person).post(f"/threads/{thread.id}/replies", data={"body": "Still there?"})
        assert answer.status_code == 403
    assert browser_of(cast.alice).post(f"/threads/{thread.id}/me-too").status_code == 404
