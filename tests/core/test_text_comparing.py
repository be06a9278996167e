"""Two versions of a text side by side, and parts of a text elsewhere."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from community.core.text import difference, excerpt, quote
from community.core.text.difference import Change, Op
from community.core.text.rendering import render_here

WORDS = st.lists(st.sampled_from(["the", "cat", "sat", " ", "\n", ".", "ä"]), max_size=60).map("".join)


def test_words_are_compared_and_what_went_stands_before_what_came():
    assert difference("the cat sat", "the dog sat down") == [
        Change(Op.SAME, "the "),
        Change(Op.DELETED, "cat"),
        Change(Op.INSERTED, "dog"),
        Change(Op.SAME, " sat"),
        Change(Op.INSERTED, " down"),
    ]


def test_equal_texts_have_no_changes():
    assert difference("a\nb", "a\nb") == [Change(Op.SAME, "a\nb")]
    assert difference("", "") == []


def test_a_text_that_was_rewritten_is_compared_by_lines():
    old = "".join(f"word{i} " for i in range(300)) + "\nsame line\n"
    new = "".join(f"other{i} " for i in range(300)) + "\nsame line\n"
    assert [change.op for change in difference(old, new)] == [Op.DELETED, Op.INSERTED, Op.SAME]


@given(WORDS, WORDS)
def test_the_changes_make_up_both_texts(old, new):
    changes = difference(old, new)
    assert "".join(text for op, text in changes if op is not Op.INSERTED) == old
    assert "".join(text for op, text in changes if op is not Op.DELETED) == new
    assert all(text for _, text in changes)


@given(WORDS, WORDS)
def test_neighbouring_changes_of_one_kind_are_one(old, new):
    ops = [op for op, _ in difference(old, new)]
    assert all(a is not b for a, b in pairwise(ops))


def test_a_quote_is_a_quote_when_it_is_rendered():
    html = render_here(quote("one\n\n```\n> code\n```\n\n- a", "Al*ice_") + "my answer").html
    assert html == (
        "<blockquote><p><strong>Al*ice_:</strong></p><p>one</p><pre><code>&gt; code\n</code></pre>"
        "<ul><li>a</li></ul></blockquote><p>my answer</p>"
    )


def test_a_quote_leaves_out_what_its_text_quotes():
    assert "older" not in quote("> older\n\nnewer", "Alice")


def test_an_author_cannot_write_markup_into_a_quote():
    assert render_here(quote("a", "[x](/y) <b> ](z)")).html.count("<a") == 0


def test_an_open_fence_in_a_quote_does_not_swallow_the_answer():
    assert render_here(quote("```\ncode", "Alice") + "my answer").html.endswith("<p>my answer</p>")


def test_an_excerpt_ends_between_words():
    assert excerpt("Das Internet ist langsam.\nSeit gestern.", 33) == "Das Internet ist langsam. Seit…"
    assert excerpt("Das Internet ist langsam.\nSeit gestern.", 31) == "Das Internet ist langsam. Seit…"
    assert excerpt("kurz\n\nund  gut", 30) == "kurz und gut"
    assert excerpt("x" * 50, 10) == "x" * 9 + "…"


@given(st.text(max_size=200), st.integers(5, 100))
def test_an_excerpt_is_never_longer_than_asked_for(text, length):
    cut = excerpt(text, length)
    assert len(cut) <= length
    assert "\n" not in cut
