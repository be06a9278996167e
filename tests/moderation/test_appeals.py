"""An appeal: its author writes it once, somebody who did not decide decides anew, and both are told with the reason."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.notifications.models import Notification
from community.threads import moderating
from community.threads.models import Post, Thread
from moderation.appeals.models import Appeal
from moderation.models import AuditEntry
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import parse, text_of
from tests.working import work

WHY = "It was a figure of speech."
GRANT = {"outcome": "granted", "reason": "A figure of speech indeed."}
DENY = {"outcome": "denied", "reason": "It names a person."}


@pytest.fixture
def post(make: Make, cast: Cast) -> Post:
    """Bob's reply, hidden by Dora."""
    post = make.reply(make.thread(by=cast.alice), cast.bob, "You are a goose.")
    with writing():
        moderating.hide_post(post, by=cast.dora, reason="An insult.")
    return post


@pytest.fixture
def appeal(post: Post, cast: Cast, browser_of) -> Appeal:  # type: ignore[no-untyped-def]
    assert sent(browser_of(cast.bob), post).status_code == 303
    return db.session.scalars(select(Appeal)).one()


def sent(browser: FlaskClient, post: Post, text: str = WHY) -> object:
    return browser.post("/appeals/new", data={"about": f"post-{post.id}", "text": text})


def page_of(post: Post) -> str:
    thread = db.session.get_one(Thread, post.thread_id)
    return f"/threads/{thread.id}/{thread.slug}"


def visibility(post: Post) -> str:
    db.session.rollback()
    return db.session.get_one(Post, post.id).visibility


def logged() -> list[tuple[str, str | None, bool]]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.act, row.reason, row.is_public) for row in rows if row.reason != "An insult."]


