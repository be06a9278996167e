"""Lists of threads: what stands in them, in what order, and that the last page costs what the first one does."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import chain

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import clock
from community.core.extensions import db, writing
from community.threads import moderating, queries
from community.threads.models import Post, Thread
from community.threads.queries import Key, Show, Within
from tests.conftest import MONDAY
from tests.counting import statements
from tests.making import Cast, Make


def titles(page: str) -> list[str]:
    return re.findall(r'class="thread-row-title"[^>]*><a [^>]*>([^<]*)</a>', page)


def hide(thread: Thread, cast: Cast) -> None:
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="x")


def test_the_thread_that_was_written_in_last_comes_first(stranger: FlaskClient, make: Make, cast: Cast) -> None:
    for hour, title in enumerate(("The oldest thread", "The middle thread", "The newest thread")):
        with clock.frozen(MONDAY + timedelta(hours=hour)):
            thread = make.thread(cast.alice, title=title)
            first = thread if hour == 0 else first  # noqa: F821
    with clock.frozen(MONDAY + timedelta(hours=5)):
        make.reply(first, cast.bob)
    assert titles(stranger.get("/threads").text) == ["The oldest thread", "The newest thread", "The middle thread"]


def test_filters(stranger: FlaskClient, browser_of, make: Make, cast: Cast) -> None:
    make.thread(cast.alice, title="Nobody answered this")
    make.thread(cast.alice, title="Solved is this one", solved=True)
    make.reply(make.thread(cast.alice, title="Staff asked back here"), cast.carol, "Which box is it?")
    locked = make.thread(cast.alice, title="Locked and closed one")
    with writing():
        moderating.lock_thread(locked, by=cast.dora, reason="x")
    assert titles(stranger.get("/threads?show=needs_answer").text) == ["Nobody answered this"]
    assert titles(stranger.get("/threads?show=solved").text) == ["Solved is this one"]
    assert titles(browser_of(cast.alice).get("/threads?show=waiting_for_you").text) == ["Staff asked back here"]
    assert titles(browser_of(cast.bob).get("/threads?show=waiting_for_you").text) == []
    for unknown in ("waiting_for_you", "nonsense", ""):
        assert len(titles(stranger.get(f"/threads?show={unknown}").text)) == 4


def test_categories_and_tags_list_their_own(stranger: FlaskClient, make: Make, cast: Cast) -> None:
    make.thread(cast.alice, title="In the category internet", tags=["wifi"])
    make.thread(cast.alice, title="In the category power", category="power", tags=["meter", "wifi"])
    assert titles(stranger.get("/categories/power").text) == ["In the category power"]
    assert titles(stranger.get("/tags/meter").text) == ["In the category power"]
    assert len(titles(stranger.get("/tags/WiFi", follow_redirects=True).text)) == 2
    page = stranger.get("/categories").text
    assert page.index("/categories/internet") < page.index("/categories/power")
    for path in ("/categories/none", "/tags/none", "/tags/%00", "/people/none"):
        assert stranger.get(path).status_code == 404


def test_a_common_tag_lists_what_a_rare_one_would(
    stranger: FlaskClient, make: Make, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        make.thread(cast.alice, title=f"Thread with number {number}", tags=["wifi"])
    rare = titles(stranger.get("/tags/wifi").text)
    monkeypatch.setattr(queries, "_COMMON_TAG", 0)
    assert titles(stranger.get("/tags/wifi?show=new").text) == rare


def test_hidden_threads_stand_in_no_list(stranger: FlaskClient, browser_of, make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice, title="A hidden canary of a title", tags=["wifi"], solved=True)
    paths = (
        "/",
        "/threads",
        "/threads?show=solved",
        "/categories/internet",
        "/tags/wifi",
        "/people/alice",
        "/people/carol",
    )
    for path in paths:
        assert "canary" in stranger.get(path).text, path
    hide(thread, cast)
    for browser in (stranger, browser_of(cast.bob), browser_of(cast.alice)):
        for path in paths:
            assert "canary" not in browser.get(path).text, path
    assert "0 threads" in stranger.get("/categories").text


@pytest.mark.parametrize("show", [Show.NEW, Show.NEEDS_ANSWER, Show.SOLVED])
def test_walking_there_and_back_meets_every_thread_once(make: Make, cast: Cast, show: Show) -> None:
    for number in range(11):
        with clock.frozen(MONDAY + timedelta(minutes=number // 3)):  # some at the same moment
            make.thread(cast.alice, solved=show is Show.SOLVED, title=f"Thread number {number}")
    seen: list[list[int]] = []
    page = queries.threads_to_show(show, Within(), None, None, 4)
    while True:
        seen.append([thread.id for thread in page.threads])
        if page.older is None:
            break
        page = queries.threads_to_show(show, Within(), None, Key.read(str(page.older)), 4)
    assert [len(ids) for ids in seen] == [4, 4, 3]
    assert sorted(chain.from_iterable(seen)) == sorted({thread.id for thread in db.session.scalars(select(Thread))})
    assert page.newer is not None
    back = queries.threads_to_show(show, Within(), None, Key.read(str(page.newer), backwards=True), 4)
    assert [thread.id for thread in back.threads] == seen[1]
    assert back.newer is not None
    first = queries.threads_to_show(show, Within(), None, back.newer, 4)
    assert ([thread.id for thread in first.threads], first.newer) == (seen[0], None)


def test_pages_link_to_each_other(stranger: FlaskClient, make: Make, cast: Cast) -> None:
    for number in range(35):
        with clock.frozen(MONDAY + timedelta(minutes=number)):
            make.thread(cast.alice, title=f"Thread number {number}")
    first = stranger.get("/categories/internet").text
    assert len(titles(first)) == 30
    older = re.search(r'rel="next" href="([^"]*before=[^"]*)"', first)
    assert older is not None
    second = stranger.get(older[1].replace("&amp;", "&")).text
    assert titles(second) == [f"Thread number {number}" for number in range(4, -1, -1)]
    newer = re.search(r'rel="prev" href="([^"]*after=[^"]*)"', second)
    assert newer is not None
    assert titles(stranger.get(newer[1].replace("&amp;", "&")).text) == titles(first)


@pytest.mark.parametrize(
    "key",
    ["", "x", "1_", "_1", "1_x", "9" * 30 + "_1", "1_" + "9" * 30, "-1_1", "1.5_2", "²_1", "'; DROP TABLE threads"],
)
@pytest.mark.parametrize("way", ["before", "after"])
def test_a_key_that_is_none_shows_the_first_page(
    stranger: FlaskClient, make: Make, cast: Cast, key: str, way: str
) -> None:
    make.thread(cast.alice)
    answer = stranger.get("/threads", query_string={way: key})
    assert answer.status_code == 200
    assert len(titles(answer.text)) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/threads",
        "/threads?show=solved",
        "/categories/internet",
        "/tags/wifi",
        "/people/alice",
        "/categories",
        "/about",
    ],
)
def test_a_list_asks_as_often_for_many_as_for_few(browser_of, make: Make, cast: Cast, path: str) -> None:
    bob = browser_of(cast.bob)
    bob.get("/about")
    counts = []
    for _time in range(2):
        for number in range(6):
            make.thread(cast.alice, title=f"Thread number {number}", tags=["wifi"], solved=number % 2 == 0)
        with statements() as asked:
            assert bob.get(path).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


def test_an_empty_site_says_what_belongs_here(stranger: FlaskClient) -> None:
    assert "No thread yet" in stranger.get("/threads").text
    assert "Everything here has an answer" in stranger.get("/threads?show=needs_answer").text
    assert "No solved case yet" in stranger.get("/threads?show=solved").text
    assert "No category yet" in stranger.get("/categories").text
    assert stranger.get("/").status_code == 200
    assert stranger.get("/about").status_code == 200


def test_the_start_page_asks_and_searches(stranger: FlaskClient, browser_of, make: Make, cast: Cast) -> None:
    make.reply(make.thread(cast.alice, title="Staff asked back here"), cast.carol)
    page = stranger.get("/").text
    assert 'action="/ask" method="get"' in page
    assert 'name="title"' in page
    assert "Waiting for you" not in page
    assert "Waiting for you" in browser_of(cast.alice).get("/").text
    found = stranger.get("/find", query_string={"title": "kein Internet & Telefon"})
    assert (found.status_code, found.location) == (302, "/search?q=kein+Internet+%26+Telefon")


def test_a_person_page_tells_what_is_public(stranger: FlaskClient, make: Make, cast: Cast) -> None:
    make.thread(cast.alice, title="Solved by Carol herself", solved=True)
    carol = stranger.get("/people/Carol").text
    assert "solved 1 case" in carol
    assert "Solved by Carol herself" in carol
    assert '<span class="staff-badge">' in carol
    alice = stranger.get("/people/alice").text
    assert "solved 0 cases" in alice
    assert "@example.org" not in alice + carol


def test_about_names_who_answers(stranger: FlaskClient, make: Make, cast: Cast) -> None:
    page = stranger.get("/about").text
    for name in ("Carol", "Dora", "Jana"):
        assert name in page
    assert "Alice" not in page
