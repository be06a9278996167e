"""A thread's page as its readers see it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from community.core import clock
from community.core.extensions import db, writing
from community.threads import editing, moderating, solving
from community.threads.addresses import numbers_on, page_of
from community.threads.models import Post, Thread
from tests.conftest import MONDAY
from tests.counting import statements
from tests.making import Cast, Make, words


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(cast.alice, tags=["router"])


def thread_address(thread: Thread, page: int = 1) -> str:
    return f"/threads/{thread.id}/{thread.slug}" + (f"?page={page}" if page > 1 else "")


def fill(thread: Thread, author_id: int, replies: int) -> None:
    """Many replies at once, by rows instead of verbs."""
    with writing():
        first = thread.next_number
        rows = [
            {
                "thread_id": thread.id, "number": number, "author_id": author_id, "by_staff": False, "source": f"Line {number}",
                "html": f"<p>Line {number}</p>", "plain": f"Line {number}", "language": "en", "created_at": clock.now(),
            }
            for number in range(first, first + replies)
        ]  # fmt: skip
        db.session.execute(insert(Post), rows)
        thread.next_number, thread.reply_count = first + replies, thread.reply_count + replies


def numbers_in(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="post-(\d+)"', page)]


def test_anyone_reads(stranger: FlaskClient, thread: Thread) -> None:
    answer = stranger.get(thread_address(thread))
    assert answer.status_code == 200
    assert "The box blinks red" in answer.text
    assert 'href="/tags/router"' in answer.text
    assert "<textarea" not in answer.text
    assert "csrf_token" not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "address", ["/threads/{}", "/threads/{}/", "/threads/{}/another-title", "/threads/{}/x?page=1&a=b"]
)
def test_another_title_in_the_address_leads_to_the_right_one(
    stranger: FlaskClient, thread: Thread, address: str
) -> None:
    answer = stranger.get(address.format(thread.id))
    assert answer.status_code == 301
    assert answer.location.startswith(thread_address(thread))
    assert ("page=1&a=b" in answer.location) == ("?" in address)


def test_a_hidden_thread_gives_nothing_away(stranger: FlaskClient, browser_of, cast: Cast, thread: Thread) -> None:
    opening = db.session.scalars(select(Post).where(Post.number == 1)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="advertising")
    for browser in (stranger, browser_of(cast.bob)):
        for path in (
            f"/threads/{thread.id}",
            f"/threads/{thread.id}/x",
            thread_address(thread),
            f"/posts/{opening.id}",
        ):
            answer = browser.get(path)
            assert answer.status_code == 404
            assert thread.title not in answer.text
            assert "Location" not in answer.headers
    missing = re.sub(r"\b99\b", str(thread.id), stranger.get("/threads/99/x").text)
    assert re.sub(r'value="[^"]*"', "", missing) == re.sub(
        r'value="[^"]*"', "", stranger.get(f"/threads/{thread.id}/x").text
    )
    for person in (cast.alice, cast.carol):
        assert "Only its author and staff see it" in browser_of(person).get(thread_address(thread)).text


def test_a_hidden_reply_leaves_a_line_with_the_reason(
    stranger: FlaskClient, browser_of, make: Make, cast: Cast, thread: Thread
) -> None:
    reply = make.reply(thread, cast.bob, "Buy my boxes, canary")
    make.reply(thread, cast.carol, "The next one")
    assert "canary" in stranger.get(thread_address(thread)).text
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="advertising")
    for browser in (stranger, browser_of(cast.alice)):
        page = browser.get(thread_address(thread)).text
        assert "by Dora: advertising" in page
        assert "canary" not in page
        assert numbers_in(page) == [1, 2, 3]
        assert browser.get(f"/posts/{reply.id}").status_code == 404
        assert browser.get(f"/posts/{reply.id}/revisions").status_code == 404
    for person in (cast.bob, cast.carol):
        page = browser_of(person).get(thread_address(thread)).text
        assert "canary" in page
        assert "by Dora: advertising" in page


def test_a_hidden_post_is_gone_from_a_kept_page_at_once(
    stranger: FlaskClient, make: Make, cast: Cast, thread: Thread
) -> None:
    reply = make.reply(thread, cast.bob, "canary")
    for _time in range(2):
        assert "canary" in stranger.get(thread_address(thread)).text
    etag = stranger.get(thread_address(thread)).headers["ETag"]
    assert stranger.get(thread_address(thread), headers={"If-None-Match": etag}).status_code == 304
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="wrong")
    answer = stranger.get(thread_address(thread), headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert "canary" not in answer.text


def test_pages_are_cut_by_number_and_stay_when_posts_are_hidden(
    stranger: FlaskClient, cast: Cast, thread: Thread
) -> None:
    fill(thread, cast.bob.id, 44)
    assert (page_of(20), page_of(21), numbers_on(2)) == (1, 2, (21, 40))
    second = numbers_in(stranger.get(thread_address(thread, 2)).text)
    assert second == list(range(21, 41))
    for number in (2, 3, 25):
        post = db.session.scalars(select(Post).where(Post.number == number)).one()
        with writing():
            moderating.hide_post(post, by=cast.dora, reason="x")
    assert numbers_in(stranger.get(thread_address(thread, 2)).text) == second
    assert numbers_in(stranger.get(thread_address(thread, 3)).text) == [41, 42, 43, 44, 45]


@pytest.mark.parametrize(("asked", "shown"), [("0", 1), ("-3", 1), ("99", 3), ("abc", 1), ("9" * 30, 3), ("", 1)])
def test_a_page_that_does_not_exist_is_the_nearest_that_does(
    stranger: FlaskClient, cast: Cast, thread: Thread, asked: str, shown: int
) -> None:
    fill(thread, cast.bob.id, 44)
    page = stranger.get(f"/threads/{thread.id}/{thread.slug}?page={asked}")
    assert page.status_code == 200
    assert numbers_in(page.text)[0] == numbers_on(shown)[0]


def test_a_permalink_leads_to_the_page_of_its_post(stranger: FlaskClient, cast: Cast, thread: Thread) -> None:
    fill(thread, cast.bob.id, 44)
    post = db.session.scalars(select(Post).where(Post.number == 41)).one()
    answer = stranger.get(f"/posts/{post.id}")
    assert (answer.status_code, answer.location) == (302, f"/threads/{thread.id}/{thread.slug}?page=3#post-41")
    assert stranger.get("/posts/9999").status_code == 404


def test_the_solution_stands_under_the_question_when_other_replies_come_before_it(
    stranger: FlaskClient, make: Make, cast: Cast, thread: Thread
) -> None:
    make.reply(thread, cast.bob, "Same here")
    with clock.frozen(MONDAY + timedelta(hours=2)):
        answer = make.reply(thread, cast.carol, "Restart the box")
    with writing():
        solving.mark_solution(answer, by=cast.alice)
    page = stranger.get(thread_address(thread)).text
    assert page.partition("<body>")[2].count("Restart the box") == 2
    assert "2 hours after asking" in page
    assert 'class="solution"' in page
    assert f'href="{thread_address(thread)}#post-3"' in page


def test_a_first_reply_that_solves_is_shown_once(stranger: FlaskClient, make: Make, cast: Cast) -> None:
    solved = make.thread(cast.alice, solved=True)
    page = stranger.get(thread_address(solved)).text.partition("<body>")[2]
    assert page.count("Restart the box") == 1
    assert "post-is-solution" in page


def test_a_solution_on_a_later_page_stands_under_the_question(
    stranger: FlaskClient, make: Make, cast: Cast, thread: Thread
) -> None:
    fill(thread, cast.bob.id, 30)
    answer = make.reply(thread, cast.carol, "Restart the box")
    with writing():
        solving.mark_solution(answer, by=cast.carol)
    first, second = (stranger.get(thread_address(thread, page)).text.partition("<body>")[2] for page in (1, 2))
    assert first.count("Restart the box") == 1
    assert "chosen by staff" in first
    assert second.count("Restart the box") == 1


def test_search_engines_wait_for_the_solution(stranger: FlaskClient, make: Make, cast: Cast, thread: Thread) -> None:
    solved = make.thread(cast.alice, title="A solved question", solved=True)
    assert '<meta name="robots" content="noindex">' in stranger.get(thread_address(thread)).text
    page = stranger.get(thread_address(solved)).text
    assert "noindex" not in page
    assert f'<link rel="canonical" href="http://localhost{thread_address(solved)}">' in page
    assert '<meta property="og:title" content="A solved question">' in page


def test_a_duplicate_leads_to_its_master(stranger: FlaskClient, make: Make, cast: Cast, thread: Thread) -> None:
    master = make.thread(cast.bob, title="The first of its kind")
    with writing():
        moderating.mark_duplicate(thread, master, by=cast.dora)
    page = stranger.get(thread_address(thread)).text
    assert "This was asked before" in page
    assert f'rel="canonical" href="http://localhost{thread_address(master)}"' in page
    with writing():
        moderating.hide_post(
            db.session.scalars(select(Post).where(Post.thread_id == master.id)).one(), by=cast.dora, reason="x"
        )
    assert "The first of its kind" not in stranger.get(thread_address(thread)).text


def test_a_lock_says_who_and_why(stranger: FlaskClient, browser_of, cast: Cast, thread: Thread) -> None:
    with writing():
        moderating.lock_thread(thread, by=cast.dora, reason="everything is said")
    assert "Locked by Dora: everything is said" in stranger.get(thread_address(thread)).text
    assert "<textarea" not in browser_of(cast.alice).get(thread_address(thread)).text


def test_titles_are_text(stranger: FlaskClient, make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice, title='<script>alert("x")</script> & more')
    page = stranger.get(thread_address(thread)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_post_in_the_other_language_says_so(stranger: FlaskClient, make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice, title="Kein Internet seit heute", language="de")
    assert '<h1 class="thread-title" lang="de">' in stranger.get(thread_address(thread)).text


@pytest.mark.parametrize("who", [None, "alice", "carol"])
def test_a_page_asks_as_often_in_a_long_thread_as_in_a_short_one(
    browser_of, stranger: FlaskClient, make: Make, cast: Cast, who: str | None
) -> None:
    browser = browser_of(getattr(cast, who)) if who else stranger
    browser.get("/about")
    counts = []
    for replies in (20, 2_000):
        thread = make.thread(cast.alice)
        fill(thread, cast.bob.id, replies)
        for address in (thread_address(thread), thread_address(thread, page_of(replies + 1))):
            with statements() as asked:
                assert browser.get(address).status_code == 200
            counts.append(len(asked))
    first, last, first_of_many, last_of_many = counts
    assert (first, last) == (first_of_many, last_of_many)
    most = 24 if who == "carol" else 18  # the case file stands beside the thread
    assert max(counts) <= most
    with statements() as asked:
        browser.get(address)
    assert len(asked) <= (most if who == "carol" else 8)  # what all readers see alike was kept


def test_an_edited_post_links_to_its_revisions(stranger: FlaskClient, make: Make, cast: Cast, thread: Thread) -> None:
    post = db.session.scalars(select(Post)).one()
    with writing():
        editing.edit_post(post, by=cast.alice, words=words("Other words"), started_from=1)
    assert f'href="/posts/{post.id}/revisions"' in stranger.get(thread_address(thread)).text
