"""The search page, its suggestions, finding inside a thread, and saying that a case did not help."""

from __future__ import annotations

from urllib.parse import unquote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import limits
from community.core.extensions import db, writing
from community.threads import moderating
from community.threads.models import Post, Thread
from search_index import routes, synonym_lists
from search_index.finding import search
from search_index.models import Unhelped
from search_index.parsing import Query
from search_index.synonyms import Group
from tests.making import Cast, Make
from tests.sending import parse, text_of
from tests.working import reindex, work


@pytest.fixture
def threads(app: Flask, make: Make, cast: Cast) -> list[Thread]:
    made = [
        make.thread(by=cast.alice, title="Router blinks red since this morning", tags=["wifi"], solved=True),
        make.thread(by=cast.bob, title="Modem loses its connection at night", tags=["cable"]),
        make.thread(by=cast.bob, title="Invoice was sent twice", category="billing", tags=["cable"]),
    ]
    work()
    reindex()
    return made


def results(stranger: FlaskClient, **query: str) -> list[str]:
    page = parse(stranger.get("/search", query_string=query))
    return [text_of(title) for item in page.iter("li") if item.get("class") == "result" for title in item.iter("h2")]


def links(page: object) -> list[tuple[str, str]]:
    return [(text_of(link), link.get("href", "")) for link in page.iter("a")]  # type: ignore[attr-defined]


