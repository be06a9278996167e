"""Posting: threads, replies, and what the lists know of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from community.core import clock, pages
from community.core.errors import Conflict
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads import moderating, posting, repair, solving, states
from community.threads.models import Post, Revision, State, Thread
from tests.conftest import MONDAY
from tests.counting import statements
from tests.making import Cast, Make, words


@dataclass
class Kept:
    """The columns that `derive` keeps."""

    reply_count: int
    first_answered_at: datetime | None
    last_post_at: datetime
    last_post_by_id: int | None
    waiting_since: datetime | None
    solved_at: datetime | None


def kept(thread: Thread) -> Kept:
    return Kept(**{name: getattr(thread, name) for name in Kept.__dataclass_fields__})


def events_of(action: Action) -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.action == action.value).order_by(Event.id)))


def test_a_new_thread_waits_for_staff_and_is_counted_in_its_category(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice, tags=["router", "wifi"])
    assert thread.state == State.NEEDS_STAFF
    assert (thread.waiting_since, thread.reply_count, thread.slug) == (MONDAY, 0, "no-internet-since-this-morning")
    assert make.category().thread_count == 1
    assert [event.thread_id for event in events_of(Action.THREAD_POSTED)] == [thread.id]


def test_a_title_becomes_a_readable_address() -> None:
    assert posting.slug_of("Störungsmeldung für Straße 5") == "stoerungsmeldung-fuer-strasse-5"
    assert posting.slug_of("😀😀😀😀😀😀😀😀") == "thread"
    assert len(posting.slug_of("ein sehr langer Titel " * 20)) <= 80


def test_a_staff_reply_ends_the_waiting_and_a_customers_reply_begins_it_again(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice)
    with clock.frozen(MONDAY + timedelta(hours=1)):
        make.reply(thread, cast.bob)
    assert (thread.waiting_since, thread.first_answered_at) == (MONDAY, MONDAY + timedelta(hours=1))
    with clock.frozen(MONDAY + timedelta(hours=2)):
        make.reply(thread, cast.carol)
    assert thread.state == State.WAITING
    with clock.frozen(MONDAY + timedelta(hours=3)):
        make.reply(thread, cast.alice)
    assert thread.waiting_since == MONDAY + timedelta(hours=3)
    assert thread.reply_count == 3


def test_a_locked_thread_takes_replies_of_staff_alone(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice)
    with writing():
        moderating.lock_thread(thread, by=cast.dora, reason="enough said")
    with pytest.raises(Conflict):
        make.reply(thread, cast.alice)
    make.reply(thread, cast.carol)
    assert thread.reply_count == 1


def test_a_thread_cannot_be_opened_in_an_archived_category(make: Make, cast: Cast) -> None:
    category = make.category("old", archived_at=MONDAY)
    with pytest.raises(Conflict), writing():
        posting.post_thread(by=cast.alice, category=category, title="A title", words=words("x"), language="en")


def test_numbers_are_never_given_twice(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice, replies=3)
    last = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 4)).one()
    with writing():
        moderating.hide_post(last, by=cast.dora, reason="advertising")
    assert make.reply(thread, cast.bob).number == 5


def test_every_post_keeps_its_first_revision(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice, title="The title of it", body="first words")
    rows = db.session.scalars(select(Revision)).all()
    assert [(row.number, row.title, row.source) for row in rows] == [(1, thread.title, "first words")]


def test_who_is_mentioned_is_part_of_the_event(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice)
    said = words("hello")
    said = posting.Words(said.source, said.rendered, mentioned=(cast.bob.id,))
    with writing():
        posting.reply(thread, by=cast.carol, words=said)
    assert events_of(Action.POST_REPLIED)[0].payload == {"mentioned": [cast.bob.id]}


def test_lists_and_the_thread_are_marked_as_changed_by_a_reply(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice)
    before, lists = thread.version, pages.lists_stamp()
    make.reply(thread, cast.bob)
    assert thread.version > before
    assert pages.lists_stamp() != lists


def test_a_reply_costs_the_same_in_a_long_thread(make: Make, cast: Cast) -> None:
    short, long = make.thread(cast.alice, replies=1), make.thread(cast.alice, replies=60)
    with statements() as in_short:
        make.reply(short, cast.bob)
    with statements() as in_long:
        make.reply(long, cast.bob)
    assert len(in_short) == len(in_long)
    assert not [text for text in in_long.texts if "FROM posts" in text and "posts.thread_id = " in text]


ACTS = ("alice", "bob", "carol", "dora", "hide", "restore", "solve", "unsolve", "reopen", "lock", "unlock")


@given(acts=st.lists(st.sampled_from(ACTS), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_reply_notes_is_what_derive_finds(make: Make, acts: list[str]) -> None:
    people = {name: make._somebody(name, role) for name, role in (
        ("alice", "customer"), ("bob", "customer"), ("carol", "agent"), ("dora", "moderator"))}  # fmt: skip
    with clock.frozen(MONDAY):
        thread = make.thread(people["alice"])
    for step, act in enumerate(acts, 1):
        with clock.frozen(MONDAY + timedelta(minutes=step)):
            _perform(make, thread, act, people)
        noted = asdict(kept(thread))
        with writing():
            states.derive(thread)
            found = asdict(kept(thread))
        assert noted == found, acts[:step]


def _perform(make: Make, thread: Thread, act: str, people: dict) -> None:  # type: ignore[type-arg]
    if act in people:
        if thread.locked_at is None or people[act].is_staff:
            make.reply(thread, people[act])
        return
    db.session.rollback()
    last = db.session.scalars(
        select(Post).where(Post.thread_id == thread.id, Post.number > 1).order_by(Post.number.desc())
    ).first()
    dora = people["dora"]
    verbs = {
        "hide": lambda: moderating.hide_post(last, by=dora, reason="x"),
        "restore": lambda: moderating.restore_post(last, by=dora, reason="x"),
        "solve": lambda: solving.mark_solution(last, by=dora),
        "unsolve": lambda: solving.unmark_solution(last, by=dora),
        "reopen": lambda: solving.reopen(thread, by=dora),
        "lock": lambda: moderating.lock_thread(thread, by=dora, reason="x"),
        "unlock": lambda: moderating.unlock_thread(thread, by=dora, reason="x"),
    }
    if last is None and act in ("hide", "restore", "solve", "unsolve"):
        return
    try:
        with writing():
            verbs[act]()
    except Conflict:
        pass


def test_doctor_sees_a_count_that_drifted_and_repair_mends_it(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice, replies=2)
    assert list(repair.drift()) == []
    with writing():
        thread.reply_count, thread.me_too_count = 7, 3
        make.category().thread_count = 9
    assert len(list(repair.drift())) == 3
    assert repair.repair() == 3
    assert list(repair.drift()) == []
    assert (thread.reply_count, thread.me_too_count, make.category().thread_count) == (2, 0, 1)
