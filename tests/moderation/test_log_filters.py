"""The public log by act, by who did it, by days and by category; it tells nothing about what is hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import clock
from community.core.extensions import db, writing
from community.threads import moderating
from community.threads.models import Post, Thread
from moderation import log
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import parse, text_of


@pytest.fixture
def threads(make: Make, cast: Cast) -> list[Thread]:
    """Carol locked one on Monday and Dora another one on Tuesday, which she unlocked on Wednesday."""
    one, two = make.thread(by=cast.alice), make.thread(by=cast.alice, category="power")
    with writing():
        moderating.lock_thread(one, by=cast.carol, reason="Carol on Monday.")
    with clock.frozen(clock.now() + timedelta(days=1)), writing():
        moderating.lock_thread(two, by=cast.dora, reason="Dora on Tuesday.")
    with clock.frozen(clock.now() + timedelta(days=2)), writing():
        moderating.unlock_thread(two, by=cast.dora, reason="Dora on Wednesday.")
    return [one, two]


def reasons(stranger: FlaskClient, query: str) -> list[str]:
    answer = stranger.get(f"/moderation/log?{query}")
    assert answer.status_code == 200
    return [
        text_of(item).rstrip(".").rpartition(" ")[2]
        for item in parse(answer).iter("p")
        if item.get("class") == "log-reason"
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Wednesday", "Tuesday", "Monday"]),
        ("act=thread.locked", ["Tuesday", "Monday"]),
        ("by=dora", ["Wednesday", "Tuesday"]),
        ("by=dora&act=thread.locked", ["Tuesday"]),
        ("category=power", ["Wednesday", "Tuesday"]),
        ("since=2026-11-17", ["Wednesday", "Tuesday"]),
        ("until=2026-11-17", ["Tuesday", "Monday"]),
        ("since=2026-11-17&until=2026-11-17", ["Tuesday"]),
        ("since=2026-12-01", []),
        ("act=nonsense", []),
        ("by=nobody", []),
        ("category=nowhere", []),
        ("by=alice", []),
    ],
)  # fmt: skip
def test_it_is_narrowed(threads: list[Thread], stranger: FlaskClient, query: str, found: list[str]) -> None:
    assert reasons(stranger, query) == found


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "0001-01-01", "9999-12-31", "²"])
def test_a_day_that_is_none_is_said_and_kept(threads: list[Thread], stranger: FlaskClient, day: str) -> None:
    answer = stranger.get("/moderation/log", query_string={"since": day})
    assert answer.status_code == 422
    tree = parse(answer)
    assert "Write the day like 2026-11-22." in text_of(tree)
    assert [field.get("value") for field in tree.iter("input") if field.get("name") == "since"] == [day]


def test_nobody_learns_where_a_hidden_thread_stood_nor_who_else_is_staff(
    cast: Cast, threads: list[Thread], stranger: FlaskClient
) -> None:
    opening = db.session.scalars(select(Post).where(Post.thread_id == threads[1].id)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="Dora on Thursday.")
    assert reasons(stranger, "category=power") == []
    tree = parse(stranger.get("/moderation/log"))
    offered = [
        option.get("value")
        for field in tree.iter("select")
        if field.get("name") == "by"
        for option in field.iter("option")
    ]
    assert offered == ["", "carol", "dora"]


def test_pages_keep_the_filter_and_cost_as_much_as_one(
    cast: Cast, threads: list[Thread], stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> int:
        with statements() as seen:
            assert stranger.get("/moderation/log?by=dora&since=2026-11-01").status_code == 200
        return len(seen)

    few = asked()
    for number in range(4):
        with writing():
            moderating.lock_thread(threads[1], by=cast.dora, reason=f"Number {number}.")
            moderating.unlock_thread(threads[1], by=cast.dora, reason="So.")
    assert asked() == few
    monkeypatch.setattr(log, "ROWS", 3)
    tree = parse(stranger.get("/moderation/log?by=dora&act=thread.locked"))
    (older,) = [link.get("href") for link in tree.iter("a") if link.get("rel") == "next"]
    assert reasons(stranger, older.partition("?")[2]) == ["0", "Tuesday"]
