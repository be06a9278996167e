"""Many at the same time: one row where one is meant, right counts, no error page. In real threads, on either database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.core import limits
from community.core.events import Action, Event
from community.core.extensions import db
from community.threads import repair
from community.threads.models import MeToo, Post, Solution, Thread, Vote
from tests.making import Cast, Make

MANY = 50


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("vote", "post", "post-staff"):
        monkeypatch.setitem(limits.RATES, name, limits.Rate(10_000, 60))


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(cast.alice)


@pytest.fixture
def answer(make: Make, cast: Cast, thread: Thread) -> Post:
    return make.reply(thread, cast.carol)


@pytest.fixture
def at_once(app: Flask, browser_of) -> Callable:  # type: ignore[no-untyped-def, type-arg]
    """`at_once(people, path, forms)`: everyone sends at the same time; returns how often each status was answered."""

    def send(people, path, forms=None):  # type: ignore[no-untyped-def]
        browsers = [browser_of(person) for person in people]
        forms = forms or [{}] * len(browsers)
        db.session.rollback()
        with ThreadPoolExecutor(max_workers=16) as pool:
            jobs = [pool.submit(_send, app, browser, path, form) for browser, form in zip(browsers, forms, strict=True)]
            answers = [job.result() for job in jobs]
        db.session.rollback()
        return Counter(answers)

    return send


def _send(app: Flask, browser, path: str, form: dict[str, str]) -> int:  # type: ignore[no-untyped-def]
    with app.app_context():
        status: int = browser.post(path, data=form).status_code
    return status


def count(table: type, *where) -> int:  # type: ignore[no-untyped-def]
    return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def test_one_person_votes_fifty_times(at_once, cast: Cast, answer: Post) -> None:
    assert at_once([cast.bob] * MANY, f"/posts/{answer.id}/helpful") == {303: MANY}
    assert (count(Vote), answer.helpful_count) == (1, 1)
    assert count(Event, Event.action == Action.POST_HELPFUL.value) == 1


def test_fifty_people_vote(at_once, make: Make, answer: Post) -> None:
    people = [make.person(f"voter{number}") for number in range(MANY)]
    assert at_once(people, f"/posts/{answer.id}/helpful") == {303: MANY}
    assert (count(Vote), answer.helpful_count) == (MANY, MANY)


def test_fifty_people_have_this_too(at_once, make: Make, thread: Thread) -> None:
    people = [make.person(f"voter{number}") for number in range(MANY)]
    assert at_once(people * 2, f"/threads/{thread.id}/me-too") == {303: 2 * MANY}
    assert (count(MeToo), thread.me_too_count) == (MANY, MANY)


def test_a_solution_is_marked_fifty_times(at_once, cast: Cast, answer: Post, thread: Thread) -> None:
    people = [cast.alice, cast.carol, cast.dora, cast.jana, cast.alice] * (MANY // 5)
    assert at_once(people, f"/posts/{answer.id}/solution") == {303: MANY}
    assert count(Solution) == 1
    assert count(Event, Event.action == Action.THREAD_SOLVED.value) == 1
    assert thread.solved_at is not None


def test_fifty_replies_get_fifty_numbers(at_once, cast: Cast, thread: Thread) -> None:
    forms = [{"body": f"Reply {number}", "idempotency_key": f"key-of-reply-number-{number}"} for number in range(MANY)]
    people = [cast.alice, cast.bob, cast.carol, cast.dora, cast.jana] * (MANY // 5)
    assert at_once(people, f"/threads/{thread.id}/replies", forms) == {303: MANY}
    numbers = list(db.session.scalars(select(Post.number).where(Post.thread_id == thread.id).order_by(Post.number)))
    assert numbers == list(range(1, MANY + 2))
    assert thread.reply_count == MANY
    assert list(repair.drift()) == []


def test_one_form_sent_fifty_times_is_one_reply(at_once, cast: Cast, thread: Thread) -> None:
    forms = [{"body": "Only once", "idempotency_key": "the-key-of-this-form"}] * MANY
    assert at_once([cast.bob] * MANY, f"/threads/{thread.id}/replies", forms) == {303: MANY}
    assert (count(Post), thread.reply_count) == (2, 1)


def test_of_fifty_edits_from_one_revision_one_is_stored(at_once, cast: Cast, thread: Thread) -> None:
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    forms = [{"title": thread.title, "body": f"Text {number}", "started_from": "1"} for number in range(MANY)]
    assert at_once([cast.carol] * MANY, f"/posts/{opening.id}/edit", forms) == {303: 1, 409: MANY - 1}
    assert opening.revision == 2
