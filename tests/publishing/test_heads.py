"""What pages say of themselves: one address, both languages, a card for links; and what becomes of addresses that were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from community.core.extensions import db, writing
from community.threads import editing, moderating
from community.threads.models import Alias, Post, Thread
from tests.making import Cast, Make, words
from tests.sending import parse


def links(head: Any, rel: str) -> list[Any]:
    return [link for link in head.iter("link") if link.get("rel") == rel]


def canonical(head: Any) -> str:
    (link,) = links(head, "canonical")
    return link.get("href").removeprefix("http://localhost")


def meta(head: Any) -> dict[str, str]:
    named = {item.get("property") or item.get("name"): item.get("content") for item in head.iter("meta")}
    return {name: content for name, content in named.items() if name}


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/threads/1/{slug}", "/threads/1/{slug}"),
        ("/threads/1/{slug}?utm_source=x&quote=1", "/threads/1/{slug}"),
        ("/threads/1/{slug}?page=2&x=y", "/threads/1/{slug}?page=2"),
        ("/threads/1/{slug}?page=1", "/threads/1/{slug}"),
        ("/threads/1/{slug}?lang=de", "/threads/1/{slug}"),
        ("/?utm_source=x", "/"),
        ("/threads?utm_source=x", "/threads"),
        ("/threads?show=solved&x=y", "/threads?show=solved"),
        ("/threads?lang=de&x=y", "/threads?lang=de"),
        ("/threads?lang=fr", "/threads"),
        ("/categories?x=y", "/categories"),
        ("/categories/internet?lang=en", "/categories/internet?lang=en"),
        ("/tags/wlan?x", "/tags/wlan"),
        ("/about?x", "/about"),
        ("/people/alice?x=y", "/people/alice"),
    ],
)
def test_a_page_has_one_address_whatever_was_asked_for(
    make: Make, cast: Cast, head_of: Callable[[str], Any], asked: str, address: str
) -> None:
    thread = make.thread(by=cast.alice, tags=["wlan"], replies=25)
    assert canonical(head_of(asked.format(slug=thread.slug))) == address.format(slug=thread.slug)


@pytest.mark.parametrize("address", ["/", "/threads", "/categories", "/categories/internet", "/tags/wlan", "/about"])
def test_pages_of_our_own_words_have_an_address_in_each_language(
    make: Make, cast: Cast, stranger: FlaskClient, head_of: Callable[[str], Any], address: str
) -> None:
    make.thread(by=cast.alice, tags=["wlan"])
    expected = {
        "de": f"http://localhost{address}?lang=de",
        "en": f"http://localhost{address}?lang=en",
        "x-default": f"http://localhost{address}",
    }
    for asked in ("", "?lang=de", "?lang=en"):
        named = {link.get("hreflang"): link.get("href") for link in links(head_of(address + asked), "alternate")}
        named.pop(None, None)  # feeds
        assert named == expected
    for spoken in ("de", "en"):
        for accepted in ("de", "en"):
            page = stranger.get(f"{address}?lang={spoken}", headers={"Accept-Language": accepted})
            assert parse(page).get("lang") == spoken


def test_what_customers_wrote_exists_in_one_language(make: Make, head_of: Callable[[str], Any]) -> None:
    thread = make.thread()
    assert [
        link for link in links(head_of(f"/threads/{thread.id}/{thread.slug}"), "alternate") if link.get("hreflang")
    ] == []


def test_narrowed_lists_are_not_for_the_index(make: Make, head_of: Callable[[str], Any]) -> None:
    make.thread()
    assert meta(head_of("/threads?show=solved"))["robots"] == "noindex"
    assert not any(link.get("hreflang") for link in links(head_of("/threads?show=solved"), "alternate"))


def test_whoever_switches_the_language_gets_it_on_a_page_that_named_another(stranger: FlaskClient) -> None:
    answer = stranger.post("/preferences", data={"language": "en", "next": "/threads?show=solved&lang=de"})
    assert answer.headers["Location"] == "/threads?show=solved"
    assert parse(stranger.get("/threads")).get("lang") == "en"


def test_a_signed_in_person_keeps_their_language(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert parse(browser_of(cast.alice).get("/categories?lang=de")).get("lang") == "en"


def test_a_thread_says_what_other_sites_show_beside_a_link(
    make: Make, cast: Cast, stranger: FlaskClient, head_of: Callable[[str], Any]
) -> None:
    thread = make.thread(by=cast.alice, title='Größe "Öl" & <b>', solved=True)
    said = meta(head_of(f"/threads/{thread.id}/{thread.slug}?utm_source=x"))
    assert said["og:title"] == 'Größe "Öl" & <b>'
    assert said["og:type"] == "article"
    assert said["og:url"] == f"http://localhost/threads/{thread.id}/{thread.slug}"
    assert said["og:description"] == "Restart the box; it takes two minutes."
    assert said["og:site_name"] == "Theke"
    assert said["twitter:card"] == "summary_large_image"
    assert said["og:image:alt"].endswith("Solved")
    picture = stranger.get(said["og:image"].removeprefix("http://localhost"))
    assert picture.mimetype == "image/png"


def test_the_front_page_does_too(stranger: FlaskClient, head_of: Callable[[str], Any]) -> None:
    said = meta(head_of("/"))
    assert said["og:type"] == "website"
    assert stranger.get(said["og:image"].removeprefix("http://localhost")).mimetype == "image/png"


def test_an_unsolved_thread_is_not_for_the_index_until_it_is_solved(
    make: Make, cast: Cast, head_of: Callable[[str], Any]
) -> None:
    opened, solved = make.thread(by=cast.alice), make.thread(by=cast.alice, solved=True)
    assert meta(head_of(f"/threads/{opened.id}/{opened.slug}"))["robots"] == "noindex"
    assert "robots" not in meta(head_of(f"/threads/{solved.id}/{solved.slug}"))


# --- Addresses that were


def test_an_older_title_leads_to_the_present_one_for_good(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice, title="The first title of it")
    old = f"/threads/{thread.id}/{thread.slug}"
    opening = db.session.scalar(db.select(Post).where(Post.thread_id == thread.id))
    with writing():
        editing.edit_post(
            opening, by=cast.alice, words=words("A text."), started_from=1, title="The second title of it"
        )
    answer = stranger.get(f"{old}?page=1")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/threads/{thread.id}/the-second-title-of-it?page=1"


def test_a_tag_in_another_spelling_leads_to_its_one_page(make: Make, stranger: FlaskClient) -> None:
    make.thread(tags=["öl"])
    answer = stranger.get("/tags/%C3%96L?show=solved")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/tags/%C3%B6l?show=solved")


@pytest.fixture
def gone(make: Make, cast: Cast) -> Thread:
    """A thread that was removed."""
    thread = make.thread(by=cast.alice, title="A canary in a title")
    with writing():
        db.session.execute(update(Thread).where(Thread.id == thread.id).values(visibility="removed"))
        db.session.execute(update(Post).where(Post.thread_id == thread.id).values(visibility="removed"))
    return thread


PLACES = ("/threads/{}/", "/threads/{}/another-title", "/threads/{}/feed.atom", "/threads/{}/picture.png")


def test_a_removed_thread_is_gone_for_everyone(gone: Thread, cast: Cast, app: Flask, browser_of) -> None:  # type: ignore[no-untyped-def]
    for browser in (app.test_client(), browser_of(cast.alice), browser_of(cast.bob), browser_of(cast.dora)):
        for place in PLACES:
            answer = browser.get(place.format(gone.id))
            assert answer.status_code == 410, place
            assert "canary" not in answer.get_data(as_text=True)
            assert "Location" not in answer.headers


@pytest.mark.parametrize("visibility", ["held", "hidden"])
def test_held_and_hidden_threads_are_as_if_they_had_never_been(
    make: Make, cast: Cast, app: Flask, browser_of, visibility: str
) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    with writing():
        db.session.execute(update(Thread).where(Thread.id == thread.id).values(visibility=visibility))
    for browser in (app.test_client(), browser_of(cast.bob)):
        for place in PLACES:
            assert [browser.get(place.format(number)).status_code for number in (thread.id, 4711)] == [404, 404]


def test_what_became_part_of_another_thread_leads_there_for_good(
    gone: Thread, make: Make, cast: Cast, stranger: FlaskClient
) -> None:
    other = make.thread(by=cast.bob, title="Where it all went on")
    with writing():
        db.session.add(Alias(path=f"/threads/{gone.id}", thread_id=other.id))
    answer = stranger.get(f"/threads/{gone.id}/any-title")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/threads/{other.id}/where-it-all-went-on"
    opening = db.session.scalar(db.select(Post).where(Post.thread_id == other.id))
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="Not for all.")
    assert stranger.get(f"/threads/{gone.id}/any-title").status_code == 410
