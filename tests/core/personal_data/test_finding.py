"""How well personal data is found in sentences as customers write them. The second half was written before the first was tried."""

from __future__ import annotations

from collections import Counter

import pytest

from community.core.personal_data import Kind, find
from tests.core.corpus import once
from tests.core.personal_data.labelled import HALVES, judged, sentences

pytestmark = once
#: What a checksum proves is as good as sure.
FLOORS = dict.fromkeys(Kind, 0.98) | {Kind.PHONE: 0.96, Kind.NUMBER: 0.96, Kind.ADDRESS: 0.9}


def test_the_set_is_large_and_even():
    tried = [sentence for half in HALVES for sentence in sentences(half)]
    assert len({sentence.text for sentence in tried}) == len(tried) >= 700
    assert len([sentence for sentence in tried if not sentence.labels]) >= 250
    assert min(Counter(label.kind for sentence in tried for label in sentence.labels).values()) >= 40
    languages = Counter(sentence.language for sentence in tried)
    assert abs(languages["german"] - languages["english"]) < len(tried) / 20


@pytest.mark.parametrize("half", HALVES)
def test_every_kind_is_found_and_little_else(half):
    figures = judged(sentences(half), find)
    assert {kind: one for kind, one in figures.items() if min(one.precision, one.recall) < FLOORS[kind]} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("> DE89 3704 0044\n> 0532 0130 00", [(Kind.IBAN, "DE89 3704 0044\n> 0532 0130 00")]),
        ("DE88 3704 0044 0532 0130 00", []),
        ("Karte 4111 1111 1111 1111 1227", [(Kind.CARD, "4111 1111 1111 1111")]),
        ("4111 1111 1111 1112", []),
        ("[Anruf](tel:+491713920011)", [(Kind.PHONE, "+491713920011")]),
        ("https://host.example/+491713920011", []),
        ("https://wa.me/491713920011", [(Kind.PHONE, "491713920011")]),
        ("０１７１ ３９２００１１", [(Kind.PHONE, "０１７１ ３９２００１１")]),
        ("0171\u00a0392\u201100\u201111", [(Kind.PHONE, "0171\u00a0392\u201100\u201111")]),
        ("Hotline 0171 3920011", []),
        ("0800 3301000 oder 0180 5 123456", []),
        ("alice@example.org oder support@posteo.example", []),
        ("`alice@posteo.example`", [(Kind.MAIL, "alice@posteo.example")]),
        ("Kundennummer 0171 3920011", [(Kind.NUMBER, "0171 3920011")]),
        ("Kundennummer seit 2019, Rechnungsnummer vom 12.11.2026", []),
        ("Lindenweg 12, 50667 Köln", [(Kind.ADDRESS, "Lindenweg 12, 50667 Köln")]),
    ],
)
def test_of_several_readings_the_surest_is_taken(text, found):
    assert [(finding.kind, finding.of(text)) for finding in find(text)] == found


def test_only_an_address_is_a_hint():
    assert [kind for kind in Kind if kind.is_hint] == [Kind.ADDRESS]
