"""Kept pages of visitors: kept while nothing changes, small, told apart by language and theme, and never for persons."""

from __future__ import annotations

import time

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.core import pages
from community.core.extensions import writing
from community.core.pages import asked_page
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import parse


@pytest.fixture(autouse=True)
def _thread(make: Make, cast: Cast) -> None:
    """A site on which something has happened; before that its pages are not kept."""
    make.thread(by=cast.alice)


def test_the_second_visitor_costs_one_question(app: Flask, make: Make, cast: Cast) -> None:
    thread = make.thread(by=cast.alice)
    address = f"/threads/{thread.id}/{thread.slug}"
    first = app.test_client().get(address)
    with statements() as asked:
        second = app.test_client().get(address)
    assert first.get_data() == second.get_data()
    assert len(asked) <= 1  # the stamp itself is read beside the session


def test_a_change_anywhere_in_the_lists_makes_lists_anew(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    make.thread(by=cast.alice, title="The first of the threads")
    assert "The second" not in stranger.get("/threads").get_data(as_text=True)
    make.thread(by=cast.alice, title="The second of the threads")
    assert "The second" in stranger.get("/threads").get_data(as_text=True)


def test_languages_and_themes_are_kept_apart(app: Flask, stranger: FlaskClient) -> None:
    for language in ("de", "en", "de"):
        assert parse(stranger.get("/", headers={"Accept-Language": language})).get("lang") == language
    dark = app.test_client()
    dark.set_cookie("theme", "dark")
    assert parse(dark.get("/")).get("data-theme") == "dark"
    assert parse(stranger.get("/")).get("data-theme") == "system"


def test_one_host_never_gets_anothers_page(app: Flask) -> None:
    poisoned = app.test_client().get("/", headers={"Host": "evil.example"})
    assert poisoned.status_code == 200
    assert "evil.example" not in app.test_client().get("/").get_data(as_text=True)


def test_a_nonsense_theme_is_neither_shown_nor_a_way_in(app: Flask) -> None:
    visitor = app.test_client()
    visitor.set_cookie("theme", '"><script>')
    assert parse(visitor.get("/")).get("data-theme") == "system"


def test_it_is_sent_small_to_whoever_takes_it_small(stranger: FlaskClient) -> None:
    plain = stranger.get("/")
    small = stranger.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert small.headers["Content-Encoding"] == "br"
    assert brotli.decompress(small.get_data()) == plain.get_data()
    assert len(small.get_data()) < len(plain.get_data()) / 2


def test_an_unchanged_page_is_not_sent_again(stranger: FlaskClient) -> None:
    first = stranger.get("/")
    again = stranger.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_a_visitor_with_something_to_be_told_gets_a_page_of_their_own(
    app: Flask, make: Make, cast: Cast, browser_of
) -> None:  # type: ignore[no-untyped-def]
    stranger = app.test_client()
    stranger.get("/")
    leaving = browser_of(cast.alice)
    leaving.post("/logout")
    told = leaving.get("/").get_data(as_text=True)
    assert "You are logged out." in told
    assert "You are logged out." not in stranger.get("/").get_data(as_text=True)


def test_errors_and_redirects_are_not_kept(app: Flask, make: Make, cast: Cast, stranger: FlaskClient) -> None:
    assert stranger.get("/threads/4711/anything").status_code == 404
    thread = make.thread(by=cast.alice)
    assert stranger.get(f"/threads/{thread.id}/wrong").status_code == 301
    assert stranger.get(f"/threads/{thread.id}/{thread.slug}").status_code == 200


def test_a_page_is_made_anew_after_a_minute_for_its_relative_times(
    app: Flask, stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger.get("/")
    with statements() as kept:
        stranger.get("/")
    later = time.monotonic() + pages.KEPT_SECONDS + 1
    monkeypatch.setattr(pages.time, "monotonic", lambda: later)
    with statements() as anew:
        stranger.get("/")
    assert len(anew) > len(kept)


def test_the_keeper_forgets_what_was_used_least(app: Flask) -> None:
    keeper = pages._Keeper(most_bytes=3 * 1_400)
    for name in "abc":
        keeper.put((name,), pages._Kept((), 0.0, b"x" * 900, b"y" * 100, "", "text/html", ""))
    assert keeper.get(("a",)) is not None
    keeper.put(("d",), pages._Kept((), 0.0, b"x" * 900, b"y" * 100, "", "text/html", ""))
    assert [name for name in "abcd" if keeper.get((name,))] == ["a", "c", "d"]
    keeper.clear()
    assert keeper.get(("a",)) is None


def test_touching_counts_up_from_nothing(app: Flask) -> None:
    def versions() -> tuple[object, ...]:
        return pages.stamp("SELECT version FROM page_versions WHERE scope = ?", ("somewhere",))

    assert versions() == ()
    for expected in (2, 3):
        with writing():
            pages.touch("somewhere")
        assert versions() == ((expected,),)


@pytest.mark.parametrize(
    ("asked", "number"), [("2", 2), ("0", 1), ("-5", 1), ("99", 7), ("x", 1), ("9" * 30, 7), ("", 1)]
)
def test_the_asked_page_is_kept_within_the_list(app: Flask, asked: str, number: int) -> None:
    with app.test_request_context(f"/?page={asked}"):
        page = asked_page(last=7, total=130)
    assert page.number == number
    assert (page.has_previous, page.has_next) == (number > 1, number < 7)


def test_an_empty_list_has_one_page(app: Flask) -> None:
    with app.test_request_context("/"):
        assert asked_page(last=0).last == 1
