"""Many restructure the same thread at the same time: one wins, the others are told so, and no post is lost."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.core import limits
from community.core.events import Action, Event
from community.core.extensions import db
from community.threads import repair
from community.threads.models import Post, Thread
from moderation.restructuring.models import Restructuring
from tests.making import Cast, Make

MANY = 50


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("vote", "post", "post-staff"):
        monkeypatch.setitem(limits.RATES, name, limits.Rate(10_000, 60))


def at_once(app: Flask, browser_of, asked: list[tuple[Any, str, dict[str, str]]]) -> Counter[int]:  # type: ignore[no-untyped-def]
    """All send (person, address, form) at the same time; how often each status was answered."""
    sent = [(browser_of(person), address, form) for person, address, form in asked]
    db.session.rollback()
    with ThreadPoolExecutor(max_workers=16) as pool:
        answers = Counter(pool.map(lambda each: _send(app, *each), sent))
    db.session.rollback()
    return answers


def _send(app: Flask, browser: Any, address: str, form: dict[str, str]) -> int:
    with app.app_context():
        status: int = browser.post(address, data=form).status_code
    return status


def merging(thread: Thread, into: Thread) -> tuple[str, dict[str, str]]:
    form = {"into": str(into.id), "reason": "The same.", "confirmed": "1"}
    return f"/moderation/threads/{thread.id}/merge", form


def number_of(table: type, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def test_of_fifty_merges_into_two_threads_one_wins(app: Flask, make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(cast.alice, replies=3)
    others = [make.thread(cast.bob, title=f"Where it may go, {number}") for number in range(2)]
    staff = [cast.carol, cast.dora, cast.jana]
    asked = [(staff[number % 3], *merging(thread, others[number % 2])) for number in range(MANY)]
    assert at_once(app, browser_of, asked) == {303: 1, 409: MANY - 1}
    assert sorted(number_of(Post, Post.thread_id == other.id) for other in others) == [1, 5]
    assert number_of(Event, Event.action == Action.THREAD_MERGED.value) == number_of(Restructuring) == 1
    assert list(repair.drift()) == []


def test_of_two_merged_into_each_other_one_stays(app: Flask, make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    one, two = make.thread(cast.alice), make.thread(cast.bob, title="The other of the two")
    asked = [(cast.carol, *merging(one, two)), (cast.dora, *merging(two, one))] * 10
    answers = at_once(app, browser_of, asked)
    assert answers[303] == 1
    assert set(answers) <= {303, 409, 422}
    left = [thread for thread in (one, two) if thread.visibility == "published"]
    assert [number_of(Post, Post.thread_id == thread.id) for thread in left] == [2]


def test_no_reply_is_lost_in_a_merge(app: Flask, make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread, into = make.thread(cast.alice), make.thread(cast.bob, title="Where it goes")
    replies = [
        (
            cast.alice,
            f"/threads/{thread.id}/replies",
            {"body": f"Reply {n}", "idempotency_key": f"the-key-of-reply-{n}"},
        )
        for n in range(20)
    ]
    asked = [*replies[:10], (cast.carol, *merging(thread, into)), *replies[10:]]
    answers = at_once(app, browser_of, asked)
    assert set(answers) <= {303, 409}  # 409: the page says it, with the text and a button to send it again
    assert number_of(Post, Post.thread_id == into.id) == 2 + answers[303] - 1
    assert number_of(Post, Post.thread_id == thread.id) == 0
    assert list(repair.drift()) == []


def test_of_fifty_undoings_one_is_done(app: Flask, make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread, into = make.thread(cast.alice), make.thread(cast.bob, title="Where it goes")
    at_once(app, browser_of, [(cast.carol, *merging(thread, into))])
    done = db.session.scalars(select(Restructuring.id)).one()
    asked: list[Any] = [(cast.dora, f"/moderation/restructurings/{done}/undo", {})] * MANY
    assert at_once(app, browser_of, asked) == {303: 1, 409: MANY - 1}
    assert number_of(Post, Post.thread_id == thread.id) == number_of(Post, Post.thread_id == into.id) == 1
    assert list(repair.drift()) == []


def test_posts_that_are_split_fifty_times_have_one_new_thread(app: Flask, make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(cast.alice, replies=3)
    to = make.thread(cast.bob, title="Where they may go as well")
    post = str(db.session.scalars(select(Post.id).where(Post.thread_id == thread.id, Post.number == 3)).one())
    form = {"posts": post, "title": "What was split off", "category": "internet", "into": str(to.id), "reason": "So."}
    asked = [
        (cast.dora, f"/moderation/threads/{thread.id}/{('split', 'move-posts')[number % 2]}", form)
        for number in range(MANY)
    ]
    assert at_once(app, browser_of, asked) == {303: 1, 422: MANY - 1}
    assert number_of(Post, Post.thread_id == thread.id) == 3
    assert number_of(Restructuring) == 1
    assert list(repair.drift()) == []
