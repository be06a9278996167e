"""Every text is made uniform before anything else reads it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.core.text import is_blank, normalise, normalise_line

OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_letters_are_composed():
    assert normalise("Sto\u0308rung") == "Störung"


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0c", "\x0b"])
def test_every_line_end_becomes_a_line_feed(line_end):
    assert normalise(f"a{line_end}b") == "a\nb"


def test_tabs_and_line_feeds_are_the_only_controls_that_stay():
    controls = "".join(map(chr, [*range(32), *range(127, 160)]))
    assert set(normalise(controls)) == {"\t", "\n"}


def test_lone_surrogates_are_dropped_and_pairs_are_joined():
    assert normalise("a\ud800b\udc00c") == "abc"
    assert normalise("\ud83d\ude00") == "\U0001f600"


@pytest.mark.parametrize("char", OVERRIDES)
def test_a_text_cannot_be_made_to_read_otherwise_than_it_is_written(char):
    assert normalise(f"a{char}b") == "ab"
    assert normalise_line(f"a{char}b") == "ab"


def test_right_to_left_marks_that_arabic_needs_stay():
    assert normalise("\u200fسلام\u200f") == "\u200fسلام\u200f"


def test_a_pile_of_marks_is_cut_to_what_a_letter_can_carry():
    piled = normalise("a" + "\u0323\u0301" * 10_000 + "b")
    assert len(piled) < 40
    assert piled.endswith("b")


def test_a_line_is_one_line_without_hidden_characters():
    assert normalise_line("  a\u200b\n\tb\u00a0 \u2060c\ufeff ") == "a b c"


def test_emoji_that_are_joined_stay_joined():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert normalise_line(family) == family


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u2060\ufeff", "\u3164", "\u2800", "\u00ad", "\u200d", "\x00"])
def test_what_nobody_can_see_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", ".", "\U0001f600", " ß "])
def test_what_can_be_seen_is_not_blank(text):
    assert not is_blank(text)


@given(st.text(st.characters()))
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


@given(st.text(st.characters()))
def test_a_normalised_line_never_has_a_line_end(text):
    once = normalise_line(text)
    assert normalise_line(once) == once
    assert len(once.splitlines()) <= 1
