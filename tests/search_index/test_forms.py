"""Forms of a word that a stemmer leaves apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.forms import joined, other_forms, verb_forms
from search_index.languages import fold, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("umgestellt", "umstellen"),
        ("umstellen", "umgestellt"),
        ("einchecken", "eingecheckt"),
        ("ausgecheckte", "auschecken"),
        ("einzurichten", "einrichten"),
        ("bestellt", "bestellen"),
        ("gestört", "stören"),
        ("Störung", "gestört"),
        ("verbunden", "verbinden"),
        ("verbindet", "verbunden"),
        ("abgebrochen", "abbrechen"),
        ("gesendet", "senden"),
        ("lädt", "laden"),
        ("wechseln", "gewechselt"),
        ("Installation", "installiert"),
        ("installieren", "Installation"),
        ("runtergeladen", "herunterladen"),
        ("aufgezeichnetes", "aufzeichnen"),
        ("zwei", "2"),
    ],
)
def test_a_german_word_has_the_other_form(one: str, other: str) -> None:
    assert stem(fold(other, "de"), "de") in other_forms(fold(one, "de"), "de")


@pytest.mark.parametrize(("one", "other"), [("sent", "send"), ("forgotten", "forget"), ("lose", "lost"), ("two", "2")])
def test_an_english_word_has_the_other_form(one: str, other: str) -> None:
    assert stem(other, "en") in other_forms(one, "en")


def test_a_particle_at_the_end_belongs_to_its_verb() -> None:
    assert stem("abmelden", "de") in joined("ab", "melde")
    assert stem("eintragen", "de") in joined("ein", "trag")
    assert joined("internet", "melde") == ()


def test_only_what_is_written_as_a_verb_has_verb_forms() -> None:
    assert "angelegt" in verb_forms("anlegen", "de")
    assert verb_forms("anlage", "de") == ()


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=20))
def test_any_word_has_few_forms_and_never_its_own(word: str) -> None:
    forms = other_forms(word, "de")
    assert len(forms) < 100
    assert stem(word, "de") not in forms
