"""Every act of staff on what belongs to others leaves exactly one row, in the act's own transaction, through whatever door."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from community.accounts import people
from community.core.extensions import db, writing
from community.threads import editing, moderating, solving, tagging
from community.threads.models import Post, Thread
from moderation import audit
from moderation.models import AuditEntry
from tests.making import Cast, Make, words


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(by=cast.alice)


def opening_of(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_a_row_says_who_what_why_before_and_after(make: Make, cast: Cast, thread: Thread) -> None:
    room = make.category("power")
    with writing():
        moderating.move_thread(thread, room, by=cast.carol, reason="It is about the meter.")
    (entry,) = entries()
    assert (entry.actor_id, entry.act, entry.thread_id) == (cast.carol.id, "thread.moved", thread.id)
    assert entry.reason == "It is about the meter."
    assert entry.change == {"before": "internet", "after": "power"}


def test_an_act_that_fails_leaves_no_row(cast: Cast, thread: Thread) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        moderating.lock_thread(thread, by=cast.carol, reason="Enough.")
        raise ZeroDivisionError
    assert entries() == []


def test_what_customers_do_to_their_own_is_not_logged(make: Make, cast: Cast, thread: Thread) -> None:
    answer = make.reply(thread, cast.bob)
    with writing():
        solving.mark_solution(answer, by=cast.alice)
        editing.edit_post(
            opening_of(thread), by=cast.alice, words=words("Anew."), started_from=1, title="Another title of hers"
        )
    assert entries() == []


def test_what_staff_do_to_their_own_is_not_logged(make: Make, cast: Cast, thread: Thread) -> None:
    answer = make.reply(thread, cast.carol)
    with writing():
        editing.edit_post(answer, by=cast.carol, words=words("Better said."), started_from=1)
    assert entries() == []


def test_staff_editing_retitling_tagging_and_solving_are_logged_once_each(
    make: Make, cast: Cast, thread: Thread
) -> None:
    answer = make.reply(thread, cast.bob)
    with writing():
        editing.edit_post(opening_of(thread), by=cast.carol, words=words("Without the number."), started_from=1)
        editing.edit_post(
            opening_of(thread), by=cast.carol, words=words("Without the number."), started_from=2, title="A clear title"
        )
        tagging.set_tags(thread, ["wlan"], by=cast.carol)
        tagging.set_tags(thread, ["wlan"], by=cast.carol)
        solving.mark_solution(answer, by=cast.carol)
        solving.mark_solution(answer, by=cast.carol)
        solving.unmark_solution(answer, by=cast.carol)
        solving.mark_solution(answer, by=cast.carol)
        solving.reopen(thread, by=cast.carol)
    acts = [entry.act for entry in entries()]
    assert acts == [
        "post.edited",
        "thread.retitled",
        "post.edited",
        "thread.tagged",
        "thread.solved",
        "thread.unsolved",
        "thread.solved",
        "thread.reopened",
    ]


def test_shutting_an_account_and_opening_it_again_are_logged_but_not_public(cast: Cast) -> None:
    with writing():
        people.disable(cast.bob, by=cast.jana, reason="sold to a spammer")
    with writing():
        people.enable(cast.bob, by=cast.jana)
    shut, opened = entries()
    assert (shut.act, shut.person_id, shut.reason) == ("person.disabled", cast.bob.id, "sold to a spammer")
    assert (opened.act, opened.person_id) == ("person.enabled", cast.bob.id)
    assert not shut.is_public
    assert not opened.is_public


def test_a_change_of_role_by_staff_is_logged_but_not_public(cast: Cast) -> None:
    with writing():
        people.set_role(cast.bob, "agent", by=cast.jana)
    (entry,) = entries()
    assert (entry.act, entry.person_id, entry.is_public) == ("person.role_changed", cast.bob.id, False)
    assert audit.public_entries() == []


def test_the_entries_of_a_thread_are_its_own_newest_first(make: Make, cast: Cast, thread: Thread) -> None:
    other = make.thread(by=cast.bob)
    with writing():
        moderating.lock_thread(thread, by=cast.carol, reason="First.")
        moderating.lock_thread(other, by=cast.carol, reason="Elsewhere.")
        moderating.unlock_thread(thread, by=cast.dora, reason="Second.")
    assert [entry.reason for entry in audit.entries_of(thread)] == ["Second.", "First."]


def test_one_event_cannot_be_logged_twice(cast: Cast, thread: Thread) -> None:
    with writing():
        moderating.lock_thread(thread, by=cast.carol, reason="Enough.")
    assert db.session.scalar(select(func.count(func.distinct(AuditEntry.event_id)))) == len(entries()) == 1
