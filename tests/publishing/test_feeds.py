"""Atom feeds: read without a complaint, stable names, whole addresses, and nothing that a stranger may not read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.core import clock
from community.core.extensions import db, writing
from community.publishing import feeds
from community.threads import editing, moderating, solving
from community.threads.models import Thread
from tests.counting import statements
from tests.making import Cast, Make, words

ATOM = "{http://www.w3.org/2005/Atom}"


def read(answer: Any) -> Any:
    """The feed as a feed reader understands it; complaints fail the test."""
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    found = feedparser.parse(answer.get_data(), response_headers={"content-type": answer.content_type})
    assert found.bozo == 0, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    body = "See [this](/threads/2/x), [that](#post-1), [them](https://example.org/a) & <script>alert(1)</script>"
    return make.thread(by=cast.alice, title="Größe „Öl“ & <b>mehr</b>", body=body, tags=["wlan"], solved=True)


@pytest.mark.parametrize(
    "address",
    [
        "/threads/feed.atom",
        "/threads/feed.atom?show=solved",
        "/threads/feed.atom?show=needs_answer",
        "/categories/internet/feed.atom",
        "/tags/wlan/feed.atom",
        "/threads/1/feed.atom",
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_feed_has_what_the_standard_asks_for(
    thread: Thread, xml_of: Callable[[str], Any], stranger: FlaskClient, address: str, language: str
) -> None:
    asked = f"{address}{'&' if '?' in address else '?'}lang={language}"
    read(stranger.get(asked))
    feed = xml_of(asked)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"http://localhost{asked}"
    assert stranger.get(links["alternate"].removeprefix("http://localhost")).status_code == 200
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    names = []
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1
            assert part.findtext(f"{ATOM}{name}")
        assert part.findtext(f"{ATOM}author/{ATOM}name")
        assert part.findtext(f"{ATOM}updated").endswith("+00:00")
        names.append(part.findtext(f"{ATOM}id"))
    assert len(set(names)) == len(names)
    assert all(name.startswith("tag:localhost,2026:") for name in names)


def test_a_thread_is_told_with_its_question_and_solution(thread: Thread, stranger: FlaskClient) -> None:
    (entry,) = read(stranger.get("/threads/feed.atom?lang=en")).entries
    assert entry.id == f"tag:localhost,2026:threads/{thread.id}"
    assert entry.link == f"http://localhost/threads/{thread.id}/{thread.slug}"
    assert entry.author == "Alice"
    (content,) = entry.content
    assert content.language == "en"
    assert "<h2>Solution</h2>" in content.value
    assert "Restart the box" in content.value


def test_titles_are_text_and_contents_are_safe(thread: Thread, xml_of: Callable[[str], Any]) -> None:
    entry = xml_of("/threads/feed.atom").find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Größe „Öl“ & <b>mehr</b>"
    assert entry.find(f"{ATOM}content").get("type") == "html"
    html = entry.findtext(f"{ATOM}content")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_every_address_in_a_content_is_whole(thread: Thread, xml_of: Callable[[str], Any]) -> None:
    html = xml_of("/threads/feed.atom").find(f"{ATOM}entry").findtext(f"{ATOM}content")
    addresses = [piece.partition('"')[0] for piece in html.split('href="')[1:]]
    assert addresses == [
        "http://localhost/threads/2/x",
        f"http://localhost/threads/{thread.id}/{thread.slug}#post-1",
        "https://example.org/a",
    ]


def test_what_looks_like_an_address_in_a_text_stays(make: Make, cast: Cast, xml_of: Callable[[str], Any]) -> None:
    make.thread(by=cast.alice, body='`<a href="/x">` and a href="/y" and //host')
    html = xml_of("/threads/feed.atom").find(f"{ATOM}entry").findtext(f"{ATOM}content")
    assert "http://localhost" not in html


def test_a_thread_has_a_feed_of_its_posts_newest_first(
    make: Make, cast: Cast, thread: Thread, stranger: FlaskClient
) -> None:
    reply = make.reply(thread, cast.bob, "The same here.")
    entries = read(stranger.get(f"/threads/{thread.id}/feed.atom?lang=en")).entries
    assert [entry.author for entry in entries] == ["Bob", "Carol", "Alice"]
    assert entries[0].id == f"tag:localhost,2026:posts/{reply.id}"
    assert urlsplit(entries[0].link).fragment == f"post-{reply.number}"
    assert entries[0].title.startswith("Bob on")


def test_a_name_stays_when_the_title_changes_and_the_date_follows_the_edit(
    thread: Thread, cast: Cast, stranger: FlaskClient
) -> None:
    before = read(stranger.get("/threads/feed.atom"))
    opening = thread.id
    with clock.frozen(clock.ago(hours=-2)):
        with writing():
            post = db.session.scalar(
                feeds.select(feeds.Post).where(feeds.Post.thread_id == opening, feeds.Post.number == 1)
            )
            editing.edit_post(
                post, by=cast.alice, words=words("Quite another text."), started_from=1, title="A new title"
            )
        after = read(stranger.get("/threads/feed.atom"))
    assert after.entries[0].id == before.entries[0].id
    assert after.feed.id == before.feed.id
    assert after.entries[0].link != before.entries[0].link
    assert after.entries[0].updated > before.entries[0].updated
    assert after.entries[0].published == before.entries[0].published
    assert after.feed.updated == after.entries[0].updated


def test_a_feed_has_at_most_fifty_entries(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice, replies=60)
    entries = read(stranger.get(f"/threads/{thread.id}/feed.atom")).entries
    assert len(entries) == feeds.ENTRIES == 50
    assert entries[0].link.endswith("#post-61")


def test_a_very_long_text_is_given_as_its_beginning(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    make.thread(by=cast.alice, body="word and **word** " * 1_500)
    (content,) = read(stranger.get("/threads/feed.atom")).entries[0].content
    assert len(content.value) < 2 * feeds.BEGINNING
    assert content.value.endswith("…</p>")


def test_characters_that_no_xml_may_hold_are_left_out(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice)
    with writing():
        db.session.get_one(Thread, thread.id).title = "A title with \x0b and \uffff in it"
    assert read(stranger.get("/threads/feed.atom")).entries[0].title == "A title with  and  in it"


def test_a_feed_without_entries_is_a_feed(make: Make, stranger: FlaskClient) -> None:
    make.category("power")
    assert read(stranger.get("/categories/power/feed.atom")).entries == []


def test_a_feed_is_asked_for_again_at_little_cost(
    thread: Thread, make: Make, cast: Cast, stranger: FlaskClient
) -> None:
    first = stranger.get("/threads/feed.atom")
    etag = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Last-Modified"] == "Mon, 16 Nov 2026 09:00:00 GMT"
    again = stranger.get("/threads/feed.atom", headers=etag)
    assert (again.status_code, again.get_data()) == (304, b"")
    make.thread(by=cast.bob, title="A second thread")
    assert stranger.get("/threads/feed.atom", headers=etag).status_code == 200


def test_a_feed_costs_the_same_number_of_questions_however_long_it_is(
    app: Flask, make: Make, cast: Cast, stranger: FlaskClient
) -> None:
    costs = []
    for more in (1, 20):
        for _ in range(more):
            make.thread(by=cast.alice, solved=True)
        with statements() as asked:
            read(stranger.get("/threads/feed.atom"))
        costs.append(len(asked))
    assert costs == [2, 2]
    with statements() as asked:
        stranger.get("/threads/feed.atom")
    assert len(asked) == 0  # the stamp itself is read beside the session


def test_hidden_things_leave_every_feed_at_once(thread: Thread, make: Make, cast: Cast, stranger: FlaskClient) -> None:
    reply = make.reply(thread, cast.bob, "A canary in a reply")
    with writing():
        solving.mark_solution(reply, by=cast.alice)
    addresses = ("/threads/feed.atom", f"/threads/{thread.id}/feed.atom", "/tags/wlan/feed.atom?show=solved")
    for address in addresses:
        stranger.get(address)
    assert "canary" in stranger.get(addresses[1]).get_data(as_text=True)
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="Not for all.")
    for address in addresses:
        assert "canary" not in stranger.get(address).get_data(as_text=True)
    with writing():
        moderating.hide_post(db.session.get_one(feeds.Post, 1), by=cast.dora, reason="Not for all.")
    assert read(stranger.get(addresses[0])).entries == []
    assert stranger.get(addresses[1]).status_code == 404
    assert read(stranger.get(addresses[2])).entries == []


def test_staff_get_the_same_feed_as_strangers(
    thread: Thread, cast: Cast, make: Make, stranger: FlaskClient, browser_of
) -> None:  # type: ignore[no-untyped-def]
    hidden = make.reply(thread, cast.bob, "A canary in a reply")
    with writing():
        moderating.hide_post(hidden, by=cast.dora, reason="Not for all.")
    address = f"/threads/{thread.id}/feed.atom?lang=de"
    assert browser_of(cast.dora).get(address).get_data() == stranger.get(address).get_data()


def test_unknown_things_have_no_feed(stranger: FlaskClient) -> None:
    for address in ("/threads/4711/feed.atom", "/categories/none/feed.atom", "/tags/none/feed.atom"):
        assert stranger.get(address).status_code == 404


def test_lists_and_threads_name_their_feed(
    thread: Thread, head_of: Callable[[str], Any], stranger: FlaskClient
) -> None:
    for page, feed in (
        ("/", "/threads/feed.atom?lang=en"),
        ("/threads?show=solved", "/threads/feed.atom?show=solved&lang=en"),
        ("/categories/internet", "/categories/internet/feed.atom?lang=en"),
        ("/tags/wlan", "/tags/wlan/feed.atom?lang=en"),
        (f"/threads/{thread.id}/{thread.slug}", f"/threads/{thread.id}/feed.atom?lang=en"),
    ):
        named = [link.get("href") for link in head_of(page).iter("link") if link.get("type") == "application/atom+xml"]
        assert named == [f"http://localhost{feed}"], page
        assert stranger.get(feed).status_code == 200
