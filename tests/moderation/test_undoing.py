"""What was restructured by mistake is brought back exactly; what happened since is lost to nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import clock
from community.core.errors import Conflict
from community.core.extensions import db, writing
from community.intake import drafts
from community.intake.drafts import Sitting, Written
from community.notifications import following
from community.threads import moderating, posting, repair, voting
from community.threads.models import Alias, Post, Thread
from community.threads.states import derive
from moderation.models import AuditEntry
from moderation.restructuring import belongings, merging, undoing
from moderation.restructuring.models import Restructuring
from tests.making import Cast, Make, words
from tests.working import reindex, work

WHY = "Both are about the same outage."
#: What undoing may leave different: notes of the act itself, and what only grows.
CHANGING = ("version", "edited_at")
GROWS = {"restructurings", "events", "audit_log", "jobs", "page_versions", "rate_windows", "sessions"}


@pytest.fixture
def into(make: Make, cast: Cast) -> Thread:
    with clock.frozen(clock.now() - timedelta(hours=5)):
        thread = make.thread(cast.alice, title="Outage in the old town")
        make.reply(thread, cast.carol, "We look into it.")
    return thread


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    """Bob's thread with everything that a thread can have."""
    with clock.frozen(clock.now() - timedelta(hours=3)):
        thread = make.thread(cast.bob, title="Is there an outage?", tags=["lamp", "red"], solved=True)
        third = make.thread(cast.alice, title="A duplicate of Bob's")
        reply = make.reply(thread, cast.bob, "Thanks for that.")
        with writing():
            posting.reply(thread, by=cast.alice, words=words("To that."), reply_to=reply.number)
            voting.say_me_too(thread, by=cast.alice)
            voting.say_me_too(thread, by=cast.jana)
            following.follow(thread, by=cast.dora)
            following.unfollow(thread, by=cast.jana)
            moderating.mark_duplicate(third, thread, by=cast.dora)
            moderating.hide_post(reply, by=cast.dora, reason="So.")
            drafts.save_reply(thread, Written(body="Half a thought"), Sitting(), by=cast.carol)
            db.session.add(Alias(path="/threads/99999", thread_id=thread.id, number=2))
            db.session.flush()
            derive(thread)
    work()
    return thread


def merge(thread: Thread, into: Thread, cast: Cast) -> Restructuring:
    with writing():
        return merging.merge(thread, into, by=cast.dora, reason=WHY)


def undo(done: Restructuring, cast: Cast) -> None:
    with writing():
        undoing.undo(done, by=cast.carol)


def contents() -> dict[str, set[tuple[Any, ...]]]:
    """All rows, without what tells how often and when something changed."""
    db.session.rollback()
    return {
        table.name: {
            tuple(str(value) for value in row)
            for row in db.session.execute(select(*[column for column in table.c if column.name not in CHANGING]))
        }
        for table in db.metadata.sorted_tables
        if table.name not in GROWS
    }


def differences(before: dict[str, set[Any]], after: dict[str, set[Any]]) -> dict[str, set[Any]]:
    return {name: before[name] ^ after[name] for name in before if before[name] != after[name]}


def test_an_undone_merge_leaves_no_trace_in_any_row(cast: Cast, thread: Thread, into: Thread) -> None:
    before = contents()
    done = merge(thread, into, cast)
    assert set(differences(before, contents())) >= {"threads", "posts", "follows", "me_toos", "solutions", "aliases"}
    undo(done, cast)
    assert differences(before, contents()) == {}
    assert list(repair.drift()) == []


def test_it_can_be_done_and_undone_again(cast: Cast, thread: Thread, into: Thread) -> None:
    before = contents()
    for _time in range(2):
        undo(merge(thread, into, cast), cast)
    assert differences(before, contents()) == {}


def test_the_address_is_the_threads_own_again(cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient) -> None:
    done = merge(thread, into, cast)
    assert stranger.get(f"/threads/{thread.id}/{thread.slug}").status_code == 301
    undo(done, cast)
    assert stranger.get(f"/threads/{thread.id}/{thread.slug}").status_code == 200
    assert stranger.get("/threads/99999").headers["Location"] == f"/threads/{thread.id}/{thread.slug}#post-2"
    page = stranger.get(f"/threads/{into.id}/{into.slug}").get_data(as_text=True)
    assert thread.title not in page
    assert f"/threads/{thread.id}/{thread.slug}" in stranger.get("/threads").get_data(as_text=True)


