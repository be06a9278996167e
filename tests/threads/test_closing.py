"""Closing by staff, and by itself: who can still reply, who is told, and how it opens again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import func, select

from community.core import clock
from community.core.errors import Conflict
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads import closing, solving
from community.threads.models import Closing, State, Thread
from community.threads.policy import can_reply
from moderation.models import AuditEntry
from moderation.service_targets.models import ThreadClock
from tests.conftest import MONDAY
from tests.making import Cast, Make
from tests.working import work

REASON = {"reason": "Answered by phone."}


def audited() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def test_staff_close_with_a_reason_and_open_again(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread, carol = make.thread(cast.alice), browser_of(cast.carol)
    assert carol.post(f"/moderation/threads/{thread.id}/close", data=REASON).status_code == 303
    db.session.refresh(thread)
    assert (thread.state, thread.waiting_since) == (State.CLOSED, None)
    assert db.session.get(ThreadClock, thread.id) is None
    assert [can_reply(person, thread) for person in (cast.alice, cast.bob, cast.carol)] == [False, False, True]
    page = browser_of(cast.alice).get(f"/threads/{thread.id}/{thread.slug}").text
    assert "Closed by Carol: Answered by phone." in page
    assert "This thread is closed." in page
    assert carol.post(f"/moderation/threads/{thread.id}/close", data=REASON).status_code == 409
    assert carol.post(f"/moderation/threads/{thread.id}/open", data={}).status_code == 303
    db.session.refresh(thread)
    assert thread.state == State.NEEDS_STAFF
    assert db.session.get(ThreadClock, thread.id) is not None
    assert db.session.scalar(select(func.count()).select_from(Closing)) == 0
    assert audited() == ["thread.closed", "thread.opened"]


def test_a_reason_is_due(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(cast.alice)
    assert browser_of(cast.carol).post(f"/moderation/threads/{thread.id}/close", data={}).status_code == 422
    assert audited() == []


@pytest.mark.parametrize(("days", "closes"), [(29, False), (31, True)])
def test_a_quiet_solved_thread_closes_by_itself_and_nobody_is_told(
    make: Make,
    cast: Cast,
    browser_of,
    days: int,
    closes: bool,  # type: ignore[no-untyped-def]
) -> None:
    thread, open_one = make.thread(cast.alice, solved=True), make.thread(cast.alice)
    work()
    with clock.frozen(MONDAY + timedelta(days=days)):
        _quietly(thread, open_one, closes, cast, browser_of)


def _quietly(thread: Thread, open_one: Thread, closes: bool, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    told = db.session.scalar(select(func.count()).select_from(Event))
    closing.close_solved()
    db.session.rollback()
    assert [each.closed_at is not None for each in (thread, open_one)] == [closes, False]
    assert thread.state == State.SOLVED
    if closes:
        assert not can_reply(cast.alice, thread)
        assert (
            "This case was solved a while ago" in browser_of(cast.alice).get(f"/threads/{thread.id}/{thread.slug}").text
        )
        assert db.session.scalar(select(func.count()).select_from(Event)) == (told or 0) + 1
        assert audited() == []
        closing.close_solved()
        assert db.session.scalar(select(func.count()).select_from(Event)) == (told or 0) + 1


def test_a_site_can_leave_them_open(make: Make, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = make.thread(cast.alice, solved=True)
    monkeypatch.setitem(current_app.config, "SOFT_CLOSE_DAYS", 0)
    with clock.frozen(MONDAY + timedelta(days=400)):
        closing.close_solved()
    assert thread.closed_at is None


def test_what_is_not_solved_after_all_is_open_again(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice, solved=True)
    with writing():
        closing.close_thread(thread, by=None)
    with writing():
        solving.reopen(thread, by=cast.carol)
    assert thread.closed_at is None
    assert db.session.scalar(select(func.count()).select_from(Closing)) == 0
    with pytest.raises(Conflict), writing():
        closing.open_thread(thread, by=cast.carol)


def test_the_author_is_told_when_staff_close(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(cast.alice)
    with writing():
        closing.close_thread(thread, by=cast.carol, reason="By phone.")
    work()
    assert "Carol closed your thread" in browser_of(cast.alice).get("/notifications").text
    assert db.session.scalars(select(Event.reason).where(Event.action == Action.THREAD_CLOSED)).one() == "By phone."