def test_the_author_is_led_to_it_and_appeals_once(post: Post, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    bob, way = browser_of(cast.bob), f"/appeals/new?about=post-{post.id}"
    for page in (page_of(post), "/settings/standing"):
        assert way in bob.get(page).get_data(as_text=True), page
    assert "A hidden post" in bob.get(way).get_data(as_text=True)
    answer = sent(bob, post)
    assert answer.status_code == 303
    assert WHY in bob.get(answer.headers["Location"]).get_data(as_text=True)
    assert sent(bob, post).status_code == 409
    assert bob.get(way).headers["Location"] == answer.headers["Location"]


def test_the_mail_about_the_hiding_names_the_way(post: Post, cast: Cast) -> None:
    work()
    mail = db.session.scalars(select(Mail).where(Mail.person_id == cast.bob.id)).one()
    for part in (mail.text, mail.html):
        assert f"http://localhost/appeals/new?about=post-{post.id}" in part


def test_nobody_else_can_appeal_or_read_it(appeal: Appeal, post: Post, cast: Cast, stranger, browser_of) -> None:  # type: ignore[no-untyped-def]
    for person in (cast.alice, cast.carol):
        browser = browser_of(person)
        assert browser.get(f"/appeals/new?about=post-{post.id}").status_code == 404
        assert sent(browser, post).status_code == 404
        assert browser.get(f"/appeals/{appeal.id}").status_code == 404
    assert sent(stranger, post).headers["Location"].startswith("/login")
    page = browser_of(cast.alice).get(page_of(post)).get_data(as_text=True)
    assert "/appeals/" not in page


@pytest.mark.parametrize("about", ["", "post", "post-0", "post-4711", "post-99999999999", "nothing-1", "post-1\0"])
def test_what_is_not_there_cannot_be_appealed_against(about: str, cast: Cast, post: Post, browser_of) -> None:  # type: ignore[no-untyped-def]
    if about != f"post-{post.id}":
        assert browser_of(cast.bob).post("/appeals/new", data={"about": about, "text": WHY}).status_code == 404


def test_an_appeal_without_words_comes_back_as_typed(post: Post, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    bob = browser_of(cast.bob)
    assert sent(bob, post, " \u200b ").status_code == 422
    answer = sent(bob, post, "z" * 4_001)
    assert answer.status_code == 422
    assert "z" * 4_001 in answer.get_data(as_text=True)
    assert db.session.scalar(select(Appeal)) is None


def test_another_moderator_grants_it_and_the_post_is_back(  # type: ignore[no-untyped-def]
    appeal: Appeal, post: Post, cast: Cast, browser_of
) -> None:
    work()
    jana = browser_of(cast.jana)
    page = text_of(parse(jana.get(f"/moderation/appeals/{appeal.id}")))
    assert WHY in page
    assert "You are a goose." in page
    answer = jana.post(f"/moderation/appeals/{appeal.id}", data=GRANT)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/moderation/appeals")
    assert visibility(post) == "published"
    assert logged() == [("appeal.granted", GRANT["reason"], True)]
    work()
    told = {
        (row.person_id, row.kind)
        for row in db.session.scalars(select(Notification))
        if row.kind.startswith("appeal") or row.kind == "restored"
    }
    assert told == {(cast.bob.id, "appeal_granted"), (cast.dora.id, "appeal_reviewed")}
    mail = db.session.scalars(select(Mail).where(Mail.name == "appeal_decided")).one()
    assert (mail.person_id, GRANT["reason"] in mail.text, "Jana" in mail.text) == (cast.bob.id, True, True)
    bob = browser_of(cast.bob)
    row = db.session.scalars(select(Notification).where(Notification.kind == "appeal_granted")).one()
    assert bob.post(f"/notifications/{row.id}").headers["Location"] == f"/appeals/{appeal.id}"
    assert GRANT["reason"] in bob.get(f"/appeals/{appeal.id}").get_data(as_text=True)
    assert "granted your appeal" in bob.get("/settings/standing").get_data(as_text=True)


def test_denied_it_stands_and_only_its_two_sides_are_told(  # type: ignore[no-untyped-def]
    appeal: Appeal, post: Post, cast: Cast, stranger: FlaskClient, browser_of
) -> None:
    assert browser_of(cast.carol).post(f"/moderation/appeals/{appeal.id}", data=DENY).status_code == 303
    assert visibility(post) == "hidden"
    assert logged() == [("appeal.denied", DENY["reason"], False)]
    assert DENY["reason"] in browser_of(cast.bob).get("/settings/standing").get_data(as_text=True)
    assert DENY["reason"] not in stranger.get("/moderation/log").get_data(as_text=True)
    assert DENY["reason"] not in browser_of(cast.alice).get("/settings/standing").get_data(as_text=True)


def test_who_decided_does_not_decide_about_the_appeal(appeal: Appeal, post: Post, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    dora = browser_of(cast.dora)
    assert "Somebody else of the staff decides" in dora.get(f"/moderation/appeals/{appeal.id}").get_data(as_text=True)
    answer = dora.post(f"/moderation/appeals/{appeal.id}", data=GRANT)
    assert answer.status_code == 403
    assert "your own decision" in answer.get_data(as_text=True)
    with writing():
        db.session.get_one(Person, cast.bob.id).role = "moderator"  # who appeals, neither
    assert browser_of(cast.bob).post(f"/moderation/appeals/{appeal.id}", data=GRANT).status_code == 403
    assert (visibility(post), logged()) == ("hidden", [])


def test_two_at_once_one_decides(appeal: Appeal, post: Post, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    address = f"/moderation/appeals/{appeal.id}"
    assert browser_of(cast.jana).post(address, data=DENY).status_code == 303
    answer = browser_of(cast.carol).post(address, data=GRANT)
    assert answer.status_code == 409
    assert GRANT["reason"] in answer.get_data(as_text=True)
    assert [row[0] for row in logged()] == ["appeal.denied"]


def test_customers_strangers_and_get_decide_nothing(appeal: Appeal, cast: Cast, stranger, browser_of) -> None:  # type: ignore[no-untyped-def]
    address = f"/moderation/appeals/{appeal.id}"
    for customer in (cast.alice, cast.bob):
        assert browser_of(customer).post(address, data=GRANT).status_code == 403
    assert stranger.post(address, data=GRANT).headers["Location"].startswith("/login")
    assert browser_of(cast.jana).get(address, query_string=GRANT).status_code == 200
    assert logged() == []


@pytest.mark.parametrize("missing", ["outcome", "reason"])
def test_a_decision_needs_a_word_and_a_reason(appeal: Appeal, cast: Cast, browser_of, missing: str) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(cast.jana).post(f"/moderation/appeals/{appeal.id}", data=GRANT | {missing: ""})
    assert answer.status_code == 422
    assert missing == "reason" or GRANT["reason"] in answer.get_data(as_text=True)
    assert logged() == []


def test_the_next_one_comes_by_itself_and_never_ones_own(  # type: ignore[no-untyped-def]
    make: Make, appeal: Appeal, post: Post, cast: Cast, browser_of
) -> None:
    others = []
    for decider in (cast.jana, cast.dora):
        reply = make.reply(make.thread(by=cast.alice), cast.bob, f"To {decider.name}.")
        with writing():
            moderating.hide_post(reply, by=decider, reason="An insult.")
        sent(browser_of(cast.bob), reply)
        others.append(db.session.scalars(select(Appeal).order_by(Appeal.id.desc())).first())
    answer = browser_of(cast.jana).post(f"/moderation/appeals/{appeal.id}", data=DENY)
    assert answer.headers["Location"] == f"/moderation/appeals/{others[1].id}"


def test_a_new_decision_can_be_appealed_against_anew(appeal: Appeal, post: Post, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    browser_of(cast.jana).post(f"/moderation/appeals/{appeal.id}", data=GRANT)
    with clock.frozen(clock.ago(days=-1)):
        with writing():
            moderating.hide_post(db.session.get_one(Post, post.id), by=cast.dora, reason="Again.")
        assert sent(browser_of(cast.bob), post).status_code == 303


def test_what_an_appeal_says_stands_in_its_row_and_nowhere_else(  # type: ignore[no-untyped-def]
    app: Flask, appeal: Appeal, cast: Cast, caplog, browser_of
) -> None:
    caplog.set_level("DEBUG")
    work()
    browser_of(cast.jana).post(f"/moderation/appeals/{appeal.id}", data=DENY)
    work()
    elsewhere = [
        table.name
        for table in db.metadata.sorted_tables
        for row in db.session.execute(table.select()).mappings()
        if WHY in str(dict(row)) and table.name != "appeals"
    ]
    assert elsewhere == []
    assert WHY not in caplog.text
    events = db.session.scalars(select(Event.action).where(Event.action.like("appeal.%")).order_by(Event.id))
    assert list(events) == [Action.APPEAL_MADE, Action.APPEAL_DENIED]


def test_a_hundred_appeals_cost_as_many_questions_as_one(make: Make, appeal: Appeal, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    jana = browser_of(cast.jana)
    with statements() as one:
        jana.get("/moderation/appeals")
    with writing():
        for number in range(40):
            db.session.add(
                Appeal(
                    kind="post",
                    subject_id=1,
                    appellant_id=cast.bob.id,
                    text=WHY,
                    against=[],
                    made_at=appeal.made_at,
                    heard_key=f"{number}",
                )
            )
    with statements() as many:
        answer = jana.get("/moderation/appeals")
    assert len(many) == len(one)
    assert "after=" in answer.get_data(as_text=True)
