"""How a search is written, and what stays of one that means harm."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.parsing import LONGEST_QUERY, MOST_TERMS, Query, parse


def test_words_phrases_and_operators_are_told_apart() -> None:
    assert parse('router "rotes Licht" -telefon tag:WLAN category:"Mein Tarif" author:@Jana is:solved') == Query(
        words=("router",),
        phrases=("rotes Licht",),
        without=("telefon",),
        tags=("wlan",),
        categories=("mein tarif",),
        author="jana",
        is_solved=True,
    )


def test_a_phrase_can_be_left_out_and_one_word_in_quotes_is_a_word() -> None:
    assert parse('-"neu starten" "Router"') == Query(words=("Router",), without=("neu starten",))


def test_is_open_and_minus_is_solved_are_the_same() -> None:
    assert parse("is:open") == parse("-is:solved") == Query(is_solved=False)


def test_what_is_no_operator_is_a_word() -> None:
    assert parse("is:blue http://a.example or *") == Query(words=("is:blue", "http://a.example", "or"))


def test_an_open_quote_ends_with_the_query() -> None:
    assert parse('"neu starten') == Query(phrases=("neu starten",))


def test_a_query_of_nothing_is_empty() -> None:
    assert not parse("")
    assert not parse(' \t-" * ? ~ () ""')


def test_a_query_is_cut_to_its_bounds() -> None:
    assert len(parse("a " * 5_000).words) == MOST_TERMS
    assert len(parse("x" * 100_000).words[0]) == LONGEST_QUERY


@given(st.text(max_size=400))
def test_any_text_is_a_query(text: str) -> None:
    query = parse(text)
    assert len(query.words) + len(query.phrases) + len(query.without) + len(query.tags) <= MOST_TERMS
    assert len(query.text) <= LONGEST_QUERY + MOST_TERMS


def test_phrases_may_stand_in_the_quotes_that_phones_write() -> None:
    assert parse("“red light”").phrases == parse("„red light“").phrases == ("red light",)


@pytest.mark.parametrize(
    ("text", "either", "words"),
    [
        ("router OR modem", (("router", "modem"),), ()),
        ("router ODER modem | box defekt", (("router", "modem", "box"),), ("defekt",)),
        ('kein "rote lampe" OR blinkt', (("rote lampe", "blinkt"),), ("kein",)),
        ("a OR b c OR d", (("a", "b"), ("c", "d")), ()),
        ("OR router", (), ("router",)),
        ("router OR", (), ("router",)),
        ("router OR OR modem", (("router", "modem"),), ()),
        ("router OR -modem", (), ("router",)),
        ("or oder", (), ("or", "oder")),
        ("tag:wlan OR router", (), ("router",)),
    ],
)
def test_one_of_several(text: str, either: tuple[tuple[str, ...], ...], words: tuple[str, ...]) -> None:
    query = parse(text)
    assert query.either == either
    assert query.words == words


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("before:2026", date(2026, 1, 1), None),
        ("after:2026-05", None, date(2026, 5, 1)),
        ("after:3.5.2026 before:2026-06-07", date(2026, 6, 7), date(2026, 5, 3)),
    ],
)
def test_days(text: str, before: date | None, after: date | None) -> None:
    assert (parse(text).before, parse(text).after) == (before, after)


@pytest.mark.parametrize("text", ["before:yesterday", "after:2026-13", "after:31.2.2026", "before:99999"])
def test_a_day_that_is_none_is_a_word(text: str) -> None:
    assert parse(text).words == (text,)
