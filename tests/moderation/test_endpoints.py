"""Each act at the desk: it works, leaves one row in the audit log, refuses the neighbour, the stranger and GET, and meets a conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.accounts import permissions
from community.accounts.permissions import Holder, Verb
from community.core.extensions import db, writing
from community.threads import closing, moderating
from community.threads.models import Post, Thread
from moderation.models import AuditEntry
from tests.making import Cast, Make

REASON = "It shows a customer number."


@dataclass(frozen=True)
class Act:
    """One act: its address, what is sent, what it changes, and its name in the audit log."""

    name: str
    address: str
    sent: dict[str, str]
    before: Any
    after: Any
    logged: str
    again: int  # status of doing it twice


ACTS = [
    Act("hide", "/moderation/posts/{post}/hide", {"reason": REASON}, "published", "hidden", "post.hidden", 409),
    Act("restore", "/moderation/posts/{post}/restore", {"reason": REASON}, "hidden", "published", "post.restored", 409),
    Act("lock", "/moderation/threads/{thread}/lock", {"reason": REASON}, False, True, "thread.locked", 409),
    Act("unlock", "/moderation/threads/{thread}/unlock", {"reason": ""}, True, False, "thread.unlocked", 409),
    Act("close", "/moderation/threads/{thread}/close", {"reason": REASON}, False, True, "thread.closed", 409),
    Act("open", "/moderation/threads/{thread}/open", {"reason": ""}, True, False, "thread.opened", 409),
    Act("move", "/moderation/threads/{thread}/move", {"category": "power"}, "internet", "power", "thread.moved", 303),
    Act("tag", "/moderation/threads/{thread}/tags", {"tags": "wlan Box"}, [], ["box", "wlan"], "thread.tagged", 303),
    Act("duplicate", "/moderation/threads/{thread}/duplicate", {"master": "{first}"}, False, True, "thread.marked_duplicate", 303),
]  # fmt: skip


@dataclass
class Scene:
    """Alice's thread with Bob's reply, ready for the act."""

    act: Act
    thread: Thread
    reply: Post
    first: Thread

    @property
    def address(self) -> str:
        return self.act.address.format(post=self.reply.id, thread=self.thread.id)

    @property
    def sent(self) -> dict[str, str]:
        return {name: value.format(first=self.first.id) for name, value in self.act.sent.items()}

    def state(self) -> Any:
        """What the act is about, as stored now."""
        db.session.rollback()
        thread = db.session.get_one(Thread, self.thread.id)
        db.session.refresh(thread, ["tags", "category"])
        return {
            "hide": db.session.get_one(Post, self.reply.id).visibility,
            "restore": db.session.get_one(Post, self.reply.id).visibility,
            "lock": thread.locked_at is not None,
            "unlock": thread.locked_at is not None,
            "close": thread.closed_at is not None,
            "open": thread.closed_at is not None,
            "move": thread.category.slug,
            "tag": [tag.name for tag in thread.tags],
            "duplicate": thread.duplicate_of_id is not None,
        }[self.act.name]


@pytest.fixture(params=ACTS, ids=lambda act: act.name)
def scene(request: pytest.FixtureRequest, make: Make, cast: Cast) -> Scene:
    act = request.param
    make.category("power")
    first = make.thread(by=cast.bob, title="The thread that was here first")
    thread = make.thread(by=cast.alice)
    reply = make.reply(thread, cast.bob)
    with writing():
        if act.name == "restore":
            moderating.hide_post(reply, by=cast.dora, reason="By mistake.")
        if act.name == "open":
            closing.close_thread(thread, by=cast.dora, reason="By mistake.")
        if act.name == "unlock":
            moderating.lock_thread(thread, by=cast.dora, reason="By mistake.")
    return Scene(act, thread, reply, first)


def logged() -> list[tuple[str, str | None]]:
    db.session.rollback()
    return [
        (row.act, row.reason)
        for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        if row.reason != "By mistake."
    ]


def test_it_works_and_leaves_one_row(scene: Scene, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert scene.state() == scene.act.before
    answer = browser_of(cast.carol).post(scene.address, data=scene.sent)
    assert answer.status_code == 303
    assert scene.state() == scene.act.after
    assert logged() == [(scene.act.logged, scene.sent.get("reason") or None)] or logged() == [(scene.act.logged, "")]


def test_it_refuses_the_neighbour_and_the_author(scene: Scene, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    for customer in (cast.alice, cast.bob):
        assert browser_of(customer).post(scene.address, data=scene.sent).status_code == 403
    assert scene.state() == scene.act.before
    assert logged() == []


def test_it_sends_the_stranger_to_the_login(scene: Scene, stranger: FlaskClient) -> None:
    answer = stranger.post(scene.address, data=scene.sent)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/login")
    assert scene.state() == scene.act.before


def test_it_refuses_get(scene: Scene, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert browser_of(cast.carol).get(scene.address, query_string=scene.sent).status_code == 405
    assert scene.state() == scene.act.before


def test_done_twice_it_is_logged_once(scene: Scene, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    carol.post(scene.address, data=scene.sent)
    assert carol.post(scene.address, data=scene.sent).status_code == scene.act.again
    assert scene.state() == scene.act.after
    assert len(logged()) == 1


def test_what_does_not_exist_is_not_found(scene: Scene, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    for number in (4711, 2**31, 10**30):
        address = scene.act.address.format(post=number, thread=number)
        assert carol.post(address, data=scene.sent).status_code == 404


def test_it_leads_back_only_within_the_site(scene: Scene, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(cast.carol).post(scene.address, data=scene.sent | {"next": "//evil.example/"})
    assert answer.headers["Location"].startswith(("/threads/", "/posts/"))


@pytest.mark.parametrize("reason", ["", "   ", "\u200b\u2060", "x" * 2_001])
def test_a_reason_is_due_and_short_and_what_was_typed_is_kept(
    make: Make,
    cast: Cast,
    browser_of,
    reason: str,  # type: ignore[no-untyped-def]
) -> None:
    thread = make.thread(by=cast.alice)
    reply = make.reply(thread, cast.bob)
    carol = browser_of(cast.carol)
    for address in (f"/moderation/posts/{reply.id}/hide", f"/moderation/threads/{thread.id}/lock"):
        answer = carol.post(address, data={"reason": reason})
        assert answer.status_code == 422
        if len(reason) > 20:
            assert reason in answer.get_data(as_text=True)
    assert logged() == []


@pytest.mark.parametrize("category", ["", "nowhere", "archived", "a\0b"])
def test_a_thread_moves_only_to_a_category_that_takes_threads(
    make: Make,
    cast: Cast,
    browser_of,
    category: str,  # type: ignore[no-untyped-def]
) -> None:
    thread = make.thread(by=cast.alice)
    make.category("archived", archived_at=thread.created_at)
    answer = browser_of(cast.carol).post(f"/moderation/threads/{thread.id}/move", data={"category": category})
    assert answer.status_code in (400, 422)
    assert logged() == []


def test_a_thread_does_not_move_where_one_may_not_and_what_was_typed_is_kept(
    make: Make, cast: Cast, browser_of
) -> None:  # type: ignore[no-untyped-def]
    thread, power = make.thread(by=cast.alice), make.category("power")
    with writing():
        permissions.put(Holder(role="agent"), Verb.MOVE, power.id, False, by=cast.jana)
    answer = browser_of(cast.carol).post(
        f"/moderation/threads/{thread.id}/move", data={"category": "power", "reason": "It is about meters."}
    )
    assert answer.status_code == 422
    assert "You may not move threads into this category." in answer.text
    assert "It is about meters." in answer.text
    assert [act for act, _reason in logged()] == ["permission.changed"]


@pytest.mark.parametrize("master", ["", "4711", "itself", "abc", "99999999999999", "/threads/", "-1"])
def test_a_duplicate_needs_another_thread(make: Make, cast: Cast, browser_of, master: str) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    given = str(thread.id) if master == "itself" else master
    answer = browser_of(cast.carol).post(f"/moderation/threads/{thread.id}/duplicate", data={"master": given})
    assert answer.status_code == 422
    assert logged() == []


def test_the_earlier_thread_may_be_given_by_its_address(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    first = make.thread(by=cast.bob)
    carol = browser_of(cast.carol)
    for address in (f"http://localhost/threads/{first.id}/{first.slug}#post-2", f"/threads/{first.id}/x?page=2"):
        thread = make.thread(by=cast.alice)
        answer = carol.post(f"/moderation/threads/{thread.id}/duplicate", data={"master": address})
        assert answer.status_code == 303
        db.session.rollback()
        assert db.session.get_one(Thread, thread.id).duplicate_of_id == first.id


def test_two_threads_never_become_duplicates_of_each_other(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    one, two = make.thread(by=cast.alice), make.thread(by=cast.bob)
    carol = browser_of(cast.carol)
    carol.post(f"/moderation/threads/{one.id}/duplicate", data={"master": str(two.id)})
    assert carol.post(f"/moderation/threads/{two.id}/duplicate", data={"master": str(one.id)}).status_code == 409
    db.session.rollback()
    linked = select(func.count()).where(Thread.duplicate_of_id.is_not(None))
    assert db.session.scalar(linked) == 1
