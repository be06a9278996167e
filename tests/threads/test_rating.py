"""Rating a solved thread: by its asker alone, on its page or by the link from the mail; kept from staff's reach and readers' eyes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import tokens
from community.core import clock
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.core.sealing import unseal
from community.threads import moderating, solving
from community.threads.models import Post, Solution, Thread
from community.threads.rating import giving, links
from community.threads.rating.models import Rating
from tests.conftest import MONDAY
from tests.making import Cast, Make
from tests.sending import forms
from tests.test_architecture import faults_of


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    """Alice's, solved by a reply of Carol's."""
    return make.thread(by=cast.alice, solved=True)


def address(thread: Thread) -> str:
    return f"/threads/{thread.id}/{thread.slug}"


def said() -> list[tuple[str | None, str | None, str]]:
    db.session.rollback()
    return [(one.well, one.personal, one.via) for one in db.session.scalars(select(Rating))]


def tap(client: FlaskClient, thread: Thread, question: str = "well", answer: str = "yes") -> int:
    return client.post(f"/threads/{thread.id}/rating", data={"question": question, "answer": answer}).status_code


def facts() -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.action == Action.THREAD_RATED)))


def test_each_question_is_answered_by_one_tap_and_shown_with_a_way_to_change_it(
    cast: Cast, thread: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(cast.alice)
    assert "Were you served well?" in alice.get(address(thread)).text
    answer = alice.post(f"/threads/{thread.id}/rating", data={"question": "well", "answer": "yes"})
    assert (answer.status_code, answer.location) == (303, f"{address(thread)}#rating")
    tap(alice, thread, "personal", "no")
    assert said() == [("yes", "no", "thread")]
    page = alice.get(address(thread)).text
    assert re.search(r"Were you served well\? <strong>Yes</strong>", page)
    assert faults_of(page) == []
    tap(alice, thread, "well", "partly")
    tap(alice, thread, "well", "partly")
    assert said() == [("partly", "no", "thread")]
    assert len(facts()) == 3
    assert {str(fact.payload) for fact in facts()} == {"{'via': 'thread'}"}


def test_neither_bob_nor_staff_nor_a_stranger_is_asked_or_can_answer(
    cast: Cast, thread: Thread, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    browsers = [browser_of(person) for person in (cast.bob, cast.carol, cast.jana)]
    for _twice in range(2):  # kept pages as well
        assert 'id="rating"' in browser_of(cast.alice).get(address(thread)).text
        assert not any('id="rating"' in browser.get(address(thread)).text for browser in (*browsers, stranger))
    assert [tap(browser, thread) for browser in (*browsers, stranger)] == [403, 403, 403, 303]
    browsers[0].get(f"/threads/{thread.id}/rating?question=well&answer=yes")
    assert said() == []


def test_only_a_solved_thread_is_rated_and_only_for_thirty_days(
    make: Make, cast: Cast, thread: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(cast.alice)
    waiting = make.thread(by=cast.alice, title="Another of hers")
    assert 'id="rating"' not in alice.get(address(waiting)).text
    assert tap(alice, waiting) == 409
    hidden = make.thread(by=cast.alice, title="Hidden meanwhile", solved=True)
    opening = db.session.scalars(select(Post).where(Post.thread_id == hidden.id, Post.number == 1)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="So.")
    assert tap(alice, hidden) == 409
    with clock.frozen(MONDAY + timedelta(days=30)):
        alice = browser_of(cast.alice)
        assert tap(alice, thread) == 409
        assert 'id="rating"' not in alice.get(address(thread)).text
    assert said() == []


def test_another_answer_than_the_three_is_refused(cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(cast.alice)
    for question, answer in (("well", "great"), ("at", "yes"), ("", "")):
        assert tap(alice, thread, question, answer) == 422
    assert said() == []


def test_reopening_sets_a_rating_aside_and_keeps_it(cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(cast.alice)
    tap(alice, thread, "well", "no")
    with writing():
        solving.reopen(thread, by=cast.dora)
    assert tap(alice, thread, "well", "yes") == 409
    assert 'id="rating"' not in alice.get(address(thread)).text
    answer = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 2)).one()
    with writing():
        solving.mark_solution(answer, by=cast.dora)
    assert said() == [("no", None, "thread")]
    assert re.search(r"Were you served well\? <strong>No</strong>", alice.get(address(thread)).text)


def test_a_line_of_ones_own_is_sealed_and_goes_with_the_wish_to(cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice, place = browser_of(cast.alice), f"/threads/{thread.id}/rating"
    assert alice.post(place, data={"comment": "canaryline"}).status_code == 409  # first an answer
    tap(alice, thread)
    assert alice.post(place, data={"comment": "  canaryline \n of hers "}).status_code == 303
    assert alice.post(place, data={"comment": "x" * 501}).status_code == 422
    db.session.rollback()
    rating = db.session.scalars(select(Rating)).one()
    assert unseal(rating.sealed_comment or "", f"rating:{cast.alice.id}") == "canaryline of hers"
    stored = [str(row) for table in db.metadata.sorted_tables for row in db.session.execute(table.select())]
    assert not any("canaryline" in row for row in stored)
    assert "canaryline of hers" in alice.get(address(thread)).text
    assert alice.post(place, data={"comment": ""}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Rating.sealed_comment)).one() is None


def test_comments_are_forgotten_with_their_author(cast: Cast, thread: Thread) -> None:
    with writing():
        giving.rate(thread, "well", "yes", by=cast.alice, via="thread")
        giving.comment(thread, "A line.", by=cast.alice, via="thread")
        giving.forget_comments_of(cast.alice)
    db.session.expire_all()
    assert db.session.execute(select(Rating.well, Rating.sealed_comment)).all() == [("yes", None)]


# --- By mail


@pytest.fixture
def link(thread: Thread, cast: Cast) -> str:
    with writing():
        return links.new_link(thread, cast.alice).removeprefix("http://localhost")


def test_a_scanner_that_opens_every_link_changes_nothing(stranger: FlaskClient, link: str) -> None:
    for _twice in range(2):
        for query in ("", "?well=yes", "?personal=no", "?well=x"):
            assert stranger.get(link + query).status_code == 200
    assert said() == []


def test_the_tapped_answer_is_confirmed_signed_out_and_the_other_question_follows(
    stranger: FlaskClient, link: str
) -> None:
    page = stranger.get(f"{link}?well=partly")
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert forms(page)[link] | {"csrf_token": ""} == {"question": "well", "answer": "partly", "csrf_token": ""}
    answer = stranger.post(link, data={"question": "well", "answer": "partly"})
    assert (answer.status_code, answer.location) == (303, link)
    page = stranger.get(link)
    assert 'name="question" value="personal"' in page.text
    assert re.search(r"Were you served well\? <strong>Partly</strong>", page.text)
    assert stranger.post(link, data={"question": "personal"}).status_code == 422  # nothing chosen
    stranger.post(link, data={"question": "personal", "answer": "yes"})
    assert said() == [("partly", "yes", "mail")]
    assert 'name="comment"' in stranger.get(link).text
    assert [faults_of(stranger.get(link + query).text) for query in ("", "?well=no", "?personal=yes")] == [[], [], []]
    assert stranger.post(link, data={"comment": "Quick."}).status_code == 303
    assert stranger.post(link, data={"question": "well", "answer": "yes"}).status_code == 303  # as often as one likes
    assert said() == [("yes", "yes", "mail")]


def test_a_link_says_clearly_that_it_is_over(
    make: Make, cast: Cast, thread: Thread, stranger: FlaskClient, link: str
) -> None:
    yes = {"question": "well", "answer": "yes"}
    with writing():
        other_purpose = tokens.issue(tokens.Purpose.RESET, cast.alice)

    def is_over(address: str) -> bool:
        answers = stranger.get(address), stranger.post(address, data=yes)
        return all(each.status_code == 410 and "This link no longer works" in each.text for each in answers)

    assert is_over("/rate/forged")
    assert is_over(f"/rate/{other_purpose}")
    with clock.frozen(MONDAY + timedelta(days=31)):
        assert is_over(link)
    with writing():
        solving.reopen(thread, by=cast.carol)
    assert is_over(link)
    with writing():
        tokens.void_all(cast.alice)  # as with another address or password
        answer = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 2)).one()
        solving.mark_solution(answer, by=cast.carol)
    assert is_over(link)
    assert said() == []
    assert db.session.scalar(select(Solution.post_id)) is not None
