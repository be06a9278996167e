"""Some posts become a thread of their own, or posts of another one: their addresses follow, and what stays makes sense."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core import clock
from community.core.errors import Conflict, Invalid
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.notifications import following
from community.notifications.models import Follow, Notification
from community.threads import moderating, repair, solving, voting
from community.threads.models import Alias, Post, Solution, State, Thread
from moderation.models import AuditEntry
from moderation.restructuring import merging, splitting, undoing
from moderation.restructuring.models import Restructuring
from search_index import indexing
from search_index.engines.contract import Filters
from search_index.parsing import parse
from tests.making import Cast, Make
from tests.working import reindex, work

WHY = "Another issue."
TITLE = "A phone without a tone"


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    """Alice's thread, into which Bob wrote something else, and Carol answered that."""
    with clock.frozen(clock.now() - timedelta(hours=3)):
        thread = make.thread(cast.alice, title="No internet in the kitchen", body="It blinks.")
        make.reply(thread, cast.carol, "Restart the box.")
    with clock.frozen(clock.now() - timedelta(hours=2)):
        make.reply(thread, cast.bob, "My phone has no tone either.")
    with clock.frozen(clock.now() - timedelta(hours=1)):
        make.reply(thread, cast.carol, "Plug the phone in anew.")
        make.reply(thread, cast.alice, "Mine works again.")
    return thread


def ids(thread: Thread, *numbers: int) -> list[int]:
    rows = select(Post.id).where(Post.thread_id == thread.id, Post.number.in_(numbers)).order_by(Post.number)
    return list(db.session.scalars(rows))


def split(thread: Thread, cast: Cast, posts: list[int], room: Any = None) -> Restructuring:
    category = room or thread_room(thread)
    with writing():
        return splitting.split(thread, posts, title=TITLE, category=category, by=cast.dora, reason=WHY)


def thread_room(thread: Thread) -> Any:
    return Make().category("internet")


def move(thread: Thread, to: Thread, cast: Cast, posts: list[int]) -> Restructuring:
    with writing():
        return splitting.move_posts(thread, posts, to, by=cast.dora, reason=WHY)


def new_thread(done: Restructuring) -> Thread:
    return db.session.get_one(Thread, done.to_id)


def posts_in(thread: Thread) -> list[tuple[int, str]]:
    db.session.rollback()
    rows = select(Post.number, Post.plain).where(Post.thread_id == thread.id).order_by(Post.number)
    return [(number, plain.strip()) for number, plain in db.session.execute(rows)]


