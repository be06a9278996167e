"""What holds for any text: findings lie in it, do not overlap, and are gone when they are replaced; no text is dear."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core.personal_data import TEXT_MAX, find, fingerprint, notation, replace, without
from tests.core.corpus import once
from tests.core.personal_data.hostile import HOSTILE, repeated
from tests.core.personal_data.labelled import HALVES, sentences

pytestmark = once
PIECES = [
    "DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111", "352099001761481", "0171 3920011", "+49 (0)30 23125-044", "@", "a@b.example",
    "Kundennummer", "customer no", "ist", ":", " ", "\n", "> ", "-", "/", ".", ",", "0", "49", "0049", "12", "4711883", "NL-123456", "(", ")", "[", "]",
    "Lindenweg 12", "50667 Köln", "`", "https://", "ß", "\U0001f600", "IMEI", "Hotline", "(at)", "\u00a0", "und",
]  # fmt: skip
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
PATTERNS = [notation("NL-######")]
MARK = "[private detail]"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(texts)
def test_findings_lie_in_the_text_and_do_not_overlap(text):
    findings = find(text, PATTERNS)
    assert all(one.of(text) for one in findings)
    places = [place for one in findings for place in (one.start, one.end)]
    assert places == sorted(places)
    assert max([0, *places]) <= len(text)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(texts)
def test_what_was_replaced_is_found_no_more(text):
    assert find(without(text, MARK, PATTERNS), PATTERNS) == []


def test_what_was_replaced_leaves_the_rest_as_it_was():
    for sentence in (sentence for half in HALVES for sentence in sentences(half)):
        findings = find(sentence.text)
        parts = replace(sentence.text, findings, "\0").split("\0")
        assert (
            "".join(part + one.of(sentence.text) for part, one in zip(parts, findings, strict=False)) + parts[-1]
            == sentence.text
        )


def test_a_decision_holds_however_the_number_is_grouped():
    assert fingerprint("0171 392-0011") == fingerprint("01713920011") != fingerprint("0171 3920012")
    assert fingerprint("A.B@posteo.example") != fingerprint("ab@posteo.beispiel")


def test_beyond_its_bound_a_text_is_not_looked_at():
    assert find(" " * TEXT_MAX + "0171 3920011") == []


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called, of ours and of libraries: the same on every machine."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("name", HOSTILE)
def test_the_work_grows_with_the_length_of_a_hostile_text(name):
    small, large = repeated(name, 2_000), repeated(name, 8_000)
    assert calls_of(lambda: find(large)) < 6 * calls_of(lambda: find(small)) + 500
