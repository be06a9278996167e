"""Many at the same time: customers write, staff answer, the worker works clocks out anew and looks for breaches. Afterwards all is right."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.core import clock, limits
from community.core.events import Event
from community.core.extensions import db
from moderation.service_targets import escalating, keeping
from moderation.service_targets.models import ThreadClock
from tests.conftest import MONDAY
from tests.making import Cast, Make
from tests.moderation.service_targets.promising import promise


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("post", "post-staff"):
        monkeypatch.setitem(limits.RATES, name, limits.Rate(10_000, 60))


def within(app: Flask, act: Callable[[], object]) -> None:
    with app.app_context():
        act()
        db.session.remove()


def test_rows_are_right_after_everyone_acted_at_once(make: Make, cast: Cast, app: Flask, browser_of) -> None:  # type: ignore[no-untyped-def]
    promise(cast.jana, make.category(), 60, 60, 600)
    threads = [make.thread(by=cast.alice).id for _number in range(4)]
    category_id = make.category().id
    acts: list[Callable[[], object]] = []
    for number in range(24):
        browser = browser_of((cast.alice, cast.carol, cast.bob)[number % 3])
        address = f"/threads/{threads[number % 4]}/replies"
        acts.append(lambda browser=browser, address=address, number=number: say(browser, address, number))
        acts.append(lambda: keeping.recompute(category_id))
        acts.append(keeping.mend)
    db.session.rollback()
    with clock.frozen(MONDAY + timedelta(minutes=30)), ThreadPoolExecutor(max_workers=8) as pool:
        for done in [pool.submit(within, app, act) for act in acts]:
            done.result()
        db.session.rollback()
        assert list(keeping.drift()) == []
        kept = rows()
        keeping.recompute(category_id)
        assert rows() == kept


def say(browser, address: str, number: int) -> None:  # type: ignore[no-untyped-def]
    assert browser.post(address, data={"body": f"Line {number} of the story."}).status_code == 303


def rows() -> list[tuple[object, ...]]:
    db.session.rollback()
    columns = (ThreadClock.thread_id, ThreadClock.waiting_since, ThreadClock.kind, ThreadClock.due_at)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(ThreadClock.thread_id))]


def test_a_breach_is_told_once_however_many_workers_look(make: Make, cast: Cast, app: Flask) -> None:
    promise(cast.jana, make.category(), 60)
    for _number in range(3):
        make.thread(by=cast.alice)
    db.session.rollback()
    with clock.frozen(MONDAY + timedelta(hours=1)), ThreadPoolExecutor(max_workers=8) as pool:
        for done in [pool.submit(within, app, escalating.escalate) for _number in range(16)]:
            done.result()
    db.session.rollback()
    assert len(db.session.scalars(select(Event).where(Event.action == "target.breached")).all()) == 3
