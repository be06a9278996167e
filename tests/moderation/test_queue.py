"""The queue: who waits longest comes first; every filter narrows it; a page leads to the next without gaps or doubles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import clock
from community.core.extensions import db, writing
from community.threads import moderating, solving
from community.threads.models import Post, Thread
from moderation import queue
from moderation.queue import Filter
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import parse, text_of


def thread_at(make: Make, minutes: int, **options: object) -> Thread:
    """A thread that was opened so many minutes after now."""
    with clock.frozen(clock.now() + timedelta(minutes=minutes)):
        return make.thread(title=f"A thread of minute {minutes}", **options)  # type: ignore[arg-type]


def titles(**chosen: str) -> list[str]:
    return [thread.title for thread in queue.queue(Filter(**chosen))[0]]


def test_the_longest_waiting_comes_first(make: Make, cast: Cast) -> None:
    for minutes in (20, 5, 10):
        thread_at(make, minutes)
    assert titles() == ["A thread of minute 5", "A thread of minute 10", "A thread of minute 20"]


def test_an_answer_takes_it_out_and_the_customers_reply_puts_it_back_with_its_own_time(make: Make, cast: Cast) -> None:
    old, new = thread_at(make, 0), thread_at(make, 5)
    with clock.frozen(clock.now() + timedelta(minutes=10)):
        make.reply(old, cast.carol)
    assert titles() == [new.title]
    assert titles(tab="waiting") == [old.title]
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        make.reply(old, cast.alice)
    assert titles() == [new.title, old.title]


def test_anothers_reply_does_not_push_it_back_in_the_queue(make: Make, cast: Cast) -> None:
    old, new = thread_at(make, 0), thread_at(make, 5)
    with clock.frozen(clock.now() + timedelta(minutes=10)):
        make.reply(old, cast.bob)
    assert titles() == [old.title, new.title]


def test_solved_locked_and_hidden_threads_are_in_their_own_tabs(make: Make, cast: Cast) -> None:
    solved, locked, hidden = (thread_at(make, minutes) for minutes in (1, 2, 3))
    answer = make.reply(solved, cast.carol)
    with writing():
        solving.mark_solution(answer, by=cast.carol)
        moderating.lock_thread(locked, by=cast.carol, reason="Enough.")
        opening = db.session.scalars(select(Post).where(Post.thread_id == hidden.id)).one()
        moderating.hide_post(opening, by=cast.carol, reason="Shows an address.")
    assert titles() == []
    assert titles(tab="solved") == [solved.title]
    assert titles(tab="closed") == [locked.title]
    assert titles(tab="hidden") == [hidden.title]


def test_every_published_thread_is_in_exactly_one_tab(make: Make, cast: Cast) -> None:
    for minutes in range(6):
        thread_at(make, minutes)
    threads = list(db.session.scalars(select(Thread).order_by(Thread.id)))
    answers = [make.reply(thread, cast.carol) for thread in threads[2:]]
    with writing():
        solving.mark_solution(answers[0], by=cast.alice)
        moderating.lock_thread(threads[1], by=cast.carol, reason="Enough.")
        moderating.mark_duplicate(threads[3], threads[0], by=cast.carol)
        moderating.lock_thread(threads[2], by=cast.carol, reason="Enough.")
    found = [title for tab in queue.TABS for title in titles(tab=tab)]
    assert sorted(found) == sorted(thread.title for thread in threads)


def test_filters_narrow_it(make: Make, cast: Cast) -> None:
    thread_at(make, 1, category="power", language="de", tags=["meter"])
    thread_at(make, 2)
    assert titles(category="power") == ["A thread of minute 1"]
    assert titles(tag="meter") == ["A thread of minute 1"]
    assert titles(language="en") == ["A thread of minute 2"]
    assert titles(category="power", language="en") == []
    assert titles(category="nowhere") == []


@pytest.mark.parametrize("tab", ["needs_staff", "hidden"])
def test_pages_follow_each_other_without_gaps_or_doubles(make: Make, cast: Cast, tab: str) -> None:
    for number in range(7):
        thread_at(make, number // 3)  # several of the same moment
    if tab == "hidden":
        with writing():
            for post in db.session.scalars(select(Post)):
                moderating.hide_post(post, by=cast.carol, reason="Spam.")
    found: list[int] = []
    key = ""
    for _page in range(4):
        threads, key = queue.queue(Filter(tab=tab, after=key), most=2)
        found += [thread.id for thread in threads]
    assert key == ""
    assert sorted(found) == list(db.session.scalars(select(Thread.id).order_by(Thread.id)))


@pytest.mark.parametrize(
    "query",
    [
        "tab=nonsense", "after=1-2-3", "after=%00-1", "after=9999999999999999999-1", "after=1-99999999999999999999",
        "after=99999999999999999-999999999999999999", "case=0", "tag=%00", "category=%27%3B--", "language=xx", "case=abc",
        "before=x", "after=²-²",
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_no_error(cast: Cast, make: Make, browser_of, query: str) -> None:  # type: ignore[no-untyped-def]
    make.thread(by=cast.alice)
    assert browser_of(cast.carol).get(f"/moderation?{query}").status_code in (200, 404)


def test_an_unknown_case_is_not_found(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    for number in ("4711", "99999999999999999999"):
        assert carol.get(f"/moderation?case={number}").status_code == 404


def test_the_case_stands_beside_the_queue_with_its_customers_card(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    make.thread(by=cast.alice, title="An earlier case of hers", solved=True)
    thread = make.thread(by=cast.alice)
    hidden = make.reply(thread, cast.alice, "My number is 4711.")
    with writing():
        moderating.hide_post(hidden, by=cast.dora, reason="Shows a number.")
    page = parse(browser_of(cast.carol).get(f"/moderation?case={thread.id}"))
    text = text_of(page)
    for expected in ("The box blinks red", "An earlier case of hers", "Shows a number.", "My number is 4711."):
        assert expected in text


def test_the_desk_asks_the_database_as_often_for_many_as_for_few(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    thread = make.thread(by=cast.alice, tags=["wlan"])
    make.reply(thread, cast.bob)

    def asked() -> int:
        with statements() as seen:
            assert carol.get(f"/moderation?case={thread.id}").status_code == 200
        return len(seen)

    few = asked()
    for number in range(12):
        make.thread(by=cast.alice, title=f"One more of hers, {number}", tags=["wlan", f"tag{number}"])
        make.reply(thread, cast.bob, f"And another, {number}.")
    assert asked() == few


def test_the_count_of_those_who_wait(make: Make, cast: Cast, app: Flask, stranger: FlaskClient) -> None:
    for minutes in range(3):
        thread_at(make, minutes)
    assert queue.tab_counts() == {"needs_staff": 3}
