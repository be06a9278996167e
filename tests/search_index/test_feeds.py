"""/search.atom: a search as a feed, in good order, narrowed as the page is, and only what a stranger may read now."""

from __future__ import annotations

from typing import Any

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.core import clock
from community.core.extensions import db, writing
from community.threads import moderating
from community.threads.models import Post, Thread
from search_index import indexing
from search_index.engines.contract import IndexUnavailable
from search_index.feeds import feed_of_search
from search_index.routes import Chosen
from tests.making import Cast, Make
from tests.working import work


def read(answer: Any) -> Any:
    """The feed as a feed reader understands it; complaints fail the test."""
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    found = feedparser.parse(answer.get_data(), response_headers={"content-type": answer.content_type})
    assert found.bozo == 0, found.get("bozo_exception")
    return found


@pytest.fixture
def threads(app: Flask, make: Make, cast: Cast) -> list[Thread]:
    """Two cases about a router in two rooms, one of them solved; and one about something else."""
    found = [make.thread(by=cast.alice, title="The router blinks", body="All night.", solved=True, tags=["box"])]
    with clock.frozen(clock.ago(hours=-1)):
        found.append(make.thread(by=cast.bob, title="My router is hot", body="Since noon.", category="power"))
        found.append(make.thread(by=cast.bob, title="The bill came twice", body="In May."))
    with app.app_context():
        indexing.rebuild()
    return found


def titles(stranger: FlaskClient, query: str) -> list[str]:
    return [entry.title for entry in read(stranger.get(f"/search.atom?lang=en&{query}")).entries]


def test_a_search_is_a_feed_newest_first(threads: list[Thread], stranger: FlaskClient) -> None:
    assert titles(stranger, "q=router") == ["My router is hot", "The router blinks"]


@pytest.mark.parametrize(
    "narrowed", ["q=router+is:solved", "q=router&status=solved", "q=router&category=internet", "q=router&tag=box"]
)
def test_it_is_narrowed_as_the_page_is(threads: list[Thread], stranger: FlaskClient, narrowed: str) -> None:
    assert titles(stranger, narrowed) == ["The router blinks"]


def test_its_name_and_links_say_what_was_searched_for(threads: list[Thread], stranger: FlaskClient) -> None:
    feed = read(stranger.get("/search.atom?status=solved&q=router+%22all+night%22&lang=de")).feed
    assert feed.id == "tag:localhost,2026:feeds/de/search/q=router+%22all+night%22&status=solved"
    assert feed.title.startswith('router "all night" · ')
    links = {link.rel: link.href for link in feed.links}
    assert links["self"].endswith("&lang=de")
    assert stranger.get(links["self"].removeprefix("http://localhost")).status_code == 200
    assert stranger.get(links["alternate"].removeprefix("http://localhost")).status_code == 200


def test_the_page_knows_its_feed(app: Flask, threads: list[Thread], stranger: FlaskClient) -> None:
    nothing = Chosen(status="", category="", tag="", language="", age="")
    with app.test_request_context("/search?q=router", headers={"Accept-Language": "en"}):
        path = feed_of_search("router", nothing)
        assert feed_of_search("", nothing) is None
    assert path == "/search.atom?q=router&lang=en"


def test_what_is_hidden_leaves_before_the_index_knows(threads: list[Thread], cast: Cast, stranger: FlaskClient) -> None:
    assert "The router blinks" in titles(stranger, "q=router")
    opening = db.session.scalar(db.select(Post).where(Post.thread_id == threads[0].id, Post.number == 1))
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="Not for all.")
    assert threads[0].id in indexing.engine().thread_ids()
    assert titles(stranger, "q=router") == ["My router is hot"]


def test_it_follows_the_index(threads: list[Thread], make: Make, cast: Cast, stranger: FlaskClient) -> None:
    etag = stranger.get("/search.atom?q=router").headers["ETag"]
    assert stranger.get("/search.atom?q=router", headers={"If-None-Match": etag}).status_code == 304
    make.thread(by=cast.alice, title="Another router story")
    work()
    assert stranger.get("/search.atom?q=router", headers={"If-None-Match": etag}).status_code == 200
    assert "Another router story" in titles(stranger, "q=router")


def test_nothing_searched_for_is_no_feed_and_nothing_found_an_empty_one(
    threads: list[Thread], stranger: FlaskClient
) -> None:
    for nothing in ("/search.atom", "/search.atom?q=", "/search.atom?q=%20%2B"):
        assert stranger.get(nothing).status_code == 404
    assert titles(stranger, "q=zebrafinch") == []


def test_without_an_index_the_feed_is_empty_and_not_kept(
    threads: list[Thread], stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*arguments: object, **options: object) -> None:
        raise IndexUnavailable("It is being repaired.")

    with monkeypatch.context() as broken:
        broken.setattr(type(indexing.engine()), "generation", unavailable)
        broken.setattr(type(indexing.engine()), "search", unavailable)
        assert titles(stranger, "q=router") == []
    assert len(titles(stranger, "q=router")) == 2


def test_searches_are_counted(threads: list[Thread], stranger: FlaskClient) -> None:
    codes = [stranger.get(f"/search.atom?q=router{number}").status_code for number in range(31)]
    assert codes == [200] * 30 + [429]
