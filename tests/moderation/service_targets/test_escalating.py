"""A missed target is noted once, recorded once a step, and told by notification and mail: the owner, an hour later the role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community import timetable
from community.accounts import people
from community.core import clock
from community.core.events import Event
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.notifications import notifying
from community.notifications.models import Notification
from community.threads import moderating
from community.threads.models import Post, Thread
from moderation.models import AuditEntry
from moderation.service_targets import escalating
from tests.conftest import MONDAY
from tests.counting import statements
from tests.making import Cast, Make
from tests.moderation.service_targets.promising import calendar, clock_of, promise
from tests.sending import parse, text_of
from tests.working import work

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nobody_owns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalating, "_asked", [])


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    """Due at ten o'clock."""
    promise(cast.jana, make.category(), 60, 60)
    return make.thread(by=cast.alice)


@contextmanager
def later(hours: float) -> Iterator[None]:
    with clock.frozen(MONDAY + hours * HOUR):
        yield


def look(hours: float) -> None:
    """What the worker does so many hours after nine."""
    with later(hours):
        escalating.escalate()
        work()


def breaches() -> list[tuple[int, list[int]]]:
    db.session.rollback()
    rows = db.session.scalars(select(Event).where(Event.action == "target.breached").order_by(Event.id))
    return [(row.payload["step"], row.payload["told"]) for row in rows]


def mailed() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Mail.address).where(Mail.name == "breached")))


def test_nothing_happens_before_it_is_due(thread: Thread) -> None:
    look(0.99)
    row = clock_of(thread)
    assert row is not None
    assert (row.breached_at, row.steps, row.pressure) == (None, 0, "due")
    assert breaches() == []


def test_a_missed_target_is_noted_and_told_to_moderators_and_admins_once(thread: Thread, cast: Cast) -> None:
    for hours in (1, 1.1, 2, 30, 300):
        look(hours)
    row = clock_of(thread)
    assert row is not None
    assert row.breached_at == MONDAY + HOUR
    assert breaches() == [(2, [cast.dora.id, cast.jana.id])]
    assert mailed() == ["dora@example.org", "jana@example.org"]
    kinds = db.session.execute(select(Notification.person_id, Notification.kind, Notification.thread_id)).all()
    assert sorted(tuple(row) for row in kinds) == [
        (cast.dora.id, "breached", thread.id),
        (cast.jana.id, "breached", thread.id),
    ]


def test_it_is_no_act_of_staff(thread: Thread) -> None:
    before = len(db.session.scalars(select(AuditEntry)).all())
    look(1)
    assert len(db.session.scalars(select(AuditEntry)).all()) == before


def test_the_owner_is_told_first_and_the_role_an_open_hour_later(thread: Thread, cast: Cast) -> None:
    escalating.ask_for_owner(lambda thread_id: cast.carol.id)
    look(1)
    assert breaches() == [(1, [cast.carol.id])]
    assert mailed() == ["carol@example.org"]
    look(1.9)
    assert len(breaches()) == 1
    look(2)
    look(3)
    assert breaches() == [(1, [cast.carol.id]), (2, [cast.dora.id, cast.jana.id])]
    assert mailed() == ["carol@example.org", "dora@example.org", "jana@example.org"]


def test_an_owner_in_the_role_is_not_told_twice(thread: Thread, cast: Cast) -> None:
    escalating.ask_for_owner(lambda thread_id: cast.dora.id)
    look(1)
    look(2)
    assert breaches() == [(1, [cast.dora.id]), (2, [cast.jana.id])]


def test_the_hour_until_the_role_is_told_is_one_of_the_calendar(make: Make, cast: Cast) -> None:
    promise(cast.jana, make.category(), 150)
    make.thread(by=cast.alice)
    escalating.ask_for_owner(lambda thread_id: cast.carol.id)
    look(2.5)  # half past eleven; at twelve is lunch for an hour
    look(4.4)
    assert len(breaches()) == 1
    look(4.5)
    assert len(breaches()) == 2


def test_an_answer_in_time_is_no_breach(make: Make, thread: Thread, cast: Cast) -> None:
    with later(0.5):
        make.reply(thread, cast.carol)
    look(5)
    assert breaches() == []


