"""Nudges, and which language a text is in: small rules, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from community.intake.nudges import is_old, likelier_category, nudges
from community.intake.recognising import language_of

GOOD_TITLE = "No internet since the storm"
GOOD_BODY = "The box blinks red since yesterday evening. I have pulled the plug twice already."


def _about(title=GOOD_TITLE, body=GOOD_BODY) -> list[str]:
    return [nudge.about for nudge in nudges(title, body)]


def test_a_good_text_needs_no_advice():
    assert _about() == []


@pytest.mark.parametrize("title", ["Internet", "WLAN weg", "NO INTERNET SINCE THE STORM"])
def test_a_short_or_shouted_title_is_noticed_once(title):
    assert _about(title=title) == ["title"]


@pytest.mark.parametrize("body", ["Help.", GOOD_BODY.upper()])
def test_a_short_or_shouted_text_is_noticed_once(body):
    assert _about(body=body) == ["body"]


@pytest.mark.parametrize("title", ["My DSL and WLAN are gone", "Das VDSL-Modem der FRITZ!Box piept"])
def test_names_in_capitals_are_not_shouting(title):
    assert _about(title=title) == []


@pytest.mark.parametrize(
    ("similar", "likelier"), [([], None), ([2], None), ([2, 2], 2), ([2, 2, 1], None), ([2, 3], None), ([3, 2, 3], 3)]
)
def test_the_category_is_doubted_only_if_the_cases_agree(similar, likelier):
    assert likelier_category(1, similar) == likelier


def test_a_thread_is_old_after_half_a_year():
    moment = datetime(2026, 11, 16, tzinfo=UTC)
    assert is_old(moment - timedelta(days=181), moment)
    assert not is_old(moment - timedelta(days=179), moment)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kein Internet seit gestern Abend", "de"),
        ("Router startet nicht mehr", "de"),
        ("Störungsmeldung", "de"),
        ("No internet since yesterday", "en"),
        ("How do I reset the box?", "en"),
        ("My Störung is not fixed yet, what can I do?", "en"),
        ("", "xx"),
        ("FRITZ!Box 7590", "xx"),
        ("404 502 E-17", "xx"),
    ],
)
def test_a_language_is_told_by_its_little_words(text, language):
    assert language_of(text, otherwise="xx") == language


def test_a_long_text_is_read_in_no_time():
    assert language_of("the " * 10_000, otherwise="de") == "en"
