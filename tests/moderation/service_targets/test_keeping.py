"""A waiting thread has one row with the clock that is due first, whatever happens to the thread, its target, its calendar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from community.core import clock, doctor, events
from community.core.events import Action
from community.core.extensions import db, writing
from community.core.jobs import Job
from community.threads import moderating, solving
from community.threads.models import Post, Thread
from moderation.restructuring import merging
from moderation.service_targets import facts, keeping
from moderation.service_targets.models import ThreadClock
from tests.conftest import MONDAY
from tests.counting import statements
from tests.making import Cast, Make
from tests.moderation.service_targets.promising import OFFICE, calendar, clock_of, promise
from tests.working import work

HOUR = timedelta(hours=1)


@contextmanager
def later(hours: float) -> Iterator[None]:
    with clock.frozen(MONDAY + hours * HOUR):
        yield


@pytest.fixture
def promised(make: Make, cast: Cast) -> Cast:
    """Within an hour a first answer, within two a next one, within six a solution."""
    promise(cast.jana, make.category(), 60, 120, 360)
    return cast


def due(thread: Thread) -> tuple[str | None, datetime | None] | None:
    row = clock_of(thread)
    return (row.kind, row.due_at) if row else None


def test_a_new_thread_is_due_for_a_first_answer(make: Make, promised: Cast) -> None:
    assert due(make.thread(by=promised.alice)) == ("first_response", MONDAY + HOUR)


def test_what_staff_said_before_a_question_was_asked_stops_no_clock_of_it_after_a_merge(
    make: Make, promised: Cast
) -> None:
    earlier = make.thread(by=promised.alice)
    with later(0.25):
        make.reply(earlier, promised.carol)
    with later(0.5):
        asked = make.thread(by=promised.bob)
    with later(0.75), writing():
        merging.merge(earlier, asked, by=promised.dora, reason="The same issue.")
    assert due(asked) == ("first_response", MONDAY + 1.5 * HOUR)
    assert due(earlier) is None


def test_without_a_target_a_thread_waits_without_a_due_time(make: Make, promised: Cast) -> None:
    thread = make.thread(by=promised.alice, category="power")
    row = clock_of(thread)
    assert row is not None
    assert (row.due_at, row.kind, row.turn, row.turn_at, row.pressure) == (None, None, 1, MONDAY, None)


def test_an_answer_takes_the_row_away_and_the_customers_reply_makes_another(make: Make, promised: Cast) -> None:
    thread = make.thread(by=promised.alice)
    with later(0.5):
        make.reply(thread, promised.carol)
    assert due(thread) is None
    with later(1.5):
        make.reply(thread, promised.alice)
    assert due(thread) == ("next_response", MONDAY + 4.5 * HOUR)  # two hours without the lunch break


def test_of_two_clocks_the_one_that_is_due_first_counts(make: Make, promised: Cast) -> None:
    promise(promised.jana, make.category(), 60, 120, 90)
    thread = make.thread(by=promised.alice)
    with later(0.75):
        make.reply(thread, promised.carol)
    with later(2):
        make.reply(thread, promised.alice)
    assert due(thread) == ("resolution", MONDAY + 2.75 * HOUR)


def test_one_more_line_of_a_customer_changes_nothing_and_asks_for_no_post(make: Make, promised: Cast) -> None:
    thread = make.thread(by=promised.alice)
    before = due(thread)
    with later(0.5), statements() as seen:
        make.reply(thread, promised.bob)
    assert due(thread) == before
    assert not [text for text in seen.texts if "FROM posts" in text and "by_staff" in text]


def test_solving_and_reopening_stop_the_clock_and_let_it_go_on(make: Make, promised: Cast) -> None:
    thread = make.thread(by=promised.alice)
    reply = make.reply(thread, promised.bob)
    with later(0.25), writing():
        solving.mark_solution(reply, by=promised.alice)
    assert due(thread) is None
    with later(2.25), writing():
        solving.unmark_solution(reply, by=promised.alice)
    assert due(thread) == ("first_response", MONDAY + 3 * HOUR)


def test_locking_and_unlocking_stop_the_clock_and_let_it_go_on(make: Make, promised: Cast) -> None:
    thread = make.thread(by=promised.alice)
    with later(0.25), writing():
        moderating.lock_thread(thread, by=promised.dora, reason="So.")
    assert due(thread) is None
    with later(2.25), writing():
        moderating.unlock_thread(thread, by=promised.dora, reason="")
    assert due(thread) == ("first_response", MONDAY + 3 * HOUR)


def test_a_duplicate_waits_no_more(make: Make, promised: Cast) -> None:
    master, thread = make.thread(by=promised.alice), make.thread(by=promised.bob)
    with writing():
        moderating.mark_duplicate(thread, master, by=promised.dora)
    assert due(thread) is None
    assert due(master) is not None


def test_hiding_and_restoring_take_it_out_and_put_it_back(make: Make, promised: Cast) -> None:
    thread = make.thread(by=promised.alice)
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    with writing():
        moderating.hide_post(opening, by=promised.dora, reason="So.")
    assert due(thread) is None
    with writing():
        moderating.restore_post(opening, by=promised.dora, reason="So.")
    assert due(thread) == ("first_response", MONDAY + HOUR)


def test_hiding_staffs_only_answer_lets_the_clock_run_from_the_beginning(make: Make, promised: Cast) -> None:
    thread = make.thread(by=promised.alice)
    answer = make.reply(thread, promised.carol)
    with writing():
        moderating.hide_post(answer, by=promised.dora, reason="So.")
    assert due(thread) == ("first_response", MONDAY + HOUR)


def test_in_another_category_its_target_counts(make: Make, promised: Cast) -> None:
    power = make.category("power")
    promise(promised.jana, power, 30)
    thread = make.thread(by=promised.alice)
    with writing():
        moderating.move_thread(thread, power, by=promised.dora)
    assert due(thread) == ("first_response", MONDAY + 0.5 * HOUR)
    row = clock_of(thread)
    assert row is not None
    assert row.category_id == power.id


def test_another_target_counts_for_all_who_wait(make: Make, promised: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "BATCH", 2)
    threads = []
    for number in range(5):
        with later(number * 0.25):
            threads.append(make.thread(by=promised.alice))
    elsewhere = make.thread(by=promised.alice, category="power")
    with later(1):
        promise(promised.jana, make.category(), 90)
    for number, thread in enumerate(threads):
        assert due(thread) == ("first_response", MONDAY + (1.5 + number * 0.25) * HOUR)
    assert due(elsewhere) == (None, None)
    with later(1):
        promise(promised.jana, make.category())
    assert {due(thread) for thread in threads} == {(None, None)}


def test_other_hours_count_for_all_who_wait(make: Make, promised: Cast) -> None:
    thread = make.thread(by=promised.alice)
    calendar(promised.jana, "Mon-Fri 10:00-12:00")
    work()
    assert due(thread) == ("first_response", MONDAY + 2 * HOUR)
    calendar(promised.jana, OFFICE, holidays="2026-11-16")
    work()
    assert due(thread) == ("first_response", MONDAY + 24 * HOUR)


def test_an_interrupted_recomputation_goes_on_where_it_was(
    make: Make, promised: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "BATCH", 2)
    for _number in range(5):
        make.thread(by=promised.alice)
    keeping.recompute(make.category().id)
    waiting = db.session.scalars(select(Job).where(Job.name == keeping.RECOMPUTE)).all()
    assert len(waiting) == 1
    assert '"after_id": 2' in waiting[0].arguments
    work()
    assert not db.session.scalars(select(Job).where(Job.name == keeping.RECOMPUTE)).all()


def test_a_batch_asks_as_often_for_many_as_for_one(make: Make, promised: Cast) -> None:
    def asked() -> int:
        with statements() as seen:
            keeping.recompute(make.category().id)
        return len([text for text in seen.texts if text.startswith("SELECT")])

    make.thread(by=promised.alice)
    one = asked()
    for _number in range(7):
        make.thread(by=promised.alice)
    assert asked() == one


def test_what_changes_nobodys_wait_asks_nothing() -> None:
    assert not set(keeping.QUIET) & set(keeping.CHANGES_A_CLOCK)
    assert {Action.THREAD_POSTED, Action.THREAD_IMPORTED, Action.POST_REPLIED} <= set(keeping.CHANGES_A_CLOCK)
    assert set(facts.TURNS) <= set(keeping.CHANGES_A_CLOCK)


def test_whoever_is_missing_is_found_and_put_in(make: Make, promised: Cast, app: Flask) -> None:
    missing, answered, moved = (make.thread(by=promised.alice) for _number in range(3))
    expected, power = due(missing), make.category("power").id
    check = doctor.checks()["queue"]
    assert list(check.problems()) == []
    with writing():
        db.session.execute(delete(ThreadClock).where(ThreadClock.thread_id == missing.id))
        db.session.execute(update(Thread).where(Thread.id == answered.id).values(waiting_since=None))
        db.session.execute(update(Thread).where(Thread.id == moved.id).values(category_id=power))
    assert list(check.problems()) == ["threads that wait: 1 are missing from the queue, 2 stand in it wrongly"]
    assert check.repair is not None
    assert check.repair() == 3
    assert list(check.problems()) == []
    assert (due(missing), due(answered), due(moved)) == (expected, None, (None, None))


def test_mending_goes_on_over_batches(make: Make, promised: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "BATCH", 2)
    threads = [make.thread(by=promised.alice) for _number in range(5)]
    with writing():
        db.session.execute(delete(ThreadClock))
    assert keeping.mend() == 5
    assert {due(thread) for thread in threads} == {("first_response", MONDAY + HOUR)}
    assert keeping.mend() == 0


def test_what_left_no_event_does_not_stop_the_clock_for_ever() -> None:
    turns = [facts.Turn(Action.THREAD_MARKED_DUPLICATE, MONDAY, None)]
    assert facts.over(turns, is_over=True) == ((MONDAY, None),)
    assert facts.over(turns, is_over=False) == ()


def test_two_solutions_and_a_lock_are_over_until_all_are_gone() -> None:
    acts = [
        (Action.THREAD_SOLVED, 1), (Action.THREAD_SOLVED, 2), (Action.THREAD_UNSOLVED, 1), (Action.THREAD_LOCKED, None),
        (Action.POST_HIDDEN, 2), (Action.THREAD_UNLOCKED, None), (Action.POST_RESTORED, 2), (Action.THREAD_REOPENED, None),
    ]  # fmt: skip
    turns = [facts.Turn(action, MONDAY + number * HOUR, post) for number, (action, post) in enumerate(acts)]
    assert facts.over(turns, is_over=False) == (
        (MONDAY, MONDAY + 5 * HOUR),
        (MONDAY + 6 * HOUR, MONDAY + 7 * HOUR),
    )


def test_the_facts_of_a_thread_say_what_happened(make: Make, promised: Cast) -> None:
    thread = make.thread(by=promised.alice)
    with later(1):
        reply = make.reply(thread, promised.carol)
    with later(2), writing():
        solving.mark_solution(reply, by=promised.alice)
    db.session.rollback()
    found = facts.facts_of([db.session.get_one(Thread, thread.id)])[thread.id]
    assert [(said.at, said.by_staff) for said in found.posts] == [(MONDAY, False), (MONDAY + HOUR, True)]
    assert found.over == ((MONDAY + 2 * HOUR, None),)


ACTS = ("ask", "answer", "reply", "solve", "reopen", "lock", "unlock", "hide", "restore", "move", "target")


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(1, 200)), max_size=14))
def test_whatever_happens_the_rows_are_those_that_are_worked_out_anew(
    make: Make, promised: Cast, acts: list[tuple[str, int, int]]
) -> None:
    with writing():
        db.session.execute(delete(ThreadClock))
        db.session.execute(update(Thread).values(visibility="removed"))
    threads = [make.thread(by=promised.alice) for _number in range(3)]
    moment = MONDAY
    for act, which, minutes in acts:
        moment += minutes * timedelta(minutes=1)
        with clock.frozen(moment):
            try_to(act, threads[which], make, promised)
            work()
    db.session.rollback()
    with clock.frozen(moment):
        kept = rows()
        with writing():
            db.session.execute(delete(ThreadClock))
        keeping.mend()
        assert rows() == kept


def try_to(act: str, thread: Thread, make: Make, cast: Cast) -> None:
    """One act, if it fits."""
    posts = db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.number)).all()
    db.session.refresh(thread)
    match act:
        case "answer":
            make.reply(thread, cast.carol)
        case "ask" | "reply" if thread.locked_at is None:
            make.reply(thread, cast.alice)
        case "target":
            promise(cast.jana, make.category(), 30 + thread.id % 40, 60, 120)
        case _:
            with writing():
                _moderate(act, thread, posts, make, cast)


def _moderate(act: str, thread: Thread, posts: list[Post], make: Make, cast: Cast) -> None:  # type: ignore[type-arg]
    last = posts[-1]
    match act:
        case "solve" if last.number > 1 and last.visibility == "published":
            solving.mark_solution(last, by=cast.carol)
        case "reopen" if thread.solved_at:
            solving.reopen(thread, by=cast.alice)
        case "lock" if not thread.locked_at:
            moderating.lock_thread(thread, by=cast.dora, reason="So.")
        case "unlock" if thread.locked_at:
            moderating.unlock_thread(thread, by=cast.dora, reason="")
        case "hide" if last.visibility == "published":
            moderating.hide_post(last, by=cast.dora, reason="So.")
        case "restore" if last.visibility == "hidden":
            moderating.restore_post(last, by=cast.dora, reason="So.")
        case "move":
            other = make.category("power" if thread.category_id == make.category().id else "internet")
            moderating.move_thread(thread, other, by=cast.dora)


def rows() -> list[tuple[object, ...]]:
    columns = (
        ThreadClock.thread_id, ThreadClock.category_id, ThreadClock.waiting_since, ThreadClock.turn, ThreadClock.turn_at,
        ThreadClock.kind, ThreadClock.started_at, ThreadClock.due_at,
    )  # fmt: skip
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(ThreadClock.thread_id))]


def test_silent_facts_are_kept_too(make: Make, promised: Cast) -> None:
    with events.silently():
        thread = make.thread(by=promised.alice)
    assert due(thread) == ("first_response", MONDAY + HOUR)