def test_what_was_written_since_stays_where_it_was_written(
    make: Make, cast: Cast, thread: Thread, into: Thread
) -> None:
    done = merge(thread, into, cast)
    reply = make.reply(into, cast.alice, "Thank you all.")
    with writing():
        following.follow(into, by=cast.dora)
        voting.say_me_too(into, by=cast.bob)
    number = reply.number
    undo(done, cast)
    assert (reply.thread_id, reply.number) == (into.id, number)
    assert into.next_number == number + 1
    assert (into.me_too_count, thread.me_too_count) == (1, 2)
    assert list(repair.drift()) == []


def test_a_page_without_posts_is_no_error(make: Make, cast: Cast, into: Thread, stranger: FlaskClient) -> None:
    done = merge(make.thread(cast.bob, title="A long thread of Bob's", replies=45), into, cast)
    make.reply(into, cast.alice, "Thank you all.")
    undo(done, cast)
    for page in (1, 2, 3):
        assert stranger.get(f"/threads/{into.id}/{into.slug}?page={page}").status_code == 200


def test_a_question_that_was_hidden_meanwhile_stays_hidden(
    cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient
) -> None:
    done = merge(thread, into, cast)
    with writing():
        moderating.hide_post(db.session.get_one(Post, done.first_post_id), by=cast.dora, reason="So.")
    undo(done, cast)
    assert thread.visibility == "hidden"
    assert stranger.get(f"/threads/{thread.id}/{thread.slug}").status_code == 404
    assert list(repair.drift()) == []


def test_the_search_finds_both_again(cast: Cast, thread: Thread, into: Thread) -> None:
    done = merge(thread, into, cast)
    assert reindex() == 2
    undo(done, cast)
    work()
    assert reindex() == 3


def test_the_later_act_is_undone_first(make: Make, cast: Cast, thread: Thread, into: Thread) -> None:
    before = contents()
    first = merge(thread, into, cast)
    third = db.session.scalars(select(Thread).where(Thread.title == "A duplicate of Bob's")).one()
    with writing():
        third.duplicate_of_id = None
    second = merge(third, into, cast)
    with pytest.raises(Conflict, match="Undo the later act first"):
        undo(first, cast)
    undo(second, cast)
    undo(first, cast)
    assert set(differences(before, contents())) == {
        "threads",
        "thread_clocks",
    }  # the link that was taken away between: somebody waits there now


def test_undoing_twice_is_a_conflict_with_a_sentence(cast: Cast, thread: Thread, into: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    done = merge(thread, into, cast)
    carol = browser_of(cast.carol)
    assert carol.post(f"/moderation/restructurings/{done.id}/undo").status_code == 303
    answer = carol.post(f"/moderation/restructurings/{done.id}/undo")
    assert (answer.status_code, "undone already" in answer.get_data(as_text=True)) == (409, True)


def test_staff_undo_it_from_the_notice_and_it_is_logged_once(
    cast: Cast, thread: Thread, into: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    done = merge(thread, into, cast)
    address = f"/moderation/restructurings/{done.id}/undo"
    carol = browser_of(cast.carol)
    assert address in carol.get(f"/threads/{into.id}/{into.slug}").get_data(as_text=True)
    assert carol.post(address).headers["Location"] == f"/threads/{thread.id}/{thread.slug}"
    acts = list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id.desc()).limit(2)))
    assert acts == ["thread.restructuring_undone", "thread.merged"]


def test_undoing_is_for_staff_and_never_a_get(
    cast: Cast, thread: Thread, into: Thread, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    done = merge(thread, into, cast)
    address = f"/moderation/restructurings/{done.id}/undo"
    for customer in (cast.alice, cast.bob):
        assert browser_of(customer).post(address).status_code == 403
    assert stranger.post(address).headers["Location"].startswith("/login")
    assert browser_of(cast.carol).get(address).status_code == 405
    assert browser_of(cast.carol).post("/moderation/restructurings/4711/undo").status_code == 404
    db.session.refresh(done)
    assert done.undone_at is None


def test_what_other_rooms_keep_beside_a_thread_goes_along_and_back(
    cast: Cast, thread: Thread, into: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(belongings, "_further", {})
    beside = {thread.id: ["a note"], into.id: ["another"]}

    def carry(source: Thread, to: Thread) -> list[str]:
        carried = beside.pop(source.id)
        beside[to.id] = beside[to.id] + carried
        return carried

    def give_back(source: Thread, to: Thread, carried: list[str]) -> None:
        beside[source.id] = carried
        beside[to.id] = [each for each in beside[to.id] if each not in carried]

    belongings.goes_along("papers", carry, give_back)
    before = {**beside}
    done = merge(thread, into, cast)
    assert beside == {into.id: ["another", "a note"]}
    undo(done, cast)
    assert beside == before
