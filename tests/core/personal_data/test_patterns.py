"""The site's own numbers: the simple notation, regular expressions, and what is refused."""

from __future__ import annotations

import pytest

from community.core.personal_data import Kind, Pattern, Unusable, expression, find, notation
from community.core.personal_data.patterns import Why
from tests.core.corpus import once

pytestmark = once


def found(pattern: Pattern, text: str) -> list[str]:
    return [text[start:end] for start, end in pattern.places(text)]


def test_the_notation_is_found_as_people_type_it():
    pattern = notation("NL-######[-##]")
    assert found(pattern, "NL-123456, nl 123456, NL123456-07") == ["NL-123456", "nl 123456", "NL123456-07"]
    assert found(pattern, "NL-12345 NL-1234567 XNL-123456 NL-123456ü") == []
    assert found(notation("@@ ####"), "äö 1234") == ["äö 1234"]
    assert found(notation("K.(####)"), "K.(1234) K(1234) Kx(1234)") == ["K.(1234)", "K(1234)"]


def test_a_regular_expression_finds_whole_numbers_of_any_case():
    assert found(expression(r"(?:ab|cd)\d{4}"), "AB1234 xcd1234 cd12345 cd1234") == ["AB1234", "cd1234"]


@pytest.mark.parametrize(
    ("written", "why"),
    [("", Why.BLANK), ("#" * 121, Why.LONG), ("NL-[##", Why.BRACKETS), ("[[#]]####", Why.BRACKETS), ("###", Why.SHORT),
     ("[####]", Why.SHORT), ("Router", Why.SHORT), ("@@@@@@", Why.WORDS)],
)  # fmt: skip
def test_a_notation_that_finds_nothing_or_everything_is_refused(written: str, why: Why):
    with pytest.raises(Unusable) as refused:
        notation(written)
    assert refused.value.why is why


@pytest.mark.parametrize(
    ("written", "why"),
    [(" ", Why.BLANK), ("a" * 301, Why.LONG), ("(", Why.BROKEN), (r"(?=a)b", Why.BROKEN), (r"(a)\1", Why.BROKEN),
     ("a{1000}{1000}", Why.BROKEN), (r"\d*", Why.EMPTY), (r"\w+", Why.WORDS), ("router", Why.WORDS)],
)  # fmt: skip
def test_an_expression_that_finds_nothing_or_everything_is_refused(written: str, why: Why):
    with pytest.raises(Unusable) as refused:
        expression(written)
    assert refused.value.why is why


def test_no_expression_is_slow_and_own_numbers_are_findings():
    patterns = [expression(r"(?:a+)+\d"), notation("NL-######")]
    text = "a" * 50_000 + " NL-123456"
    assert [(one.kind, one.of(text)) for one in find(text, patterns)] == [(Kind.NUMBER, "NL-123456")]
