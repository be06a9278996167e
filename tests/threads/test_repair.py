"""Counts stay true whatever people do, and `flask doctor --repair` makes them true again whatever happened to them."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.core import clock
from community.core.errors import Conflict
from community.core.extensions import db, writing
from community.threads import moderating, posting, repair, solving, tagging, voting
from community.threads.models import Category, Post, Tag, Thread
from community.threads.states import derive
from tests.making import Cast, Make, words

COLUMNS = (
    "reply_count",
    "me_too_count",
    "waiting_since",
    "solved_at",
    "first_answered_at",
    "last_post_at",
    "last_post_by_id",
)
WORDS = words("A line.")


def live_a_life(make: Make, cast: Cast, seed: int, acts: int = 60) -> None:
    """People do what people do, in an order that the seed decides."""
    dice = random.Random(seed)
    people = [cast.alice, cast.bob, cast.carol, cast.dora]
    rooms = [make.category("internet"), make.category("power")]
    threads = [make.thread(by=cast.alice), make.thread(by=cast.bob, category="power")]

    def act() -> None:
        person, thread = dice.choice(people), dice.choice(threads)
        posts = list(db.session.scalars(select(Post).where(Post.thread_id == thread.id)))
        post = dice.choice(posts)
        match dice.randrange(14):
            case 0 | 1 | 2:
                posting.reply(thread, by=person, words=WORDS)
            case 3:
                solving.mark_solution(post, by=person)
            case 4:
                solving.unmark_solution(post, by=person)
            case 5:
                solving.reopen(thread, by=person)
            case 6:
                moderating.hide_post(post, by=cast.dora, reason="So.")
            case 7:
                moderating.restore_post(post, by=cast.dora, reason="So.")
            case 8:
                moderating.lock_thread(thread, by=cast.dora, reason="So.")
            case 9:
                moderating.unlock_thread(thread, by=cast.dora, reason="So.")
            case 10:
                dice.choice([voting.vote_helpful, voting.withdraw_helpful])(post, by=person)
            case 11:
                dice.choice([voting.say_me_too, voting.withdraw_me_too])(thread, by=person)
            case 12:
                moderating.move_thread(thread, dice.choice(rooms), by=cast.dora)
                tagging.set_tags(thread, dice.sample(["wlan", "box", "bill"], dice.randrange(4)), by=cast.dora)
            case 13:
                moderating.mark_duplicate(thread, dice.choice(threads), by=cast.dora)

    for number in range(acts):
        with clock.frozen(clock.now() + timedelta(minutes=number)):
            try:
                with writing():
                    act()
            except Conflict:
                pass


@pytest.mark.parametrize("seed", range(8))
def test_no_order_of_acts_lets_a_count_drift(app: Flask, make: Make, cast: Cast, seed: int) -> None:
    live_a_life(make, cast, seed)
    assert list(repair.drift()) == []


@pytest.mark.parametrize("seed", range(4))
def test_repair_says_what_derive_says_of_each_thread(app: Flask, make: Make, cast: Cast, seed: int) -> None:
    live_a_life(make, cast, seed)
    dice = random.Random(seed)
    with writing():
        for thread in db.session.scalars(select(Thread)):
            thread.reply_count, thread.me_too_count = dice.randrange(9), dice.randrange(9)
            thread.waiting_since = dice.choice([None, clock.now()])
            thread.solved_at = dice.choice([None, clock.now()])
            thread.first_answered_at, thread.last_post_at = None, clock.now()
        for post in db.session.scalars(select(Post)):
            post.helpful_count = dice.randrange(9)
        for row in (*db.session.scalars(select(Category)), *db.session.scalars(select(Tag))):
            row.thread_count = dice.randrange(9)
    repair.repair()
    assert list(repair.drift()) == []
    for thread in db.session.scalars(select(Thread)):
        repaired = [getattr(thread, name) for name in COLUMNS]
        with writing():
            derive(thread)
        assert [getattr(thread, name) for name in COLUMNS] == repaired


def test_votes_that_were_imported_are_counted_too(make: Make, cast: Cast) -> None:
    reply = make.reply(make.thread(by=cast.alice), cast.carol)
    with writing():
        reply.helpful_imported, reply.helpful_count = 5, 5
        voting.vote_helpful(reply, by=cast.bob)
    assert reply.helpful_count == 6
    assert list(repair.drift()) == []


def test_the_doctor_tells_and_repairs(app: Flask, make: Make, cast: Cast) -> None:
    thread = make.thread(by=cast.alice, replies=2)
    with writing():
        thread.reply_count = 40
    runner = app.test_cli_runner()
    told = runner.invoke(args=["doctor"])
    assert "NO  counts" in told.output
    assert "how many replies: 1 disagree" in told.output
    assert db.session.scalar(select(func.max(Thread.reply_count))) == 40
    repaired = runner.invoke(args=["doctor", "--repair"])
    assert "ok  counts" in repaired.output
    db.session.rollback()
    assert db.session.scalar(select(func.max(Thread.reply_count))) == 2


def test_visitors_see_the_repaired_count_at_once(app: Flask, make: Make, cast: Cast, stranger) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice, replies=2)
    with writing():
        thread.reply_count = 4711
    assert "4711" in stranger.get("/threads").get_data(as_text=True)
    repair.repair()
    assert "4711" not in stranger.get("/threads").get_data(as_text=True)
