"""Watched words in a text: whole words, whatever their spelling, found as a plain search would, and never slowly."""

from __future__ import annotations

from contextlib import suppress

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from community.core.errors import Invalid
from moderation.watched_words.matching import Lookup, Watched, words_in
from moderation.watched_words.models import Act
from moderation.watched_words.reading import read_watched


def watched(written: str, act: Act = Act.HOLD) -> Watched:
    """Without what is checked when somebody types it."""
    return Watched(tuple(word.folded for word in words_in(written)), written.endswith("*"), written, act)


def found(text: str, *words: str) -> list[str]:
    return [hit.found for hit in Lookup(map(watched, words)).hits(text)]


SPELLINGS: list[tuple[str, str, list[str]]] = [
    ("Straße", "Die STRASSE ist gesperrt.", ["STRASSE"]),
    ("gruesse", "Viele Grüße aus Husum", ["Grüße"]),
    ("müll", "MUELL und Kram", ["MUELL"]),
    ("casino", "casinos, Casinoabend", []),
    ("casino*", "Zwei Casinos am Casinoabend", ["Casinos"]),
    ("casino", "https://www.casino.example/", ["casino"]),
    ("geld", "Das Gratis-Geld!", ["Geld"]),
    ("geld", "entgeldlich, geld1, 1geld", []),
    ("gratis geld", "GRATIS … (Geld) für dich", ["GRATIS Geld"]),
    ("gratis geld*", "gratis Geldregen", ["gratis Geldregen"]),
    ("gratis geld", "gratis viel Geld", []),
    ("viagra", "v\u200bi\u00adagra", ["viagra"]),
    ("viagra", "_viagra_ **vïagrà**", ["viagra"]),
    ("viagra", "ｖｉａｇｒａ", ["viagra"]),
    ("viagra", "ⓥⓘⓐⓖⓡⓐ", ["viagra"]),
    ("viagra", "\ufdfa" * 90 + " Viagra", ["Viagra"]),
    ("viagra", "v\u0336i\u0336a\u0336g\u0336r\u0336a", ["viagra"]),
    ("казино", "Лучшее КАЗИНО", ["КАЗИНО"]),
]


def test_a_word_is_found_whole_in_every_spelling() -> None:
    assert [(word, text, found(text, word)) for word, text, _said in SPELLINGS] == SPELLINGS


def test_a_phrase_never_goes_from_one_text_to_the_next_and_the_strictest_comes_first() -> None:
    lookup = Lookup([watched("gratis geld"), watched("box", Act.REFUSE), watched("geld")])
    assert lookup.hits("gratis", "geld") == [*lookup.hits("geld")]
    assert [hit.watched.written for hit in lookup.hits("Gratis Geld in der Box")] == ["box", "geld", "gratis geld"]


LETTERS = st.text("aäAßsue ._*-1", min_size=1, max_size=8)


@given(st.lists(LETTERS, max_size=8), st.text("aäAßsue ._-1\u200b\n", max_size=60))
def test_it_finds_what_a_plain_search_finds(words: list[str], text: str) -> None:
    """Each watched word is compared with every place of the text."""
    looked_for = [each for each in map(watched, words) if each.words]
    said = [word.folded for word in words_in(text)]

    def stands(each: Watched, begin: int) -> bool:
        here = said[begin : begin + len(each.words)]
        *first, last = each.words
        is_last = bool(here) and (here[-1].startswith(last) if each.is_stem else here[-1] == last)
        return len(here) == len(each.words) and here[:-1] == first and is_last

    plainly = {each.key for each in looked_for if any(stands(each, begin) for begin in range(len(said)))}
    assert {hit.watched.key for hit in Lookup(looked_for).hits(text)} == plainly


@given(st.text(max_size=80))
def test_whatever_is_taken_is_found(typed: str) -> None:
    taken = None
    with suppress(Invalid):
        taken = read_watched(typed, Act.HOLD)
    if taken is not None:
        assert found(f"so: {taken.written.removesuffix('*')}, so", taken.written)


PATHOLOGICAL = {
    "": "Write the word",
    " \t": "Write the word",
    "\u200b\u2060": "Write the word",
    "via\u200bgra": "cannot be seen",
    "*": "at least 3 letters",
    "**": "One star",
    "a*b": "One star",
    "*casino": "One star",
    "casino **": "One star",
    "casino *": "directly behind",
    "ca*": "at least 3 letters",
    "x": "single letter",
    "!!! ???": "made of letters",
    "x" * 61: "At most 60",
    "ab " * 10_000: "At most 60",
    "(a+)+$" * 2_000: "At most 60",
    "x" * 52 + "\ufdfa" * 8: "too long",
    "a " * 11: "Watch fewer words",
}


def test_what_cannot_be_watched_is_complained_about(app: Flask) -> None:
    said = {}
    for typed in PATHOLOGICAL:
        with app.test_request_context(), pytest.raises(Invalid) as refused:
            read_watched(typed, Act.HOLD)
        said[typed] = str(refused.value)
    assert [typed for typed, part in PATHOLOGICAL.items() if part not in said[typed]] == []
