""" "This helped me" and "I have this too"."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core.extensions import db, writing
from community.threads import moderating
from community.threads.models import MeToo, Post, Thread, Vote
from tests.making import Cast, Make


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(cast.alice)


@pytest.fixture
def answer(make: Make, cast: Cast, thread: Thread) -> Post:
    return make.reply(thread, cast.carol)


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_vote_counts_once_and_is_taken_back(browser_of, cast: Cast, answer: Post, thread: Thread) -> None:
    bob = browser_of(cast.bob)
    for _time in range(2):
        said = bob.post(f"/posts/{answer.id}/helpful")
        assert (said.status_code, said.location) == (303, f"/threads/{thread.id}/{thread.slug}#post-2")
    assert (count(Vote), answer.helpful_count) == (1, 1)
    assert f"/posts/{answer.id}/helpful/withdrawal" in bob.get(f"/threads/{thread.id}/{thread.slug}").text
    for _time in range(2):
        assert bob.post(f"/posts/{answer.id}/helpful/withdrawal").status_code == 303
    assert (count(Vote), answer.helpful_count) == (0, 0)


def test_imported_votes_stay(browser_of, cast: Cast, answer: Post) -> None:
    with writing():
        answer.helpful_imported = answer.helpful_count = 4
    bob = browser_of(cast.bob)
    bob.post(f"/posts/{answer.id}/helpful")
    assert answer.helpful_count == 5
    bob.post(f"/posts/{answer.id}/helpful/withdrawal")
    assert answer.helpful_count == 4


def test_nobody_votes_for_themselves_or_for_a_question(browser_of, cast: Cast, answer: Post, thread: Thread) -> None:
    assert browser_of(cast.carol).post(f"/posts/{answer.id}/helpful").status_code == 403
    opening = db.session.scalars(select(Post).where(Post.number == 1)).one()
    assert browser_of(cast.bob).post(f"/posts/{opening.id}/helpful").status_code == 403


def test_a_hidden_reply_takes_no_votes(browser_of, cast: Cast, answer: Post) -> None:
    with writing():
        moderating.hide_post(answer, by=cast.dora, reason="wrong")
    assert browser_of(cast.bob).post(f"/posts/{answer.id}/helpful").status_code == 404
    assert count(Vote) == 0


def test_me_too_counts_once_and_is_taken_back(browser_of, cast: Cast, thread: Thread) -> None:
    bob = browser_of(cast.bob)
    for _time in range(2):
        said = bob.post(f"/threads/{thread.id}/me-too")
        assert (said.status_code, said.location) == (303, f"/threads/{thread.id}/{thread.slug}")
    assert (count(MeToo), thread.me_too_count) == (1, 1)
    assert "1 has this too" in bob.get(f"/threads/{thread.id}/{thread.slug}").text
    for _time in range(2):
        assert bob.post(f"/threads/{thread.id}/me-too/withdrawal").status_code == 303
    assert (count(MeToo), thread.me_too_count) == (0, 0)


def test_the_asker_has_it_anyway(browser_of, cast: Cast, thread: Thread) -> None:
    assert browser_of(cast.alice).post(f"/threads/{thread.id}/me-too").status_code == 403


@pytest.mark.parametrize(
    "path", ["/posts/2/helpful", "/posts/2/helpful/withdrawal", "/threads/1/me-too", "/threads/1/me-too/withdrawal"]
)
def test_strangers_are_led_to_the_login_and_get_is_refused(stranger: FlaskClient, answer: Post, path: str) -> None:
    refused = stranger.post(path)
    assert refused.status_code == 303
    assert refused.location.startswith("/login")
    assert stranger.get(path).status_code in (301, 405)  # 301: read as words in a thread's address
    assert (count(Vote), count(MeToo)) == (0, 0)


@pytest.mark.parametrize(
    "path", ["/posts/99/helpful", "/threads/99/me-too", "/posts/99/solution", f"/posts/{10**30}/helpful"]
)
def test_what_does_not_exist_is_not_found(browser_of, cast: Cast, path: str) -> None:
    assert browser_of(cast.bob).post(path).status_code == 404


def test_somebody_without_a_confirmed_address_only_reads(browser_of, make: Make, answer: Post, thread: Thread) -> None:
    eve = make.person("eve")
    with writing():
        eve.email_verified_at = None
    browser = browser_of(eve)
    assert browser.post(f"/posts/{answer.id}/helpful").status_code == 403
    assert "confirm your mail address" in browser.get(f"/threads/{thread.id}/{thread.slug}").text