def test_the_next_wait_is_told_anew(make: Make, thread: Thread, cast: Cast) -> None:
    look(1)
    with later(1.5):
        make.reply(thread, cast.carol)
    with later(1.75):
        make.reply(thread, cast.alice)
    look(5)
    assert breaches() == [(2, breaches()[0][1]), (1, [cast.carol.id])]  # who answered answers for it


def test_another_target_or_calendar_does_not_tell_of_the_same_wait_again(
    make: Make, thread: Thread, cast: Cast
) -> None:
    look(1)
    with later(1.5):
        promise(cast.jana, make.category(), 80, 60)
        calendar(cast.jana, "Mon-Fri 9-18")
        work()
    look(8)
    assert len(breaches()) == 1
    row = clock_of(thread)
    assert row is not None
    assert row.breached_at == MONDAY + 8 * HOUR


def test_who_is_shut_out_or_without_a_confirmed_address_gets_no_mail(make: Make, thread: Thread, cast: Cast) -> None:
    with writing():
        people.disable(cast.dora)
        cast.jana.email_verified_at = None
    look(1)
    assert breaches() == [(2, [cast.jana.id])]
    assert mailed() == []
    assert len(db.session.scalars(select(Notification)).all()) == 1


def test_what_was_answered_meanwhile_is_not_mailed(make: Make, thread: Thread, cast: Cast) -> None:
    with later(1):
        escalating.escalate()
        assert escalating.may_still_be_told(cast.dora.id, thread.id)
        make.reply(thread, cast.carol)
        assert not escalating.may_still_be_told(cast.dora.id, thread.id)
        work()
    assert mailed() == []


def test_what_is_hidden_is_neither_told_nor_mailed(make: Make, thread: Thread, cast: Cast) -> None:
    other = make.thread(by=cast.alice)
    openings = db.session.scalars(select(Post).where(Post.number == 1).order_by(Post.thread_id)).all()
    with writing():
        moderating.hide_post(openings[1], by=cast.dora, reason="So.")
    with later(1):
        escalating.escalate()
        assert breaches() == [(2, [cast.dora.id, cast.jana.id])]
        with writing():
            moderating.hide_post(openings[0], by=cast.dora, reason="So.")
        work()
    assert mailed() == []
    assert not escalating.may_still_be_told(cast.dora.id, thread.id)
    assert clock_of(other) is None


def test_who_has_left_the_staff_is_not_mailed(thread: Thread, cast: Cast) -> None:
    with later(1):
        assert not escalating.may_still_be_told(cast.bob.id, thread.id)
        with writing():
            people.set_role(cast.dora, "customer")
        assert not escalating.may_still_be_told(cast.dora.id, thread.id)


def test_the_mail_says_what_is_overdue_in_the_readers_language(thread: Thread, cast: Cast) -> None:
    with writing():
        cast.jana.language = "de"
    look(1)
    db.session.rollback()
    to_dora, to_jana = db.session.scalars(select(Mail).where(Mail.name == "breached").order_by(Mail.address)).all()
    assert to_dora.subject == f"Overdue: {thread.title}"
    assert f"http://localhost/moderation?case={thread.id}" in to_dora.text
    assert "First answer" in to_dora.text
    assert "First answer" in to_dora.html
    assert to_jana.subject == f"Überfällig: {thread.title}"
    assert "Erste Antwort" in to_jana.text


def test_the_notification_is_read_as_a_sentence(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    look(1)
    page = browser_of(cast.dora).get("/notifications")
    assert f"A customer waits too long in “{thread.title}”" in text_of(parse(page))
    assert notifying.unread_count(cast.dora) == 1


def test_more_than_a_batch_is_told_at_once(make: Make, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalating, "BATCH", 2)
    promise(cast.jana, make.category(), 60)
    for _number in range(5):
        make.thread(by=cast.alice)
    look(1)
    assert len(breaches()) == 5


def test_when_nothing_is_due_one_question_is_asked(thread: Thread, app: Flask) -> None:
    with statements() as seen:
        escalating.escalate()
    assert len(seen) == 1


def test_the_worker_looks_every_minute() -> None:
    assert timetable.EVERY[escalating.ESCALATE] == timedelta(minutes=1)
