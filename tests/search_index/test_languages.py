"""What a text says: one form for many spellings, parts of compounds, identifiers whole and in parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.languages import (
    LANGUAGES,
    analyse,
    compound_parts,
    fold,
    grams,
    is_light,
    pieces,
    plain_words,
    recognise,
    stem,
    words,
)

KNOWN = {
    stem(fold(word, "de"), "de") for word in "Rechnung Betrag Störung Meldung Strom Zähler Stand Kunde Nummer".split()
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Störung", "stoerung"),
        ("Störung", "STORUNG"),
        ("Störungen", "stoerung"),
        ("Maß", "Mass"),
        ("Straße", "STRASSE"),
        ("Kündigung", "kuendigungen"),
        ("Zähler", "Zaehlers"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_spellings_of_a_german_word_have_one_stem(one: str, other: str) -> None:
    assert stem(fold(one, "de"), "de") == stem(fold(other, "de"), "de")


def test_english_keeps_its_own_letter_pairs() -> None:
    assert fold("does", "en") == "does"
    assert stem("connections", "en") == stem("connected", "en")


def test_ue_after_a_vowel_or_q_is_no_umlaut() -> None:
    assert fold("neue", "de") == "neue"
    assert fold("Frequenz", "de") == "frequenz"


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("Rechnungsbetrag", ("rechnung", "betrag")),
        ("Störungsmeldung", ("storung", "meldung")),
        ("Stromzählerstand", ("strom", "zahl", "stand")),
        ("Kundennummer", ("kund", "numm")),
        ("Rechnung", ()),
        ("Xylophonkoffer", ()),
    ],
)
def test_compounds_are_split_by_the_words_of_the_index(compound: str, parts: tuple[str, ...]) -> None:
    assert compound_parts(fold(compound, "de"), "de", KNOWN.__contains__) == parts


def test_identifiers_are_kept_whole_and_in_parts() -> None:
    terms = analyse("Fehler 5.1.90 mit winmail.dat und PowerPoint", "de").terms
    assert {"5.1.90", "90", "winmail.dat", "winmail", "dat", "powerpoint", "point"} <= set(terms)
    assert pieces("E-Mail") == ["E", "Mail"]


def test_stop_words_count_for_the_length_alone() -> None:
    terms, length = analyse("Der Router und die Lampe", "de")
    assert length == 5
    assert {term for term in terms if not term.startswith("~")} == {"rout", "lamp"}


def test_grams_cover_a_word_with_its_edges() -> None:
    assert grams("betrag") == ("~_bet", "~betr", "~etra", "~trag", "~rag_")
    assert grams("ab") == ("~_ab_",)


def test_a_phrase_is_a_piece_of_the_plain_words() -> None:
    assert plain_words("neu starten", "de") in plain_words("Den Router NEU starten!", "de")
    assert plain_words("eu starten", "de") not in plain_words("Den Router neu starten", "de")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Warum ist mein Internet so langsam und was kann ich tun?", "de"),
        ("Why is my internet so slow and what can I do?", "en"),
        ("Störungsmeldung", "de"),
        ("WLAN Router 7590", None),
        ("", None),
    ],
)
def test_a_language_is_recognised_by_its_small_words(text: str, language: str | None) -> None:
    assert recognise(text) == language


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_any_text_can_be_analysed(text: str, language: str) -> None:
    terms, length = analyse(text, language)  # type: ignore[arg-type]
    assert length >= 0
    assert all(term and weight > 0 for term, weight in terms.items())
    assert all(text[word.start : word.end] == word.text for word in words(text))
    assert recognise(text) in ("de", "en", None)


def test_a_name_in_pieces_is_found_however_it_is_written() -> None:
    for typed in ("onedrive", "OneDrive", "Onedrive", "One-Drive"):
        assert stem("onedrive", "de") in analyse(typed, "de").terms
    assert {"e-mail", "email", "mail"} <= set(analyse("E-Mail", "de").terms)


@pytest.mark.parametrize(
    ("word", "language", "light"),
    [
        ("funktioniert", "de", True),
        ("Fehler", "de", True),
        ("ändern", "de", False),
        ("Zähler", "de", False),
        ("working", "en", True),
        ("router", "en", False),
    ],
)
def test_words_of_any_complaint_are_light(word: str, language: str, light: bool) -> None:
    assert is_light(fold(word, language), language) is light  # type: ignore[arg-type]
