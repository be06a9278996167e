"""What a mistyped word was meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.typos import beginnings, errors_forgiven, mistakes, nearest

KNOWN = {
    "rechnung": 50,
    "rechner": 40,
    "router": 300,
    "kontakt": 20,
    "telefon": 30,
    "vertrag": 60,
    "rhythmus": 5,
    "tag": 9,
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rechnugn", "rechnung"),
        ("rechnnung", "rechnung"),
        ("tehcnung", ""),
        ("roiter", "router"),
        ("kontkat", "kontakt"),
        ("tellefon", "telefon"),
        ("telephon", "telefon"),
        ("fertrag", "vertrag"),
        ("rytmus", "rhythmus"),
        ("orechnung", "rechnung"),
        ("erchnung", "rechnung"),
        ("xylophon", ""),
    ],
)
def test_the_nearest_word_is_found(typed: str, meant: str) -> None:
    known = [(word, number) for word, number in KNOWN.items() if word[0] in beginnings(typed)]
    assert nearest(typed, known, errors_forgiven(typed))[:1] == ([meant] if meant else [])


def test_likely_slips_are_nearer_than_others() -> None:
    other = mistakes("router", "roxter", 2)
    assert mistakes("router", "roiter", 2) < other  # the key beside
    assert mistakes("router", "rouetr", 2) < mistakes("router", "roxxer", 3)  # swapped
    assert mistakes("router", "routter", 2) < mistakes("router", "routser", 2)  # doubled
    assert mistakes("router", "rechnung", 2) == 3


def test_of_two_as_near_the_commoner_one_was_meant() -> None:
    assert nearest("kabal", [("kabel", 500), ("kabul", 2)], 1)[0] == "kabel"


def test_short_words_are_left_alone() -> None:
    assert errors_forgiven("tga") == 0
    assert errors_forgiven("router") == 1
    assert errors_forgiven("rechnung") == 2


@given(st.text(alphabet="abcdef", max_size=12), st.text(alphabet="abcdef", max_size=12))
def test_mistakes_are_the_same_both_ways_and_none_for_the_same(one: str, other: str) -> None:
    assert mistakes(one, one, 2) == 0
    assert mistakes(one, other, 3) == pytest.approx(mistakes(other, one, 3))