def number_of(table: type, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0


# --- Splitting


def test_the_author_of_the_first_post_asks_the_new_thread(make: Make, cast: Cast, thread: Thread) -> None:
    written = ids(thread, 3, 4)
    asked = db.session.get_one(Post, written[0]).created_at
    new = new_thread(split(thread, cast, written, make.category("phone")))
    assert posts_in(new) == [(1, "My phone has no tone either."), (2, "Plug the phone in anew.")]
    assert posts_in(thread) == [(1, "It blinks."), (2, "Restart the box."), (5, "Mine works again.")]
    assert (new.author_id, new.title, new.created_at) == (cast.bob.id, TITLE, asked)
    assert (new.state, new.reply_count, thread.reply_count) == (State.WAITING, 1, 2)
    assert (make.category("phone").thread_count, make.category("internet").thread_count) == (1, 1)
    assert list(repair.drift()) == []


def test_permalinks_lead_into_the_new_thread(cast: Cast, thread: Thread, stranger: FlaskClient) -> None:
    written = ids(thread, 3, 4)
    new = new_thread(split(thread, cast, written))
    found = [stranger.get(f"/posts/{post}").headers["Location"] for post in written]
    assert found == [f"/threads/{new.id}/{new.slug}#post-1", f"/threads/{new.id}/{new.slug}#post-2"]


def test_a_mark_stays_behind_because_it_was_said_of_the_other_question(cast: Cast, thread: Thread) -> None:
    with writing():
        solving.mark_solution(db.session.get_one(Post, ids(thread, 4)[0]), by=cast.alice)
    new = new_thread(split(thread, cast, ids(thread, 3, 4)))
    assert (number_of(Solution), new.state, thread.state) == (0, State.WAITING, State.NEEDS_STAFF)
    assert list(repair.drift()) == []


def test_authors_are_told_once_and_follow_unless_they_said_no(make: Make, cast: Cast, thread: Thread) -> None:
    make.reply(thread, cast.jana, "The tone again.")
    with writing():
        following.unfollow(thread, by=cast.jana)
    new = new_thread(split(thread, cast, ids(thread, 3, 4, 6)))
    work()
    told = {one.person_id for one in db.session.scalars(select(Notification).where(Notification.kind == "split"))}
    assert told == {cast.bob.id, cast.carol.id, cast.jana.id}
    levels = dict(db.session.execute(select(Follow.person_id, Follow.level).where(Follow.thread_id == new.id)).all())
    assert levels == {cast.bob.id: "normal", cast.carol.id: "normal", cast.jana.id: "off"}


def test_both_threads_say_so_and_the_log_has_one_row(cast: Cast, thread: Thread, stranger: FlaskClient) -> None:
    stranger.get(f"/threads/{thread.id}/{thread.slug}")
    new = new_thread(split(thread, cast, ids(thread, 3, 4)))
    old_page = stranger.get(f"/threads/{thread.id}/{thread.slug}").get_data(as_text=True)
    new_page = stranger.get(f"/threads/{new.id}/{new.slug}").get_data(as_text=True)
    assert "2 posts have a thread of their own now" in old_page
    assert TITLE in old_page
    assert "2 posts came from another thread" in new_page
    assert thread.title in new_page
    assert WHY in old_page
    assert WHY in new_page
    rows = list(db.session.execute(select(AuditEntry.act, AuditEntry.reason, AuditEntry.is_public)))
    assert [tuple(row) for row in rows] == [("thread.split", WHY, True)]
    assert number_of(Event, Event.action == Action.THREAD_SPLIT.value) == 1


def test_a_hidden_thread_is_not_named_by_the_other(cast: Cast, thread: Thread, stranger: FlaskClient) -> None:
    done = split(thread, cast, ids(thread, 3, 4))
    stranger.get(f"/threads/{thread.id}/{thread.slug}")
    with writing():
        moderating.hide_post(db.session.get_one(Post, done.first_post_id), by=cast.dora, reason="So.")
    assert TITLE not in stranger.get(f"/threads/{thread.id}/{thread.slug}").get_data(as_text=True)


def test_the_search_finds_the_posts_where_they_are(cast: Cast, thread: Thread) -> None:
    reindex()
    new = new_thread(split(thread, cast, ids(thread, 3, 4)))
    work()
    answer = indexing.engine().search(parse("tone"), Filters(), language="en", limit=10)
    assert [hit.thread_id for hit in answer.hits] == [new.id]


def test_hidden_replies_go_along_and_stay_hidden(cast: Cast, thread: Thread, stranger: FlaskClient) -> None:
    hidden = db.session.get_one(Post, ids(thread, 4)[0])
    with writing():
        moderating.hide_post(hidden, by=cast.dora, reason="So.")
    new = new_thread(split(thread, cast, ids(thread, 3, 4)))
    assert (hidden.thread_id, hidden.visibility) == (new.id, "hidden")
    assert "Plug the phone" not in stranger.get(f"/threads/{new.id}/{new.slug}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((), "Choose the posts"), ((1, 3), "question stays"), ((1, 2, 3, 4, 5), "all posts")],
)
def test_what_cannot_be_split_is_refused(cast: Cast, thread: Thread, numbers: tuple[int, ...], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        split(thread, cast, ids(thread, *numbers))
    assert number_of(Restructuring) == 0


def test_posts_of_another_thread_hidden_beginnings_and_archived_rooms_are_refused(
    make: Make, cast: Cast, thread: Thread
) -> None:
    other = make.reply(make.thread(cast.bob, title="Another thread of Bob's"), cast.carol)
    with pytest.raises(Invalid, match="not in this thread"):
        split(thread, cast, [*ids(thread, 3), other.id])
    with pytest.raises(Invalid, match="no new threads"):
        split(thread, cast, ids(thread, 3), make.category("old", archived_at=clock.now()))
    with writing():
        moderating.hide_post(db.session.get_one(Post, ids(thread, 3)[0]), by=cast.dora, reason="So.")
    with pytest.raises(Invalid, match="begins with a public post"):
        split(thread, cast, ids(thread, 3, 4))


def test_a_hidden_thread_is_not_split(cast: Cast, thread: Thread) -> None:
    with writing():
        moderating.hide_post(db.session.get_one(Post, ids(thread, 1)[0]), by=cast.dora, reason="So.")
    with pytest.raises(Invalid, match="not public"):
        split(thread, cast, ids(thread, 3))


# --- Moving


def test_moved_posts_are_the_last_of_the_other_thread(make: Make, cast: Cast, thread: Thread) -> None:
    to = make.thread(cast.bob, title="No tone in my phone")
    move(thread, to, cast, ids(thread, 3, 4))
    assert [number for number, _text in posts_in(to)] == [1, 2, 3]
    assert (to.reply_count, thread.reply_count, to.next_number, thread.next_number) == (2, 2, 4, 6)
    assert list(repair.drift()) == []
    work()
    told = {one.person_id for one in db.session.scalars(select(Notification).where(Notification.kind == "posts_moved"))}
    assert told == {cast.bob.id, cast.carol.id}
    assert [entry.act for entry in db.session.scalars(select(AuditEntry))] == ["thread.posts_moved"]


def test_the_address_of_a_merged_thread_follows_its_question(
    make: Make, cast: Cast, thread: Thread, stranger: FlaskClient
) -> None:
    merged, to = (
        make.thread(cast.bob, title="A thread that was merged"),
        make.thread(cast.bob, title="Where it belongs"),
    )
    with writing():
        merging.merge(merged, thread, by=cast.dora, reason="By mistake.")
    done = move(thread, to, cast, ids(thread, 6))
    assert stranger.get(f"/threads/{merged.id}").headers["Location"] == f"/threads/{to.id}/{to.slug}#post-2"
    with writing():
        undoing.undo(done, by=cast.dora)
    assert stranger.get(f"/threads/{merged.id}").headers["Location"] == f"/threads/{thread.id}/{thread.slug}#post-6"


def test_posts_are_not_moved_to_where_they_are_nor_out_of_sight(make: Make, cast: Cast, thread: Thread) -> None:
    with pytest.raises(Invalid, match="already"):
        move(thread, thread, cast, ids(thread, 3))
    hidden = make.thread(cast.bob, title="A thread that is hidden")
    with writing():
        moderating.hide_post(db.session.get_one(Post, ids(hidden, 1)[0]), by=cast.dora, reason="So.")
    with pytest.raises(Invalid, match="not public"):
        move(thread, hidden, cast, ids(thread, 3))


# --- Undoing


CHANGING = ("version", "edited_at")


def contents() -> dict[str, Any]:
    """The rows of what a thread has, without what tells how often and when it changed."""
    db.session.rollback()
    names = ("threads", "posts", "solutions", "follows", "me_toos", "notifications", "aliases", "drafts", "categories")
    return {
        name: {
            tuple(str(value) for value in row)
            for row in db.session.execute(
                select(*[column for column in db.metadata.tables[name].c if column.name not in CHANGING])
            )
        }
        for name in names
    }


def test_undone_moves_leave_no_trace(make: Make, cast: Cast, thread: Thread) -> None:
    to = make.thread(cast.bob, title="No tone in my phone")
    with writing():
        solving.mark_solution(db.session.get_one(Post, ids(thread, 4)[0]), by=cast.alice)
    work()
    before = contents()
    done = move(thread, to, cast, ids(thread, 3, 4))
    assert contents() != before
    with writing():
        undoing.undo(done, by=cast.carol)
    assert contents() == before
    assert list(repair.drift()) == []


def test_an_undone_split_leaves_only_an_address_that_leads_back(
    make: Make, cast: Cast, thread: Thread, stranger: FlaskClient
) -> None:
    with writing():
        solving.mark_solution(db.session.get_one(Post, ids(thread, 4)[0]), by=cast.alice)
    work()
    before = contents()
    done = split(thread, cast, ids(thread, 3, 4))
    with writing():
        undoing.undo(done, by=cast.carol)
    after = contents()
    assert {name: after[name] - before[name] for name in after if name not in ("threads", "aliases")} == {
        name: set() for name in after if name not in ("threads", "aliases")
    }
    assert [alias.path for alias in db.session.scalars(select(Alias))] == [f"/threads/{done.to_id}"]
    answer = stranger.get(f"/threads/{done.to_id}/x")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/threads/{thread.id}/{thread.slug}#post-3")
    assert list(repair.drift()) == []


def test_what_was_written_into_the_new_thread_is_not_lost(make: Make, cast: Cast, thread: Thread) -> None:
    done = split(thread, cast, ids(thread, 3, 4))
    new = new_thread(done)
    make.reply(new, cast.bob, "Now it works.")
    with writing():
        voting.say_me_too(new, by=cast.jana)
        following.follow(new, by=cast.dora)
    with writing():
        undoing.undo(done, by=cast.carol)
    assert posts_in(thread)[2:] == [
        (3, "My phone has no tone either."),
        (4, "Plug the phone in anew."),
        (5, "Mine works again."),
        (6, "Now it works."),
    ]
    assert posts_in(new) == []
    assert (thread.me_too_count, new.visibility) == (1, "removed")
    assert cast.dora.id in following.followers(thread.id)
    assert list(repair.drift()) == []


def test_a_split_thread_that_was_merged_since_is_not_undone(make: Make, cast: Cast, thread: Thread) -> None:
    done = split(thread, cast, ids(thread, 3, 4))
    other = make.thread(cast.bob, title="Another thread of Bob's")
    with writing():
        merging.merge(new_thread(done), other, by=cast.dora, reason=WHY)
    with pytest.raises(Conflict, match="Undo the later act first"), writing():
        undoing.undo(done, by=cast.carol)


# --- The page


def page_of(thread: Thread) -> str:
    return f"/moderation/threads/{thread.id}/split"


def test_staff_choose_posts_by_boxes_and_by_numbers(cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    page = carol.get(page_of(thread)).get_data(as_text=True)
    assert all(f'value="{post}"' in page for post in ids(thread, 2, 3, 4, 5))
    assert f'value="{ids(thread, 1)[0]}"' not in page
    sent = {
        "posts": [str(ids(thread, 3)[0])],
        "numbers": "#4, 5-5",
        "title": TITLE,
        "category": "internet",
        "reason": WHY,
    }
    answer = carol.post(page_of(thread), data=sent)
    assert answer.status_code == 303
    done = db.session.scalars(select(Restructuring)).one()
    assert len(posts_in(new_thread(done))) == 3


def test_staff_move_posts_from_the_same_page(make: Make, cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    to = make.thread(cast.bob, title="No tone in my phone")
    sent = {"posts": [str(post) for post in ids(thread, 3, 4)], "into": str(to.id), "reason": WHY}
    answer = browser_of(cast.carol).post(f"/moderation/threads/{thread.id}/move-posts", data=sent)
    assert answer.status_code == 303
    assert len(posts_in(to)) == 3


@pytest.mark.parametrize(
    ("verb", "wrong", "said"),
    [
        ("split", {"posts": []}, "Choose the posts"),
        ("split", {"posts": ["4711"]}, "not in this thread"),
        ("split", {"numbers": "all"}, "Write numbers of posts"),
        ("split", {"numbers": "99"}, "no post of the number 99"),
        ("split", {"numbers": "1-5"}, "all posts"),
        ("split", {"title": ""}, "Write a title"),
        ("split", {"category": "nowhere"}, "Choose the category"),
        ("split", {"category": "old"}, "no new threads"),
        ("split", {"reason": " "}, "Say why"),
        ("move-posts", {"into": ""}, "number or the address"),
        ("move-posts", {"into": "4711"}, "no thread of that number"),
        ("move-posts", {"into": "itself"}, "already"),
        ("move-posts", {"reason": ""}, "Say why"),
    ],
)
def test_a_mistake_is_said_on_the_same_page_with_what_was_typed(
    make: Make, cast: Cast, thread: Thread, browser_of, verb: str, wrong: dict[str, Any], said: str
) -> None:  # type: ignore[no-untyped-def]
    make.category("old", archived_at=clock.now())
    to = make.thread(cast.bob, title="No tone in my phone")
    third = ids(thread, 3)[0]
    right = {"posts": [str(third)], "title": TITLE, "category": "internet", "into": str(to.id), "reason": WHY}
    sent = right | wrong
    if sent["into"] == "itself":
        sent["into"] = str(thread.id)
    answer = browser_of(cast.carol).post(f"/moderation/threads/{thread.id}/{verb}", data=sent)
    page = answer.get_data(as_text=True).replace("&#39;", "'")
    assert answer.status_code == 422
    assert said in page
    for name in ("title", "reason", "into", "numbers"):
        if sent.get(name, "").strip():
            assert f'value="{sent[name]}"' in page
    if sent["posts"] == [str(third)]:
        assert f'value="{third}" checked' in page
    assert number_of(Restructuring) == 0


def test_splitting_and_moving_are_for_staff_and_never_a_get(
    make: Make, cast: Cast, thread: Thread, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    to = make.thread(cast.bob, title="No tone in my phone")
    sent = {
        "posts": [str(ids(thread, 3)[0])],
        "title": TITLE,
        "category": "internet",
        "into": str(to.id),
        "reason": WHY,
    }
    for verb, of_get in (("split", 200), ("move-posts", 405)):
        address = f"/moderation/threads/{thread.id}/{verb}"
        for customer in (cast.alice, cast.bob):
            assert browser_of(customer).post(address, data=sent).status_code == 403
        assert stranger.post(address, data=sent).headers["Location"].startswith("/login")
        assert browser_of(cast.carol).get(address, query_string=sent).status_code == of_get
    assert number_of(Restructuring) == 0


def test_a_long_thread_is_chosen_from_page_by_page(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    long = make.thread(cast.alice, replies=120)
    carol = browser_of(cast.carol)
    first, second = (carol.get(f"{page_of(long)}?page={n}").get_data(as_text=True) for n in (1, 2))
    assert (first.count('name="posts"'), second.count('name="posts"')) == (99, 21)
