"""What is searched for is counted by the day and the words; whoever searched can never be read from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import clock
from community.core.extensions import db
from search_index import search_log
from search_index.models import SearchTally
from search_index.search_log import words_of
from tests.making import Cast, Make
from tests.working import reindex, work


@pytest.fixture(autouse=True)
def _indexed(app: Flask, make: Make, cast: Cast) -> None:
    make.thread(by=cast.alice, title="Router blinks red since this morning", solved=True)
    work()
    reindex()


def tallies() -> list[tuple[str, str, int, int, int]]:
    search_log.store()
    db.session.rollback()
    return [
        (row.language, row.words, row.searched, row.unanswered, row.opened)
        for row in db.session.scalars(select(SearchTally).order_by(SearchTally.words))
    ]


def test_searches_are_counted_and_what_found_nothing_apart(stranger: FlaskClient) -> None:
    for typed in ("router", "Router ", "xylophone concert"):
        assert stranger.get("/search", query_string={"q": typed}).status_code == 200
    assert tallies() == [("en", "router", 2, 0, 0), ("en", "xylophone concert", 1, 1, 0)]


def test_looking_at_the_page_writes_nothing_at_once(stranger: FlaskClient) -> None:
    stranger.get("/search?q=router")
    assert db.session.scalars(select(SearchTally)).all() == []
    assert len(tallies()) == 1


def test_further_pages_and_chips_are_not_counted_again(stranger: FlaskClient) -> None:
    for more in ("&status=solved", "&language=en", "&age=week", "&tag=wlan"):
        stranger.get(f"/search?q=router{more}")
    assert tallies() == []


def test_whoever_opens_a_result_is_counted_without_scripts_and_without_cookies(stranger: FlaskClient) -> None:
    page = stranger.get("/search?q=router")
    assert "blinks red since" in page.get_data(as_text=True)
    came = {"Referer": "http://localhost/search?q=router"}
    for _time in range(2):  # the second time the page comes from the shelf
        assert stranger.get("/threads/1/router-blinks-red-since-this-morning", headers=came).status_code == 200
    assert tallies() == [("en", "router", 1, 0, 2)]


@pytest.mark.parametrize(
    "referrer",
    ["http://evil.example/search?q=router", "http://localhost/threads?q=router", "http://localhost/search", ""],
)
def test_only_our_own_search_page_counts(stranger: FlaskClient, referrer: str) -> None:
    stranger.get("/threads/1/router-blinks-red-since-this-morning", headers={"Referer": referrer})
    assert tallies() == []


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        ("  Router   BLINKT  ", "router blinkt"),
        ("vertrag 4711 0815 22", "vertrag"),
        ("kundennummer 123456789", "kundennummer"),
        ("mail an max.muster@example.org geht nicht", "mail an geht nicht"),
        ("anruf von 0171/234 56 78", "anruf von"),
        ("DE89 3704 0044 0532 0130 00", ""),
        ("DE89370400440532013000 gesperrt", "gesperrt"),
        ("fehler 5.1.90", "fehler 5.1.90"),
        ("tag:wlan author:alice router", "router"),
        ("max@example.org", ""),
        ("x" * 300, "x" * 80),
        ("", ""),
    ],
)
def test_what_may_be_somebodys_own_is_left_out(typed: str, counted: str) -> None:
    assert words_of(typed) == counted


def test_the_table_knows_no_person_no_network_and_no_time_of_day() -> None:
    assert set(SearchTally.__table__.columns.keys()) == {"day", "language", "words", "searched", "unanswered", "opened"}


def test_the_most_frequent_come_first(stranger: FlaskClient) -> None:
    for typed in ["xylophone"] * 2 + ["router"] * 3 + ["kazoo"]:
        stranger.get(f"/search?q={typed}")
    search_log.store()
    assert [(row.words, row.unanswered) for row in search_log.unanswered(30)] == [("xylophone", 2), ("kazoo", 1)]
    assert [row.words for row in search_log.unopened(30)] == ["router"]
    assert [row.words for row in search_log.most_searched(30)] == ["router", "xylophone", "kazoo"]
    assert search_log.totals(30).searched == 6
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert search_log.most_searched(30) == []


def test_old_days_are_forgotten(stranger: FlaskClient) -> None:
    stranger.get("/search?q=router")
    search_log.store()
    with clock.frozen(clock.now() + search_log.KEPT + timedelta(days=1)):
        search_log.sweep()
    assert tallies() == []


def test_a_busy_database_loses_no_count(stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger.get("/search?q=router")
    with monkeypatch.context() as busy:
        busy.setattr(search_log, "writing", _refused)
        search_log.store()
    assert tallies() == [("en", "router", 1, 0, 0)]


def _refused() -> None:
    raise search_log.Busy


def test_a_flood_of_different_searches_takes_no_more_than_its_room(app: Flask) -> None:
    gathered = search_log._gathered()
    day = clock.now().date()
    for number in range(search_log.MOST_GATHERED + 50):
        gathered.add(app, [(day, "en", f"word {number}", "searched")])
    assert len(gathered._counts) <= search_log.MOST_GATHERED
