"""The solution: who may mark it, what it says, how it is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core import clock
from community.core.errors import Conflict
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads import moderating, solving
from community.threads.models import Post, Solution, State, Thread
from community.threads.policy import can_reopen, can_reply
from tests.conftest import MONDAY
from tests.making import Cast, Make


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(cast.alice)


@pytest.fixture
def answer(make: Make, cast: Cast, thread: Thread) -> Post:
    return make.reply(thread, cast.carol, "Restart the box.")


def solutions() -> int:
    return db.session.scalar(select(func.count()).select_from(Solution)) or 0


def test_asker_marks_and_the_solution_says_so(browser_of, cast: Cast, thread: Thread, answer: Post) -> None:
    alice = browser_of(cast.alice)
    said = alice.post(f"/posts/{answer.id}/solution")
    assert (said.status_code, said.location) == (303, f"/threads/{thread.id}/{thread.slug}#post-2")
    assert db.session.scalars(select(Solution.by_role)).one() == "asker"
    assert thread.state == State.SOLVED
    page = alice.get(f"/threads/{thread.id}/{thread.slug}").text
    assert "chosen by the asker" in page


def test_staff_mark_and_the_solution_says_so(browser_of, cast: Cast, answer: Post) -> None:
    assert browser_of(cast.dora).post(f"/posts/{answer.id}/solution").status_code == 303
    assert db.session.scalars(select(Solution.by_role)).one() == "staff"


def test_the_neighbour_is_refused(browser_of, cast: Cast, answer: Post) -> None:
    assert browser_of(cast.bob).post(f"/posts/{answer.id}/solution").status_code == 403
    assert solutions() == 0


def test_the_stranger_is_led_to_the_login(stranger: FlaskClient, answer: Post) -> None:
    refused = stranger.post(f"/posts/{answer.id}/solution")
    assert refused.status_code == 303
    assert refused.location.startswith("/login")


@pytest.mark.parametrize("what", ["solution", "solution/withdrawal"])
def test_get_changes_nothing(browser_of, cast: Cast, answer: Post, what: str) -> None:
    assert browser_of(cast.alice).get(f"/posts/{answer.id}/{what}").status_code == 405


def test_marking_twice_is_one_solution(browser_of, cast: Cast, answer: Post) -> None:
    alice = browser_of(cast.alice)
    for _time in range(2):
        assert alice.post(f"/posts/{answer.id}/solution").status_code == 303
    assert solutions() == 1
    assert db.session.scalar(select(func.count()).where(Event.action == Action.THREAD_SOLVED.value)) == 1


def test_a_question_does_not_solve_itself(browser_of, cast: Cast, thread: Thread) -> None:
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
    assert browser_of(cast.alice).post(f"/posts/{opening.id}/solution").status_code == 403
    with pytest.raises(Conflict), writing():
        solving.mark_solution(opening, by=cast.alice)


def test_unmarking_a_reply_without_mark_is_a_conflict(browser_of, cast: Cast, answer: Post) -> None:
    assert browser_of(cast.alice).post(f"/posts/{answer.id}/solution/withdrawal").status_code == 409


def test_unmarked_threads_wait_for_whom_they_waited_for(browser_of, cast: Cast, thread: Thread, answer: Post) -> None:
    alice = browser_of(cast.alice)
    alice.post(f"/posts/{answer.id}/solution")
    assert alice.post(f"/posts/{answer.id}/solution/withdrawal").status_code == 303
    assert (thread.state, solutions()) == (State.WAITING, 0)


def test_a_hidden_solution_solves_nothing_until_it_is_restored(cast: Cast, thread: Thread, answer: Post) -> None:
    with writing():
        solving.mark_solution(answer, by=cast.alice)
        moderating.hide_post(answer, by=cast.dora, reason="wrong")
    assert thread.solved_at is None
    with writing():
        moderating.restore_post(answer, by=cast.dora, reason="right after all")
    assert thread.solved_at == MONDAY


def test_asker_reopens_with_a_reply_within_a_fortnight(browser_of, cast: Cast, thread: Thread, answer: Post) -> None:
    with writing():
        solving.mark_solution(answer, by=cast.alice)
    alice = browser_of(cast.alice)
    said = alice.post(f"/threads/{thread.id}/replies", data={"body": "It is back.", "reopen": "1"})
    assert said.status_code == 303
    assert (thread.state, solutions()) == (State.NEEDS_STAFF, 0)


def test_thanks_reopens_nothing(browser_of, cast: Cast, thread: Thread, answer: Post) -> None:
    with writing():
        solving.mark_solution(answer, by=cast.alice)
    browser_of(cast.alice).post(f"/threads/{thread.id}/replies", data={"body": "Thank you."})
    assert thread.state == State.SOLVED


def test_after_a_fortnight_others_are_led_to_a_new_thread(browser_of, cast: Cast, thread: Thread, answer: Post) -> None:
    with writing():
        solving.mark_solution(answer, by=cast.alice)
    with clock.frozen(MONDAY + timedelta(days=15)):
        assert not can_reply(cast.bob, thread)
        assert can_reply(cast.carol, thread)
        assert not can_reopen(cast.alice, thread)
        page = browser_of(cast.bob).get(f"/threads/{thread.id}/{thread.slug}").text
    assert "/ask?title=No%20internet" in page
    assert "<textarea" not in page
