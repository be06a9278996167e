"""What staff do to threads and posts: the verbs. Their addresses are tested with the desk."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from community.core.errors import Conflict
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads import moderating, visibility
from community.threads.models import Post, State, Thread
from tests.making import Cast, Make


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(cast.alice)


def opening_of(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def last_event() -> Event:
    return db.session.scalars(select(Event).order_by(Event.id.desc())).first()  # type: ignore[return-value]


def test_a_hidden_reply_counts_no_more_and_restoring_counts_it_again(make: Make, cast: Cast, thread: Thread) -> None:
    reply = make.reply(thread, cast.carol)
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="wrong")
    assert (thread.reply_count, thread.state) == (0, State.NEEDS_STAFF)
    assert (last_event().action, last_event().reason) == (Action.POST_HIDDEN, "wrong")
    with writing():
        moderating.restore_post(reply, by=cast.dora, reason="right")
    assert (thread.reply_count, thread.state, reply.hidden_reason) == (1, State.WAITING, None)


def test_hiding_the_question_hides_the_thread_from_all_but_its_author_and_staff(
    make: Make, cast: Cast, thread: Thread
) -> None:
    with writing():
        moderating.hide_post(opening_of(thread), by=cast.dora, reason="x")
    seen = {name: visibility.visible_thread(thread.id, person) is not None for name, person in vars(cast).items()}
    assert seen == {"alice": True, "bob": False, "carol": True, "dora": True, "jana": True}
    assert visibility.visible_thread(thread.id, None) is None
    assert make.category().thread_count == 0
    with writing():
        moderating.restore_post(opening_of(thread), by=cast.dora, reason="x")
    assert make.category().thread_count == 1


@pytest.mark.parametrize("verb", ["hide", "lock"])
def test_doing_it_twice_is_a_conflict(cast: Cast, thread: Thread, verb: str) -> None:
    def act() -> None:
        with writing():
            if verb == "hide":
                moderating.hide_post(opening_of(thread), by=cast.dora, reason="x")
            else:
                moderating.lock_thread(thread, by=cast.dora, reason="x")

    act()
    with pytest.raises(Conflict):
        act()


def test_undoing_what_was_not_done_is_a_conflict(cast: Cast, thread: Thread) -> None:
    with pytest.raises(Conflict), writing():
        moderating.restore_post(opening_of(thread), by=cast.dora, reason="x")
    with pytest.raises(Conflict), writing():
        moderating.unlock_thread(thread, by=cast.dora, reason="x")


def test_a_lock_closes_and_unlocking_lets_customers_wait_again(cast: Cast, thread: Thread) -> None:
    with writing():
        moderating.lock_thread(thread, by=cast.dora, reason="x")
    assert (thread.state, thread.waiting_since) == (State.CLOSED, None)
    with writing():
        moderating.unlock_thread(thread, by=cast.dora, reason="x")
    assert thread.state == State.NEEDS_STAFF


def test_a_moved_thread_is_counted_where_it_is(make: Make, cast: Cast, thread: Thread) -> None:
    power = make.category("power")
    for _time in range(2):
        with writing():
            moderating.move_thread(thread, power, by=cast.dora)
    assert (make.category("internet").thread_count, make.category("power").thread_count) == (0, 1)
    moves = db.session.scalars(select(Event).where(Event.action == Action.THREAD_MOVED.value)).all()
    assert [event.payload for event in moves] == [{"before": "internet", "after": "power"}]


def test_duplicates_lead_to_the_last_master(make: Make, cast: Cast, thread: Thread) -> None:
    second, third = make.thread(cast.bob, title="The second one"), make.thread(cast.bob, title="The third one")
    with writing():
        moderating.mark_duplicate(thread, second, by=cast.dora)
    with writing():
        moderating.mark_duplicate(second, third, by=cast.dora)
    assert (thread.duplicate_of_id, second.duplicate_of_id) == (third.id, third.id)
    assert thread.state == State.CLOSED
    with pytest.raises(Conflict), writing():
        moderating.mark_duplicate(third, thread, by=cast.dora)
