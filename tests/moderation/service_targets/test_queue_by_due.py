"""The queue: what is due first comes first, then who waits longest; paged by key, by an index, with as many questions for many as for few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text

from community.core import clock, transactions
from community.core.extensions import db, writing
from community.threads.models import Post, Thread
from moderation import queue
from moderation.queue import Filter
from moderation.service_targets import keeping
from moderation.service_targets.models import ThreadClock
from tests.conftest import MONDAY, ON_POSTGRES
from tests.counting import statements
from tests.making import Cast, Make
from tests.moderation.service_targets.promising import promise
from tests.sending import parse, text_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def waiting(make: Make, cast: Cast) -> list[Thread]:
    """In the order in which they should come."""
    promise(cast.jana, make.category("internet"), 240)
    promise(cast.jana, make.category("power"), 60)
    wanted = []
    for title, minutes, category in (
        ("due at ten", 0, "power"),
        ("due at ten thirty", 30, "power"),
        ("due at two", 0, "internet"),
        ("waits for two hours", -60, "elsewhere"),
        ("waits for an hour", 0, "elsewhere"),
    ):
        with clock.frozen(MONDAY + minutes * MINUTE):
            wanted.append(make.thread(by=cast.alice, title=title, category=category))
    return wanted


def titles(**chosen: str) -> list[str]:
    return [thread.title for thread in queue.queue(Filter(**chosen))[0]]


def test_what_is_due_first_comes_first_then_who_waits_longest(waiting: list[Thread]) -> None:
    assert titles() == [thread.title for thread in waiting]


def test_filters_keep_the_order(waiting: list[Thread]) -> None:
    assert titles(category="power") == ["due at ten", "due at ten thirty"]
    assert titles(category="elsewhere") == ["waits for two hours", "waits for an hour"]
    assert titles(category="nowhere") == []
    assert titles(language="en") == [thread.title for thread in waiting]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_pages_follow_each_other_without_gaps_or_doubles(waiting: list[Thread], size: int) -> None:
    found: list[int] = []
    key = ""
    for _page in range(6):
        threads, key = queue.queue(Filter(after=key), most=size)
        found += [thread.id for thread in threads]
        if not key:
            break
    assert found == [thread.id for thread in waiting]


def test_a_microsecond_is_no_gap(make: Make, cast: Cast) -> None:
    for number in range(40):
        with clock.frozen(MONDAY + timedelta(microseconds=333_333 + number)):
            make.thread(by=cast.alice, title=f"Number {number}")
    found: list[str] = []
    key = ""
    while True:
        threads, key = queue.queue(Filter(after=key), most=1)
        found += [thread.title for thread in threads]
        if not key:
            break
    assert found == [f"Number {number}" for number in range(40)]


def test_rows_say_due_or_overdue_and_when(waiting: list[Thread], cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    with clock.frozen(MONDAY + 70 * MINUTE):
        page = parse(browser_of(cast.carol).get("/moderation"))
    (rows,) = [item for item in page.iter("ol") if item.get("class") == "queue"]
    first, second, third, fourth, _fifth = [text_of(row) for row in rows]
    assert "Overdue" in first
    assert "10 minutes ago" in first
    assert "Due" in second
    assert "in 20 minutes" in second
    assert "in 4 hours" in third
    assert "Due" not in fourth
    assert "Needs an answer" in fourth


def test_the_case_shows_its_clocks(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    promise(cast.jana, make.category(), 60, 60, 600)
    thread = make.thread(by=cast.alice)

    def shown(minutes: int) -> str:
        with clock.frozen(MONDAY + minutes * MINUTE):
            page = parse(browser_of(cast.carol).get(f"/moderation?case={thread.id}"))
        return " ".join(text_of(item) for item in page.iter("dl") if "case-clocks" in item.get("class", ""))

    assert "First answer Due in 40 minutes 20 minutes of 1 hour" in shown(20)
    assert "First answer Overdue 20 minutes ago 1 h 20 min of 1 hour" in shown(80)
    with clock.frozen(MONDAY + 30 * MINUTE):
        make.reply(thread, cast.carol)
    assert "First answer kept 30 minutes of 1 hour" in shown(40)
    assert "Solution stands while nobody waits for staff 30 minutes of 10 hours" in shown(40)


def test_without_a_target_the_case_shows_none(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    assert "case-clocks" not in browser_of(cast.carol).get(f"/moderation?case={thread.id}").get_data(as_text=True)


def test_the_desk_asks_as_often_for_many_as_for_few(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol: FlaskClient = browser_of(cast.carol)
    promise(cast.jana, make.category(), 60, 60, 600)
    thread = make.thread(by=cast.alice, tags=["wlan"])

    def asked() -> int:
        with statements() as seen:
            assert carol.get(f"/moderation?case={thread.id}").status_code == 200
        return len(seen)

    few = asked()
    for number in range(35):  # more than a page
        make.thread(by=cast.alice, title=f"One more of hers, {number}", tags=["wlan"])
    assert asked() == few


@pytest.mark.skipif(ON_POSTGRES, reason="asks SQLite how it would look")
@pytest.mark.parametrize("chosen", [Filter(), Filter(after="0-1-1"), Filter(after="1-1-1"), Filter(category="power")])
def test_a_page_is_read_from_an_index_in_its_order(waiting: list[Thread], chosen: Filter) -> None:
    rows = queue._by_turn(chosen)
    said = rows.limit(31).compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = " ".join(str(row[3]) for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {said}")))
    assert "TEMP B-TREE" not in plan
    assert "ix_thread_clocks" in plan


def test_thousands_page_as_fast_as_ten(make: Make, cast: Cast) -> None:
    """Told by what is read, not by a watch: the steps that the database takes for a page are as many."""
    promise(cast.jana, make.category(), 60)
    model = make.thread(by=cast.alice)
    few = steps()
    plant(model, 3_000)
    assert keeping.mend() == 3_000
    last_key = f"0-{round((MONDAY - timedelta(days=9)).timestamp() * 1e6)}-1"
    for counted in (False, True):
        if counted:
            transactions.count_rows(db)
        assert steps() < 40 * few + 5_000
        assert steps(after=last_key) < 40 * few + 5_000
        assert steps(category="internet") < 40 * few + 5_000


def steps(**chosen: str) -> int:
    """How many steps of its machine SQLite takes for a page; on PostgreSQL nothing is counted."""
    if ON_POSTGRES:
        queue.queue(Filter(**chosen))
        return 0
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    db.session.rollback()
    connection = db.session.connection().connection.driver_connection
    connection.set_progress_handler(count, 1)
    try:
        queue.queue(Filter(**chosen))
    finally:
        connection.set_progress_handler(None, 1)
        db.session.rollback()
    return counted


def plant(model: Thread, number: int) -> None:
    """So many threads like this one, as rows."""
    db.session.refresh(model)
    columns = {c.key: getattr(model, c.key) for c in Thread.__table__.columns if c.key != "id"}
    with writing():
        db.session.execute(
            insert(Thread),
            [
                columns | {"waiting_since": MONDAY - timedelta(minutes=each), "title": f"T {each}"}
                for each in range(number)
            ],
        )
    assert db.session.scalar(select(Post.id).limit(1)) is not None
    assert db.session.scalar(select(ThreadClock.thread_id).limit(1)) is not None
