"""Words that mean the same: read from a list, found in a question in any of their forms, and joined by the staff's own."""

from itertools import combinations
from pathlib import Path

import pytest

from search_index import synonyms
from search_index.languages import Language, fold
from search_index.synonyms import Group, Synonyms, current, read, shipped, together, trying, use
from tests.search_index.cases import case, ids, index_of


@pytest.fixture(autouse=True)
def _no_staff_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synonyms, "_provider", synonyms._no_groups)


def ways(groups: list[Group], question: str, language: Language = "de") -> list[tuple[str, set[str]]]:
    """What may stand for which words of a question."""
    folded = [fold(word, language) for word in question.split()]
    return [
        (" ".join(folded[found.start : found.end]), {" ".join(way) for way in found.ways})
        for found in Synonyms(groups).instead(folded, language)
    ]


def test_a_word_is_found_in_any_of_its_forms() -> None:
    groups = [Group(("Kennwort", "Passwort"), "de"), Group(("umziehen", "Wohnung wechseln"), "de")]
    assert ways(groups, "meine kennwörter") == [("kennworter", {"passwort"})]
    assert ways(groups, "bin umgezogen") == [("umgezogen", {"wohnung wechseln"})]


def test_a_phrase_goes_before_its_words() -> None:
    groups = [Group(("Geld zurück", "Erstattung"), "de"), Group(("Geld", "Bargeld"), "de")]
    assert ways(groups, "Geld zurück bitte") == [("geld zuruck", {"erstattung"}), ("geld", {"bargeld"})]
    assert ways(groups, "Geld") == [("geld", {"bargeld"})]


def test_what_a_word_means_in_one_group_does_not_reach_another() -> None:
    groups = [Group(("Anschluss", "Leitung")), Group(("Leitung", "Kabel"))]
    assert ways(groups, "Anschluss") == [("anschluss", {"leitung"})]
    assert ways(groups, "Leitung") == [("leitung", {"anschluss", "kabel"})]


def test_a_group_counts_in_its_language_or_in_both() -> None:
    assert ways([Group(("bill", "invoice"), "en")], "bill") == []
    assert ways([Group(("Rechnung", "invoice"))], "invoice", "en") == [("invoice", {"rechnung"})]


def test_a_stop_word_is_no_form_of_another_word() -> None:
    assert ways([Group(("sichern", "speichern"), "de")], "es lässt sich nicht") == []


def test_a_phrase_that_is_too_long_is_left_out() -> None:
    assert ways([Group(("eins zwei drei vier fünf", "sechs"), "de")], "sechs") == []


def test_a_list_says_its_languages_and_may_have_remarks() -> None:
    text = (
        "# Remark\nA, B\n[de]\nHandy, Mobiltelefon  # both are said\n\n[en]\nmobile, cell phone\n[both]\nWLAN, WiFi\n"
    )
    assert list(read(text)) == [
        Group(("A", "B"), ""),
        Group(("Handy", "Mobiltelefon"), "de"),
        Group(("mobile", "cell phone"), "en"),
        Group(("WLAN", "WiFi"), ""),
    ]


def test_the_shipped_list_is_large_and_sound() -> None:
    groups = shipped().groups
    pairs = {pair for group in groups for pair in combinations(sorted(group.words), 2)}
    assert len(pairs) >= 300
    assert {group.language for group in groups} == {"de", "en", ""}
    assert all(len(set(group.words)) == len(group.words) >= 2 for group in groups)
    assert all(len(word.split()) <= synonyms.LONGEST_PHRASE for group in groups for word in group.words)


def test_the_staffs_groups_act_at_once_and_beside_the_shipped_ones() -> None:
    groups: list[Group] = []
    use(lambda: tuple(groups))
    assert current() is shipped()
    groups.append(Group(("Kästchen", "Router")))
    assert current().groups == (*shipped().groups, *groups)
    groups.clear()
    assert current() is shipped()


def test_another_list_can_be_tried() -> None:
    other = Synonyms([Group(("A", "B"))])
    with trying(other):
        assert current() is other
    assert current() is shipped()


def test_a_changed_list_changes_what_is_found_without_a_new_index(tmp_path: Path) -> None:
    engine = index_of(tmp_path, [case(1, "Das Zauberkästchen ist aus"), case(2, "Rechnung zu hoch")])
    question = "Wundermaschine"
    assert engine.similar(question, "", "de") == []
    with trying(together((Group(("Wundermaschine", "Zauberkästchen"), "de"),))):
        assert ids(engine.similar(question, "", "de")) == [1]
    assert engine.similar(question, "", "de") == []


def test_the_word_itself_is_worth_more_than_its_synonym(tmp_path: Path) -> None:
    engine = index_of(tmp_path, [case(1, "Passwort vergessen"), case(2, "Kennwort vergessen")])
    assert ids(engine.similar("Kennwort vergessen", "", "de")) == [2, 1]
    assert ids(engine.similar("Passwort vergessen", "", "de")) == [1, 2]


def test_loan_words_find_across_languages(tmp_path: Path) -> None:
    engine = index_of(tmp_path, [case(1, "Forgot my password", "The password is gone.", language="en")])
    assert ids(engine.similar("Kennwort", "", "de")) == [1]
