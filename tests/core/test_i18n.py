"""Which language a reader sees, and how moments are said in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from community.core import clock, i18n
from tests.making import Cast
from tests.sending import parse


@pytest.mark.parametrize(
    ("header", "language"),
    [("de", "de"), ("de-CH", "de"), ("en-US,en;q=0.5", "en"), ("fr", "en"), ("fr,de;q=0.3", "de"), ("", "en"), ("*", "en"), ("xx;q=nonsense", "en"), ("de;q=0", "en")],
)  # fmt: skip
def test_a_stranger_reads_what_the_browser_asks_for_else_the_sites_language(
    app: Flask, header: str, language: str
) -> None:
    with app.test_request_context("/", headers={"Accept-Language": header}):
        assert i18n.chosen_language() == language


def test_a_german_site_is_german_to_whoever_asks_for_nothing(app: Flask) -> None:
    app.config["SITE_LANGUAGE"] = "de"
    with app.test_request_context("/"):
        assert i18n.chosen_language() == "de"
    assert i18n.chosen_language() == "de"  # the worker too


def test_a_switch_wins_over_the_browser_and_the_account_over_both(app: Flask, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    stranger, bob = app.test_client(), browser_of(cast.bob)
    for browser in (stranger, bob):
        browser.set_cookie("lang", "de")
    assert parse(stranger.get("/", headers={"Accept-Language": "en"})).get("lang") == "de"
    assert parse(bob.get("/", headers={"Accept-Language": "de"})).get("lang") == "en"


def test_a_nonsense_switch_is_ignored(app: Flask) -> None:
    with app.test_request_context("/", headers={"Cookie": "lang=klingon", "Accept-Language": "de"}):
        assert i18n.chosen_language() == "de"


@pytest.mark.parametrize(
    ("age", "german", "english"),
    [
        (timedelta(seconds=30), None, "just now"),
        (timedelta(minutes=5), "vor 5 Minuten", "5 minutes ago"),
        (timedelta(hours=3), "vor 3 Stunden", "3 hours ago"),
        (timedelta(days=2), "vor 2 Tagen", "2 days ago"),
        (timedelta(days=8), "08.11.2026", "Nov 8, 2026"),
        (-timedelta(seconds=30), None, "just now"),
        (-timedelta(minutes=5), "in 5 Minuten", "in 5 minutes"),
        (-timedelta(hours=3), "in 3 Stunden", "in 3 hours"),
        (-timedelta(days=8), "24.11.2026", "Nov 24, 2026"),
    ],
)
def test_moments_are_relative_for_a_week(app: Flask, age: timedelta, german: str | None, english: str) -> None:
    moment = clock.now() - age
    with app.test_request_context("/"):
        with i18n.force_locale("en"):
            assert i18n.when(moment) == english
        if german:
            with i18n.force_locale("de"):
                assert i18n.when(moment) == german


def test_exact_moments_are_said_in_the_sites_time_zone(app: Flask) -> None:
    with app.test_request_context("/"), i18n.force_locale("de"):
        assert i18n.clock_time(clock.now()) == "10:00"
        assert "10:00" in i18n.exact(clock.now())
        assert i18n.iso(clock.now()) == "2026-11-16T09:00:00+00:00"
        assert i18n.duration(timedelta(minutes=110)) == "2 Stunden"


@pytest.mark.parametrize(
    ("seconds", "german", "english"),
    [
        (1, "1 Sekunde", "1 second"),
        (89, "89 Sekunden", "89 seconds"),
        (90, "2 Minuten", "2 minutes"),
        (481, "9 Minuten", "9 minutes"),
        (3600, "60 Minuten", "60 minutes"),
    ],
)
def test_a_time_to_wait_is_never_said_too_short(app: Flask, seconds: int, german: str, english: str) -> None:
    for language, said in (("de", german), ("en", english)):
        with i18n.force_locale(language):
            assert i18n.waiting_time(seconds) == said
