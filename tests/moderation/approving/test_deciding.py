"""Deciding about held posts: what posting does is done at approval, once; a rejection is told with its reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import permissions
from community.accounts.models import Person
from community.accounts.permissions import Holder, Verb
from community.core import clock
from community.core.events import Action
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.notifications.models import Follow, Notification
from community.threads import editing, moderating, repair
from community.threads.models import Category, Post, Tag, Thread
from moderation.approving.queries import ROWS
from moderation.owning import contacts
from moderation.service_targets import keeping
from moderation.service_targets.models import ThreadClock
from tests.conftest import MONDAY
from tests.counting import statements
from tests.making import Cast, Make, words
from tests.sending import forms, parse, send, text_of
from tests.working import reindex, work

from .scenes import facts, held_reply, held_thread, logged, opening_of, row_of

TAB = "/moderation/held"
REASON = {"reason": "It is advertising."}


def act(post: Post, name: str) -> str:
    return f"{TAB}/{post.id}/{name}"


def told(person: Person) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Notification.kind).where(Notification.person_id == person.id)))


def test_an_approved_question_is_as_if_it_were_posted_now_and_waits_since_it_was_written(
    make: Make,
    cast: Cast,
    browser_of,
    stranger,  # type: ignore[no-untyped-def]
) -> None:
    earlier = make.thread(by=cast.bob)
    with writing():
        contacts.name_first_answerer(earlier.id, cast.dora)
    thread = held_thread(make, cast.bob, "The blinking zebrafinch", tags=["cheap"], mentions=(cast.alice,))
    with clock.frozen(MONDAY + timedelta(hours=2)):
        answer = send(browser_of(cast.carol), TAB, act(opening_of(thread), "approve"))
        assert (answer.status_code, answer.location) == (303, TAB)
        work()
        reindex()
        assert "zebrafinch" in stranger.get("/threads").text
        assert "zebrafinch" in stranger.get("/search?q=zebrafinch").text
    db.session.rollback()
    thread = db.session.get_one(Thread, thread.id)
    assert (thread.visibility, thread.waiting_since, thread.created_at) == ("published", MONDAY, MONDAY)
    assert db.session.get_one(ThreadClock, thread.id).waiting_since == MONDAY
    assert db.session.scalars(select(Category.thread_count)).one() == 2
    assert db.session.scalars(select(Tag.thread_count).where(Tag.name == "cheap")).one() == 1
    assert contacts.owner_id(thread.id) == cast.dora.id
    assert db.session.get(Follow, (cast.bob.id, thread.id)) is not None
    (fact,) = [each for each in facts(Action.THREAD_POSTED) if each.thread_id == thread.id]
    assert (fact.actor_id, fact.at) == (cast.bob.id, MONDAY + timedelta(hours=2))
    assert (told(cast.alice), told(cast.bob)) == (["mentioned"], ["approved"])
    row = row_of(opening_of(thread))
    assert (row.outcome, row.decided_by_id, row.decided_at) == ("approved", cast.carol.id, MONDAY + timedelta(hours=2))
    assert logged() == [("post.approved", None)]
    assert list(repair.drift()) == list(keeping.drift()) == []


def test_of_an_approved_reply_followers_hear_once_and_as_its_authors(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    make.reply(thread, cast.carol)
    post = held_reply(thread, cast.bob)
    work()
    assert told(cast.alice) == ["replied"]  # Carol did
    carol = browser_of(cast.carol)
    assert carol.post(act(post, "approve"), data={"revision": 1}).status_code == 303
    assert carol.post(act(post, "approve"), data={"revision": 1}).status_code == 409
    work()
    assert told(cast.alice) == ["replied", "replied"]
    actors = select(Notification.actor_id).where(Notification.person_id == cast.alice.id)
    assert set(db.session.scalars(actors)) == {cast.carol.id, cast.bob.id}
    db.session.rollback()
    assert db.session.get_one(Thread, thread.id).reply_count == 2
    assert logged() == [("post.approved", None)]
    assert list(repair.drift()) == []


def test_a_rejected_post_stays_out_of_sight_and_its_author_is_told_why(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = held_thread(make, cast.bob)
    post = opening_of(thread)
    answer = send(browser_of(cast.dora), TAB, act(post, "reject"), **REASON)
    assert (answer.status_code, answer.location) == (303, TAB)
    work()
    db.session.rollback()
    assert [db.session.get_one(Thread, thread.id).visibility, db.session.get_one(Post, post.id).hidden_reason] == [
        "hidden",
        REASON["reason"],
    ]
    assert told(cast.bob) == ["rejected"]
    assert REASON["reason"] in db.session.scalars(select(Mail.text)).one()
    bob = browser_of(cast.bob)
    said = text_of(parse(bob.get("/settings/standing")))
    assert "Dora Staff rejected your post" in said
    assert REASON["reason"] in said
    assert REASON["reason"] in bob.get(f"/threads/{thread.id}/{thread.slug}").text
    assert row_of(post).outcome == "rejected"
    assert logged() == [("post.rejected", REASON["reason"])]
    assert browser_of(cast.dora).post(act(post, "approve"), data={"revision": 1}).status_code == 409
    assert facts(Action.THREAD_POSTED) == []


def test_a_rejected_post_that_is_restored_is_announced_then_and_once(make: Make, cast: Cast) -> None:
    thread = make.thread(by=cast.alice)
    post = held_reply(thread, cast.bob)
    for _twice in range(2):
        with writing():
            moderating.hide_post(post, by=cast.dora, reason="By mistake.")
        assert row_of(post).outcome == ("approved" if _twice else "rejected")
        with writing():
            moderating.restore_post(post, by=cast.dora, reason="It was fine.")
    work()
    assert len(facts(Action.POST_REPLIED)) == 1
    assert told(cast.alice) == ["replied"]


def test_edited_and_approved_in_one_act_leaves_one_row_and_two_revisions(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = held_thread(make, cast.bob, body="Mail me: bob@example.org", mentions=(cast.jana,))
    post = opening_of(thread)
    carol, address = browser_of(cast.carol), act(post, "edit")
    assert send(carol, address, address, body="", title="").status_code == 422
    answer = send(carol, address, address, body="@alice Mail me.", title="A better title", reason="No mail addresses.")
    assert (answer.status_code, answer.location) == (303, TAB)
    work()
    db.session.rollback()
    stored = db.session.get_one(Post, post.id)
    assert (stored.visibility, stored.plain, stored.revision) == ("published", "@alice Mail me.", 2)
    assert db.session.get_one(Thread, thread.id).title == "A better title"
    assert [row.number for row in editing.revisions_of(stored)] == [1, 2]
    assert (told(cast.alice), told(cast.jana), told(cast.bob)) == (["mentioned"], [], ["approved_changed"])
    assert logged() == [("post.approved_changed", "No mail addresses.")]


@pytest.mark.parametrize("name", ["approve", "edit"])
def test_what_its_author_changed_meanwhile_is_not_approved_unseen(
    make: Make, cast: Cast, browser_of, name: str
) -> None:  # type: ignore[no-untyped-def]
    post = held_reply(make.thread(by=cast.alice), cast.bob)
    dora = browser_of(cast.dora)
    sent = forms(dora.get(TAB if name == "approve" else act(post, name)))[act(post, name)]
    with writing():
        editing.edit_post(post, by=cast.bob, words=words("Something else entirely."), started_from=1)
    answer = dora.post(act(post, name), data=sent | ({"body": "What Dora typed."} if name == "edit" else {}))
    assert answer.status_code == 409
    if name == "edit":
        assert forms(answer)[act(post, name)]["body"] == "What Dora typed."
        assert "Something else entirely." in text_of(parse(answer))
    assert row_of(post).decided_at is None
    assert db.session.get_one(Post, post.id).visibility == "held"


def test_of_many_who_decide_at_once_one_does(app: Flask, make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    post = held_reply(make.thread(by=cast.alice), cast.bob)
    asked = [
        (browser_of((cast.carol, cast.dora)[n % 2]), act(post, name), data)
        for n, (name, data) in enumerate([("approve", {"revision": "1"}), ("reject", REASON)] * 10)
    ]
    db.session.rollback()

    def decide(each: tuple[FlaskClient, str, dict[str, str]]) -> int:
        with app.app_context():
            return each[0].post(each[1], data=each[2]).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = sorted(pool.map(decide, asked))
    assert answers == [303] + [409] * 19
    assert len(logged()) == 1
    assert len(facts(Action.POST_REPLIED)) == (logged()[0][0] == "post.approved")
    assert list(repair.drift()) == []


def test_a_reason_is_due_and_is_asked_for_where_it_is_typed(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    post = held_reply(make.thread(by=cast.alice), cast.bob)
    dora = browser_of(cast.dora)
    long = "x" * 2_001
    for reason in ("", " \u200b", long):
        answer = dora.post(act(post, "reject"), data={"reason": reason})
        assert answer.status_code == 422
        page = parse(answer)
        assert page.find(f".//*[@id='reject-reason-{post.id}-error']") is not None
        assert forms(answer)[act(post, "reject")]["reason"] == reason
    assert logged() == []


def test_who_may_decide_only_elsewhere_sees_and_decides_nothing_here(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    room, other = make.category("internet"), make.category("power")
    here, there = held_thread(make, cast.bob, "In internet"), held_thread(make, cast.bob, "In power", category="power")
    with writing():
        permissions.put(Holder(role="agent"), Verb.APPROVE, room.id, False, by=cast.jana)
    carol = browser_of(cast.carol)
    page = text_of(parse(carol.get(TAB)))
    assert "In internet" not in page
    assert "In power" in page
    assert "Held 1" in text_of(parse(carol.get("/moderation")))
    post = opening_of(here)
    for name, data in (("approve", {"revision": 1}), ("reject", REASON), ("edit", {"body": "Changed.", "revision": 1})):
        assert carol.post(act(post, name), data=data).status_code == 403
    assert carol.get(act(post, "edit")).status_code == 403
    assert row_of(post).decided_at is None
    assert carol.post(act(opening_of(there), "approve"), data={"revision": 1}).status_code == 303
    assert other.id != room.id


def test_customers_and_strangers_decide_nothing(make: Make, cast: Cast, browser_of, stranger) -> None:  # type: ignore[no-untyped-def]
    post = held_reply(make.thread(by=cast.alice), cast.bob)
    for browser, status in ((browser_of(cast.alice), 403), (browser_of(cast.bob), 403), (stranger, 303)):
        assert browser.get(TAB).status_code == status
        for name in ("approve", "reject", "edit"):
            assert browser.post(act(post, name), data=REASON | {"revision": 1, "body": "x y"}).status_code == status
    assert browser_of(cast.dora).get(act(post, "approve")).status_code == 405
    assert browser_of(cast.dora).post(f"{TAB}/4711/approve").status_code == 404
    public = opening_of(db.session.scalars(select(Thread)).one())
    assert browser_of(cast.dora).post(act(public, "approve"), data={"revision": 1}).status_code == 404
    assert row_of(post).decided_at is None


def test_the_tab_shows_the_oldest_first_with_grounds_and_author_and_leads_to_the_next(
    make: Make,
    cast: Cast,
    browser_of,  # type: ignore[no-untyped-def]
) -> None:
    thread = make.thread(by=cast.alice)
    make.reply(thread, cast.bob)
    posts = [held_reply(thread, cast.bob, f"The text of number {n}.") for n in range(ROWS + 2)]
    dora = browser_of(cast.dora)
    page = parse(dora.get(TAB))
    items = [item for item in page.iter("li") if (item.get("id") or "").startswith("held-")]
    assert [item.get("id") for item in items] == [f"held-{post.id}" for post in posts[:ROWS]]
    said = text_of(items[0])
    assert "The text of number 0." in said
    assert "Links elsewhere: shop.example" in said
    assert "1 public post" in said
    after = row_of(posts[ROWS - 1]).id
    second = f"{TAB}?after={after}"
    assert second in dora.get(TAB).text
    assert "The text of number 10." in dora.get(second).text
    answer = send(dora, TAB, act(posts[3], "approve"))
    assert answer.location == f"{TAB}#held-{posts[4].id}"
    answer = send(dora, second, act(posts[ROWS], "reject"), **REASON)
    assert answer.location == f"{second}#held-{posts[ROWS + 1].id}"
    answer = send(dora, second, act(posts[ROWS + 1], "approve"))
    assert answer.location == f"{second}#held-{posts[0].id}"
    db.session.rollback()


def test_the_tab_asks_no_more_for_more_posts(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    held_reply(thread, cast.bob)
    dora, counts = browser_of(cast.dora), []
    dora.get(TAB)
    for _more in range(2):
        with statements() as asked:
            dora.get(TAB)
        counts.append(len(asked))
        for n in range(5):
            held_reply(make.thread(by=make.person(f"person{_more}{n}")), cast.alice, f"Text {n}")
    assert counts[0] == counts[1]


def test_staff_decide_in_the_thread_too_and_come_back_to_it(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    post = held_reply(thread, cast.bob)
    address = f"/threads/{thread.id}/{thread.slug}"
    answer = send(browser_of(cast.dora), address, act(post, "approve"))
    assert answer.location == f"{address}#post-{post.number}"
