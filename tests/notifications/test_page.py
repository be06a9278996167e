"""The page of notifications, its bell, and the buttons to follow: each works, and only for oneself."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.extensions import db, writing
from community.notifications import following, notifying
from community.notifications.models import Notification
from community.threads import moderating
from community.threads.models import Post, Thread
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import forms, parse, send, text_of
from tests.working import work


@pytest.fixture
def reply(make: Make, cast: Cast) -> Post:
    """Carol's reply to Alice's thread, of which Alice has been told."""
    post = make.reply(make.thread(by=cast.alice), cast.carol)
    work()
    return post


@pytest.fixture
def alice(cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    return browser_of(cast.alice)  # type: ignore[no-any-return]


def only() -> Notification:
    db.session.rollback()
    return db.session.scalars(select(Notification)).one()


def test_it_lists_what_happened(reply: Post, alice: FlaskClient) -> None:
    assert "Carol replied in “No internet since this morning”" in text_of(parse(alice.get("/notifications")))


def test_a_stranger_is_sent_to_the_login(reply: Post, stranger: FlaskClient) -> None:
    for address in ("/notifications", "/notifications/read", f"/notifications/{only().id}"):
        method = stranger.get if address == "/notifications" else stranger.post
        answer = method(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/login")


def test_opening_one_notes_it_and_leads_there(reply: Post, alice: FlaskClient) -> None:
    answer = send(alice, "/notifications", f"/notifications/{only().id}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/posts/{reply.id}")
    assert only().read_at is not None


def test_anothers_cannot_be_opened(reply: Post, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert browser_of(cast.bob).post(f"/notifications/{only().id}").status_code == 404
    assert only().read_at is None


def test_all_can_be_marked_as_read_and_only_ones_own(reply: Post, alice: FlaskClient, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert browser_of(cast.bob).post("/notifications/read").status_code == 303
    assert only().read_at is None
    assert "/notifications/read" in forms(alice.get("/notifications"))
    assert alice.post("/notifications/read").status_code == 303
    assert only().read_at is not None
    assert "/notifications/read" not in forms(alice.get("/notifications"))


def test_looking_does_not_mark(reply: Post, alice: FlaskClient) -> None:
    alice.get("/notifications")
    assert only().read_at is None


def test_what_was_hidden_meanwhile_is_neither_listed_nor_counted(reply: Post, cast: Cast, alice: FlaskClient) -> None:
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="Wrong thread.")
    assert notifying.unread_count(cast.alice) == 0
    page = text_of(parse(alice.get("/notifications")))
    assert "Carol replied" not in page
    assert "1 new" not in page
    with writing():
        moderating.restore_post(reply, by=cast.dora, reason="It fits after all.")
    assert notifying.unread_count(cast.alice) == 1


def test_the_page_asks_the_database_as_often_for_twenty_as_for_one(
    reply: Post, make: Make, cast: Cast, alice: FlaskClient
) -> None:
    with statements() as for_one:
        alice.get("/notifications")
    thread = db.session.scalars(select(Thread)).one()
    for number in range(19):
        make.reply(thread, cast.carol, f"More, number {number}.")
    work()
    with statements() as for_twenty:
        alice.get("/notifications")
    assert len(for_twenty) == len(for_one)


def test_following_and_unfollowing(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    bob = browser_of(cast.bob)
    assert bob.post(f"/threads/{thread.id}/follow").status_code == 303
    assert following.is_following(thread, cast.bob)
    assert bob.post(f"/threads/{thread.id}/follow").status_code == 303
    assert bob.post(f"/threads/{thread.id}/unfollow").status_code == 303
    assert not following.is_following(thread, cast.bob)


def test_what_one_cannot_see_cannot_be_followed(make: Make, cast: Cast, browser_of, stranger: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    with writing():
        moderating.hide_post(db.session.scalars(select(Post)).one(), by=cast.carol, reason="Shows an address.")
    assert browser_of(cast.bob).post(f"/threads/{thread.id}/follow").status_code == 404
    assert stranger.post(f"/threads/{thread.id}/follow").status_code == 303
    assert stranger.get(f"/threads/{thread.id}/follow").status_code in (404, 405)
    assert not following.is_following(thread, cast.bob)


def test_it_leads_back_only_within_the_site(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    bob = browser_of(cast.bob)
    for target in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = bob.post(f"/threads/{thread.id}/follow", data={"next": target})
        assert answer.headers["Location"] == f"/threads/{thread.id}/{thread.slug}"
