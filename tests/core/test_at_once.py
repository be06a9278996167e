"""Two at the same moment: each counts once, neither fails, on either database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from community.core import jobs, limits, pages
from community.core.errors import TooMany
from community.core.extensions import db, writing
from community.core.jobs import Job
from community.notifications import following
from community.notifications.models import Follow
from community.threads.models import Thread
from tests.making import Cast, Make


def at_once(app: Flask, act: Callable[[int], Any], times: int = 12) -> list[Any]:
    """What `act(number)` returned or raised, called by so many threads together."""
    results: list[Any] = []
    start = threading.Barrier(times)

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                results.append(act(number))
            except Exception as error:
                results.append(type(error))
            finally:
                db.session.remove()

    runners = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    db.session.rollback()
    return results


def test_a_limit_lets_exactly_as_many_through_as_it_says(app: Flask) -> None:
    results = at_once(app, lambda number: limits.spend("post", 1))
    assert results.count(None) == limits.RATES["post"].count
    assert set(results) == {None, TooMany}


def test_every_touch_counts(app: Flask) -> None:
    def touch(number: int) -> None:
        with writing():
            pages.touch("somewhere")

    assert at_once(app, touch) == [None] * 12
    assert pages.stamp("SELECT version FROM page_versions WHERE scope = ?", ("somewhere",)) == ((13,),)


def test_a_job_with_a_key_is_written_once(app: Flask) -> None:
    def ask(number: int) -> None:
        with writing():
            jobs.enqueue("mail.send", key="the-key", mail_id=number)

    assert at_once(app, ask) == [None] * 12
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_following_twice_at_once_is_following(app: Flask, make: Make, cast: Cast) -> None:
    make.thread(by=cast.alice)
    bob_id = cast.bob.id

    def follow(number: int) -> None:
        with writing():
            thread = db.session.scalars(select(Thread)).one()
            (following.follow if number % 2 else following.unfollow)(
                thread, by=db.session.get_one(type(cast.bob), bob_id)
            )

    assert at_once(app, follow) == [None] * 12
    assert db.session.scalar(select(func.count()).where(Follow.person_id == bob_id)) == 1


def test_two_workers_never_take_the_same_job(app: Flask) -> None:
    with writing():
        for number in range(30):
            jobs.enqueue("mail.send", mail_id=number)
    taken = at_once(app, lambda number: [job.id for job in jobs.take(f"worker {number}", 5)], times=8)
    ids = [job_id for each in taken for job_id in each]
    assert len(ids) == len(set(ids)) == 30