def test_what_was_meant_is_marked(threads: list[Thread], stranger: FlaskClient) -> None:
    page = parse(stranger.get("/search", query_string={"q": "ruoter blinks"}))
    assert {text_of(mark) for mark in page.iter("mark")} == {"Router", "blinks"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "router OR modem"}, {"Router blinks red since this morning", "Modem loses its connection at night"}),
        ({"q": "router OR modem -night"}, {"Router blinks red since this morning"}),
        ({"q": "connection OR invoice tag:cable"}, {"Modem loses its connection at night", "Invoice was sent twice"}),
        ({"q": "tag:cable category:billing"}, {"Invoice was sent twice"}),
        ({"q": "after:2026-11-01 tag:cable"}, {"Modem loses its connection at night", "Invoice was sent twice"}),
        ({"q": "before:2026-11-01 tag:cable"}, set()),
        ({"q": "tag:cable", "age": "week"}, {"Modem loses its connection at night", "Invoice was sent twice"}),
        ({"q": "is:solved", "tag": "wifi"}, {"Router blinks red since this morning"}),
        ({"q": "is:open", "category": "billing"}, {"Invoice was sent twice"}),
        ({"q": "morning", "status": "nonsense", "age": "nonsense"}, {"Router blinks red since this morning"}),
    ],
)
def test_operators_and_chips(
    threads: list[Thread], stranger: FlaskClient, query: dict[str, str], found: set[str]
) -> None:
    assert set(results(stranger, **query)) == found


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the engine is asked from now on; a kept page asks nothing."""
    asked: list[str] = []

    def note(query: Query, *arguments: object, **options: object) -> object:
        asked.append(query.text)
        return search(query, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(routes, "search", note)
    return asked


def test_visitors_get_a_kept_page_until_something_changes(
    threads: list[Thread], make: Make, cast: Cast, stranger: FlaskClient, searched: list[str]
) -> None:
    for _time in range(3):
        assert results(stranger, q="invoice") == ["Invoice was sent twice"]
    assert searched == ["invoice"]
    make.thread(by=cast.bob, title="Another invoice")
    work()
    assert "Another invoice" in results(stranger, q="invoice")


def test_a_kept_page_forgets_what_is_hidden_at_once(threads: list[Thread], cast: Cast, stranger: FlaskClient) -> None:
    assert results(stranger, q="invoice")
    with writing():
        opening = db.session.scalars(select(Post).where(Post.thread_id == threads[2].id, Post.number == 1)).one()
        moderating.hide_post(opening, by=cast.carol, reason="tried out")
    assert results(stranger, q="invoice") == []


def test_a_kept_page_knows_new_synonyms_at_once(threads: list[Thread], cast: Cast, stranger: FlaskClient) -> None:
    assert len(results(stranger, q="invoice")) == 1
    with writing():
        synonym_lists.put(Group(("invoice", "night")), by=cast.dora)
    assert len(results(stranger, q="invoice")) == 2


def test_very_long_threads_are_searched_and_not_kept(app: Flask, make: Make, cast: Cast, stranger: FlaskClient) -> None:
    long = make.thread(by=cast.alice, title="Short question", body="unrelated words " * 1_500)
    short = make.thread(by=cast.alice, title="Another question", body="The xylophone rattles.")
    make.reply(long, cast.bob, "There is a xylophone. " + "More unrelated words. " * 800)
    work()
    reindex()
    page = parse(stranger.get("/search?q=xylophone"))
    assert {text_of(mark) for mark in page.iter("mark")} == {"xylophone"}
    assert len(results(stranger, q="xylophone")) == 2
    kept = {one: shown.texts for one, shown in app.extensions["theke-readable"]._kept.items()}
    assert kept[long.id] is None
    assert kept[short.id]


def test_kept_pages_count_against_the_limit(threads: list[Thread], stranger: FlaskClient) -> None:
    allowed = limits.RATES["search"].count
    answers = [stranger.get("/search?q=router").status_code for _time in range(allowed + 1)]
    assert answers == [200] * allowed + [429]


def test_chips_lead_to_narrower_searches_and_back(threads: list[Thread], stranger: FlaskClient) -> None:
    page = parse(stranger.get("/search?q=tag:cable"))
    chips = dict(links(page))
    assert "age=week" in chips["Last week"]
    narrowed = parse(stranger.get(chips["cable (2)"]))
    assert any("tag=cable" not in href and "Tag: cable" in text for text, href in links(narrowed))


def test_did_you_mean_offers_what_a_case_says_and_changes_nothing(threads: list[Thread], stranger: FlaskClient) -> None:
    page = parse(stranger.get("/search?q=ruoter+blinks"))
    offered = [(text, href) for text, href in links(page) if text == "router blinks"]
    assert offered
    assert "q=router" in offered[0][1]
    field = next(item for item in page.iter("input") if item.get("id") == "q")
    assert field.get("value") == "ruoter blinks"


def test_a_word_that_is_known_is_not_questioned(threads: list[Thread], stranger: FlaskClient) -> None:
    assert "Did you mean" not in stranger.get("/search?q=router").get_data(as_text=True)


def test_nothing_found_leads_into_asking_with_the_words(threads: list[Thread], stranger: FlaskClient) -> None:
    page = parse(stranger.get("/search?q=xylophone+concert"))
    assert any(unquote_plus(href) == "/ask?title=xylophone concert" for _text, href in links(page))


def test_suggestions_name_threads_and_the_search_itself(threads: list[Thread], stranger: FlaskClient) -> None:
    page = parse(stranger.get("/search/suggestions?q=router+bli"))
    assert next(text for text, _href in links(page)).startswith("Router blinks")
    assert links(page)[-1] == ("Search for “router bli”", "/search?q=router+bli")
    assert links(parse(stranger.get("/search/suggestions?q="))) == []


def test_hidden_threads_are_suggested_to_nobody(
    threads: list[Thread], cast: Cast, stranger: FlaskClient, browser_of
) -> None:  # type: ignore[no-untyped-def]
    opening = db.session.scalars(select(Post).where(Post.thread_id == threads[0].id, Post.number == 1)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="Shows a number.")
    for browser in (stranger, browser_of(cast.bob), browser_of(cast.carol)):
        assert "Router blinks" not in browser.get("/search/suggestions?q=router+blinks").get_data(as_text=True)


# --- In a thread


@pytest.fixture
def long_thread(make: Make, cast: Cast) -> Thread:
    thread = make.thread(by=cast.alice, title="A long talk about boxes")
    for number in range(2, 20):
        make.reply(
            thread,
            by=cast.bob,
            body=f"Reply {number}: nothing of interest." if number % 6 else f"The antenna {number} is loose.",
        )
    return thread


def test_posts_of_a_thread_are_found_with_their_passage(long_thread: Thread, stranger: FlaskClient) -> None:
    page = parse(stranger.get(f"/search/thread/{long_thread.id}?q=antennas"))
    found = [text for text, href in links(page) if "#post-" in href]
    assert found == ["Post 6", "Post 12", "Post 18"]
    assert [text_of(mark) for mark in page.iter("mark")] == ["antenna"] * 3


def test_what_is_hidden_is_not_found_in_a_thread(
    long_thread: Thread, cast: Cast, stranger: FlaskClient, browser_of
) -> None:  # type: ignore[no-untyped-def]
    post = db.session.scalars(select(Post).where(Post.thread_id == long_thread.id, Post.number == 6)).one()
    with writing():
        moderating.hide_post(post, by=cast.dora, reason="Shows a number.")
    address = f"/search/thread/{long_thread.id}?q=antenna"
    assert "antenna 6" not in stranger.get(address).get_data(as_text=True)
    assert "antenna 6" not in browser_of(cast.alice).get(address).get_data(as_text=True)
    assert "Post 6" in browser_of(cast.carol).get(address).get_data(as_text=True)


@pytest.mark.parametrize("typed", ["", "%", "_", "der", "xylophone", "a" * 5_000, "'; DROP TABLE posts"])
def test_odd_words_in_a_thread_find_nothing_and_break_nothing(
    long_thread: Thread, stranger: FlaskClient, typed: str
) -> None:
    answer = stranger.get(f"/search/thread/{long_thread.id}", query_string={"q": typed})
    assert answer.status_code == 200
    assert "#post-" not in answer.get_data(as_text=True)


def test_a_long_thread_has_the_field_and_a_short_one_has_not(
    make: Make, cast: Cast, long_thread: Thread, stranger: FlaskClient
) -> None:
    short = make.thread(by=cast.alice, title="A short talk about boxes")
    field = f"/search/thread/{long_thread.id}"
    assert field in stranger.get(f"/threads/{long_thread.id}/{long_thread.slug}").get_data(as_text=True)
    assert f"/search/thread/{short.id}" not in stranger.get(f"/threads/{short.id}/{short.slug}").get_data(as_text=True)


# --- It did not help


def test_anybody_may_say_that_a_case_did_not_help_and_is_led_to_asking(
    threads: list[Thread], stranger: FlaskClient
) -> None:
    address = f"/threads/{threads[0].id}/unhelped"
    assert address in stranger.get(f"/threads/{threads[0].id}/{threads[0].slug}").get_data(as_text=True)
    answer = stranger.post(address, data={"why": "  another   router \x00"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ask")
    row = db.session.scalars(select(Unhelped)).one()
    assert (row.thread_id, row.why) == (threads[0].id, "another router")
    assert set(Unhelped.__table__.columns.keys()) == {"id", "thread_id", "at", "why"}


def test_other_sites_cannot_say_it(threads: list[Thread], stranger: FlaskClient) -> None:
    answer = stranger.post(f"/threads/{threads[0].id}/unhelped", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert db.session.scalars(select(Unhelped)).all() == []


def test_it_can_be_said_of_public_threads_only(threads: list[Thread], cast: Cast, stranger: FlaskClient) -> None:
    opening = db.session.scalars(select(Post).where(Post.thread_id == threads[0].id, Post.number == 1)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="Shows a number.")
    assert stranger.post(f"/threads/{threads[0].id}/unhelped").status_code == 404
    assert stranger.post("/threads/4711/unhelped").status_code == 404
