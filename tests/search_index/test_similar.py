"""A question finds its solved case: spelling, compounds, typos, and silence where nothing fits."""

import pytest

from tests.search_index.cases import STORY, case, ids
from tests.search_index.conftest import Indexes, SearchEngine


@pytest.fixture(scope="module")
def engine(index_of: Indexes) -> SearchEngine:
    return index_of()


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Störungsmelung", 1),
        ("stoerung kein internet", 1),
        ("Störung", 1),
        ("internet lansgam", 2),
        ("INTERNET LANGSAM!!!", 2),
        ("Rechnung Betrag", 4),
        ("zaehlerstand melden", 6),
        ("fehler 0x80070005", 6),
    ],
)
def test_a_title_finds_its_case(engine: SearchEngine, title: str, found: int) -> None:
    assert ids(engine.similar(title, "", "de"))[0] == found


def test_a_compound_finds_its_parts_and_the_other_way_round(engine: SearchEngine) -> None:
    assert {3, 4, 5} <= set(ids(engine.similar("Rechnungsbetrag", "", "de")))
    assert 5 in ids(engine.similar("Rechnung Betrag", "", "de"))


@pytest.mark.parametrize("title", ["Kaution nach dem Auszug", "xqzw", "", "der die das", "!!!", "\U0001f600"])
def test_where_nothing_fits_nothing_is_shown(engine: SearchEngine, title: str) -> None:
    assert engine.similar(title, "", "de") == []


def test_an_unfinished_last_word_counts_as_what_it_may_become(engine: SearchEngine) -> None:
    assert ids(engine.similar("internet lang", "", "de"))[0] == 2
    assert ids(engine.similar("zählerst", "", "de"))[0] == 6


def test_an_error_code_is_found_in_the_other_language(engine: SearchEngine) -> None:
    assert ids(engine.similar("0x80070005", "", "en")) == [6]


def test_only_solved_cases_are_shown_unless_all_are_asked_for(engine: SearchEngine) -> None:
    assert 8 not in ids(engine.similar("Kündigung nach Umzug", "", "de"))
    assert ids(engine.similar("Kündigung nach Umzug", "", "de", solved_only=False))[0] == 8


def test_a_thread_is_not_like_itself(engine: SearchEngine) -> None:
    assert 2 not in ids(engine.similar(STORY[1].title, "", "de", without=2))


def test_the_body_helps_where_the_title_says_little(engine: SearchEngine) -> None:
    body = "Ab 20 Uhr habe ich nur noch 2 Mbit/s, am Abend ist das Internet kaum zu gebrauchen."
    assert ids(engine.similar("Ein Problem", body, "de"))[:1] == [2]


def test_a_duplicate_leads_to_its_master(index_of: Indexes) -> None:
    master = case(10, "Router startet ständig neu", "Alle zehn Minuten.")
    double = case(11, "Fritzbox bootet im Kreis", "Sie bootet im Kreis.", duplicate_of=10)
    lost = case(12, "Telefon rauscht", "Es knackt in der Leitung.", duplicate_of=99)
    engine = index_of([master, double, lost])
    assert ids(engine.similar("Fritzbox bootet im Kreis", "", "de")) == [10]
    assert ids(engine.similar("Telefon rauscht", "", "de")) == [12]


def test_duplicates_of_duplicates_lead_to_the_last_and_a_circle_ends(index_of: Indexes) -> None:
    chain = [
        case(1, "Router blinkt"),
        case(2, "Wallbox lädt nicht", duplicate_of=1),
        case(3, "Strom weg", duplicate_of=2),
    ]
    circle = [case(4, "Zähler kaputt", duplicate_of=5), case(5, "Telefon rauscht", duplicate_of=4)]
    engine = index_of(chain + circle)
    assert ids(engine.similar("Strom weg", "", "de")) == [1]
    assert ids(engine.similar("Telefon rauscht", "", "de")) in ([4], [5])


def test_the_first_solved_case_is_found_despite_typo_umlaut_and_compound(index_of: Indexes) -> None:
    engine = index_of([case(1, "Störung der Internetverbindung nach Umstellung", "Das Modem synchronisiert nicht.")])
    assert ids(engine.similar("stoerung internet verbindnug", "", "de")) == [1]
    assert engine.similar("Rechnung falsch berechnet", "", "de") == []


def test_a_question_as_long_as_can_be_is_bounded(engine: SearchEngine) -> None:
    long = "Rechnungsbetrag " * 2_000
    assert engine.similar(long, long, "de")
    assert engine.similar("x" * 100_000, "y" * 100_000, "de") == []
