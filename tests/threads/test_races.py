"""Fifty at the same moment, through HTTP: a reply is marked once, a vote counts once for each person, and nobody gets an error."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.accounts.models import Person
from community.core import limits
from community.core.events import Action, Event
from community.core.extensions import db
from community.threads import repair
from community.threads.models import Endorsement, MeToo, Post, Solution, Thread, Vote
from moderation.models import AuditEntry
from tests.making import Cast, Make

MANY = 50


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "spend", lambda *arguments: None)


@pytest.fixture
def at_once(app: Flask, browser_of):  # type: ignore[no-untyped-def]
    """`at_once([(person, address)])`: all send at the same time; how often each status was answered."""

    def send(browser: Any, address: str) -> int:
        with app.app_context():
            status: int = browser.post(address, data={"reason": "Done."}).status_code
        return status

    def send_all(asked: list[tuple[Person, str]]) -> Counter[int]:
        sent = [(browser_of(person), address) for person, address in asked]
        db.session.rollback()
        with ThreadPoolExecutor(max_workers=16) as pool:
            answers = Counter(pool.map(lambda each: send(*each), sent))
        db.session.rollback()
        return answers

    return send_all


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(cast.alice)


def number_of(table: type, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def test_a_reply_that_fifty_mark_is_one_solution(at_once, make: Make, cast: Cast, thread: Thread) -> None:  # type: ignore[no-untyped-def]
    reply = make.reply(thread, cast.bob)
    who = [cast.alice, cast.carol, cast.dora, cast.jana]
    assert at_once([(who[number % 4], f"/posts/{reply.id}/solution") for number in range(MANY)]) == {303: MANY}
    assert (number_of(Solution), number_of(Event, Event.action == Action.THREAD_SOLVED)) == (1, 1)
    assert number_of(AuditEntry) == (0 if db.session.scalars(select(Solution.by_role)).one() == "asker" else 1)


def test_marks_and_withdrawals_leave_what_can_be_reckoned(at_once, make: Make, cast: Cast, thread: Thread) -> None:  # type: ignore[no-untyped-def]
    reply = make.reply(thread, cast.bob)
    asked = [(cast.alice, f"/posts/{reply.id}/solution{'' if number % 2 else '/withdrawal'}") for number in range(MANY)]
    assert set(at_once(asked)) <= {303, 409}
    solved, unsolved = (
        number_of(Event, Event.action == action) for action in (Action.THREAD_SOLVED, Action.THREAD_UNSOLVED)
    )
    assert number_of(Solution) == solved - unsolved
    assert list(repair.drift()) == []


def test_of_fifty_votes_each_person_counts_once(at_once, make: Make, cast: Cast, thread: Thread) -> None:  # type: ignore[no-untyped-def]
    reply = make.reply(thread, cast.carol)
    voters = [make.person(f"voter{number}") for number in range(10)]
    assert at_once([(voters[number % 10], f"/posts/{reply.id}/helpful") for number in range(MANY)]) == {303: MANY}
    assert (number_of(Vote), db.session.get_one(Post, reply.id).helpful_count) == (10, 10)
    assert at_once([(voters[number % 10], f"/threads/{thread.id}/me-too") for number in range(MANY)]) == {303: MANY}
    assert (number_of(MeToo), db.session.get_one(Thread, thread.id).me_too_count) == (10, 10)
    assert list(repair.drift()) == []


def test_of_fifty_who_close_or_endorse_one_does(at_once, make: Make, cast: Cast, thread: Thread) -> None:  # type: ignore[no-untyped-def]
    reply, who = make.reply(thread, cast.carol), [cast.carol, cast.dora, cast.jana]
    closing = f"/moderation/threads/{thread.id}/close"
    assert at_once([(who[number % 3], closing) for number in range(MANY)]) == {303: 1, 409: MANY - 1}
    official = f"/moderation/posts/{reply.id}/official"
    assert at_once([(who[number % 3], official) for number in range(MANY)]) == {303: MANY}
    assert (number_of(Endorsement), number_of(Event, Event.action == Action.POST_ENDORSED)) == (1, 1)
