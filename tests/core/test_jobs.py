"""Jobs are stored with the change, run once, come back after a failure, and are given up loudly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.core import clock, events, jobs, worker
from community.core.events import Action
from community.core.extensions import db, writing
from community.core.jobs import Job


@pytest.fixture
def done() -> Iterator[list[Any]]:
    """What the handlers of these tests did."""
    done: list[Any] = []

    @jobs.handler("test.note")
    def note(word: str) -> None:
        done.append(word)

    @jobs.handler("test.fail")
    def fail(**arguments: Any) -> None:
        done.append("tried")
        raise RuntimeError("the mail server is away")

    @jobs.handler("test.later")
    def later() -> None:
        done.append("looked")
        raise jobs.NotYet(30)

    @jobs.handler("test.together", batch=True)
    def together(arguments: list[dict[str, Any]]) -> None:
        done.append([entry["number"] for entry in arguments])

    yield done
    for name in ("test.note", "test.fail", "test.later", "test.together"):
        jobs._handlers.pop(name)


def waiting() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def enqueue(name: str, **arguments: Any) -> None:
    with writing():
        jobs.enqueue(name, **arguments)


def test_a_job_runs_once_and_its_row_goes(app: Flask, done: list[Any]) -> None:
    enqueue("test.note", word="hello")
    assert worker.run_all() == 1
    assert done == ["hello"]
    assert waiting() == 0


def test_a_job_of_a_change_that_failed_never_was(app: Flask, done: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        jobs.enqueue("test.note", word="hello")
        raise ZeroDivisionError
    assert worker.run_all() == 0


def test_a_job_for_later_waits(app: Flask, done: list[Any]) -> None:
    enqueue("test.note", word="later", run_at=clock.now() + timedelta(minutes=1))
    assert worker.run_all() == 0
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert worker.run_all() == 1


def test_a_failed_job_comes_back_after_a_growing_pause(app: Flask, done: list[Any]) -> None:
    enqueue("test.fail")
    moments = []
    for _attempt in range(3):
        job = db.session.scalars(select(Job)).one()
        moments.append(job.run_at)
        with clock.frozen(job.run_at):
            worker.run_pending()
    pauses = [later - earlier for earlier, later in zip(moments, moments[1:], strict=False)]
    assert pauses == [timedelta(seconds=2), timedelta(seconds=5)]


def test_a_job_that_never_succeeds_is_given_up_and_shown(app: Flask, done: list[Any]) -> None:
    enqueue("test.fail")
    for _attempt in range(jobs.MAX_ATTEMPTS):
        job = db.session.scalars(select(Job)).one()
        with clock.frozen(job.run_at):
            worker.run_pending()
    [dead] = jobs.dead()
    assert len(done) == jobs.MAX_ATTEMPTS
    assert "the mail server is away" in (dead.last_error or "")
    output = app.test_cli_runner().invoke(args=["doctor"])
    assert output.exit_code == 1
    assert "test.fail" in output.output
    assert jobs.revive(dead.id)
    assert worker.run_pending() == 1


def test_a_job_that_says_not_yet_is_no_failure(app: Flask, done: list[Any]) -> None:
    enqueue("test.later")
    worker.run_pending()
    job = db.session.scalars(select(Job)).one()
    assert (job.attempts, job.run_at) == (0, clock.now() + timedelta(seconds=30))


def test_a_dead_workers_job_is_taken_again_when_its_lease_ends(app: Flask, done: list[Any]) -> None:
    enqueue("test.note", word="hello")
    assert [job.name for job in jobs.take("first", 10)] == ["test.note"]
    assert jobs.take("second", 10) == []
    with clock.frozen(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert worker.run_all() == 1
    assert done == ["hello"]


def test_jobs_of_one_key_wait_once(app: Flask, done: list[Any]) -> None:
    enqueue("test.note", word="one", key="the-key")
    enqueue("test.note", word="two", key="the-key")
    worker.run_all()
    assert done == ["one"]
    enqueue("test.note", word="three", key="the-key")
    worker.run_all()
    assert done == ["one", "three"]


def test_a_batch_handler_gets_all_due_jobs_at_once(app: Flask, done: list[Any]) -> None:
    for number in range(5):
        enqueue("test.together", number=number)
    worker.run_all()
    assert done == [[0, 1, 2, 3, 4]]


def test_a_job_nobody_handles_is_kept(app: Flask, done: list[Any]) -> None:
    enqueue("test.unknown")
    worker.run_pending()
    job = db.session.scalars(select(Job)).one()
    assert "no handler" in (job.last_error or "")


def test_an_event_brings_a_job_for_each_subscriber_and_calls_each_witness(app: Flask, done: list[Any]) -> None:
    seen: list[int] = []

    def look(event: events.Event) -> None:
        seen.append(event.id)

    @jobs.handler("test.hears")
    def hears(event_id: int, thread_id: int | None, post_id: int | None) -> None:
        done.append(event_id)

    events.subscribe(Action.PERSON_VERIFIED, "test.hears")
    events.witness(Action.PERSON_VERIFIED, look)
    try:
        with writing():
            event = events.record(Action.PERSON_VERIFIED, actor_id=None)
            number = event.id
        worker.run_all()
        with writing(), events.silently():
            events.record(Action.PERSON_VERIFIED, actor_id=None)
        worker.run_all()
    finally:
        events._subscribers[Action.PERSON_VERIFIED].pop("test.hears")
        events._witnesses[Action.PERSON_VERIFIED].pop(look)
        jobs._handlers.pop("test.hears")
    assert done == [number]
    assert seen == [number, number + 1]


def test_slow_jobs_have_a_lane_of_their_own(app: Flask, done: list[Any]) -> None:
    @jobs.handler("test.slow", slow=True)
    def slow() -> None:
        done.append("slow")

    try:
        enqueue("test.slow")
        enqueue("test.note", word="quick")
        worker.run_pending(lane=jobs.Lane.QUICK)
        assert done == ["quick"]
        worker.run_pending(lane=jobs.Lane.SLOW)
        assert done == ["quick", "slow"]
    finally:
        jobs._handlers.pop("test.slow")


def test_one_failing_job_of_a_kind_does_not_hold_up_the_others(app: Flask, done: list[Any]) -> None:
    @jobs.handler("test.picky")
    def picky(word: str) -> None:
        if word == "bad":
            raise RuntimeError("not this one")
        done.append(word)

    try:
        for word in ("good", "bad", "better"):
            enqueue("test.picky", word=word)
        worker.run_pending()
        assert done == ["good", "better"]
        assert waiting() == 1
    finally:
        jobs._handlers.pop("test.picky")


def test_jobs_of_a_worker_that_is_gone_are_given_back_at_once(app: Flask, done: list[Any]) -> None:
    enqueue("test.note", word="hello")
    jobs.take("killed", 10)
    assert jobs.release(lambda name: name == "another") == 0
    assert worker.run_all() == 0
    assert jobs.release(lambda name: name == "killed") == 1
    worker.run_all()
    assert done == ["hello"]
