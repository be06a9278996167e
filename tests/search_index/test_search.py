"""The search page's question to the index: every public thread, filtered, solved first."""

import pytest

from search_index.engines.contract import Filters
from search_index.languages import Language
from search_index.parsing import parse
from tests.search_index.cases import DAY, NOON, case, ids
from tests.search_index.conftest import Indexes, SearchEngine


@pytest.fixture(scope="module")
def engine(index_of: Indexes) -> SearchEngine:
    return index_of()


def found(engine: SearchEngine, text: str, filters: Filters = Filters(), language: Language = "de") -> list[int]:  # noqa: B008
    return ids(engine.search(parse(text), filters, language=language).hits)


def test_a_search_finds_open_threads_too(engine: SearchEngine) -> None:
    assert found(engine, "kündigung") == [8]


def test_two_words_must_both_be_there(engine: SearchEngine) -> None:
    assert found(engine, "router blinkt") == [1]


def test_a_mistyped_word_is_still_found(engine: SearchEngine) -> None:
    assert found(engine, "internet lansgam")[0] == 2


def test_a_phrase_is_found_word_for_word(engine: SearchEngine) -> None:
    assert found(engine, '"Betrag der Rechnung"') == [4, 3]
    assert found(engine, '"Rechnung der Betrag"') == []


def test_a_word_can_be_left_out(engine: SearchEngine) -> None:
    assert set(found(engine, "rechnung")) >= {3, 4}
    assert 4 not in found(engine, "rechnung -doppelt")


def test_the_other_language_is_found_too(engine: SearchEngine) -> None:
    assert 7 in found(engine, "router connect")
    assert found(engine, "router connect", language="en")[0] == 7


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(tags=("strom",)), {6}),
        (Filters(tags=("strom", "dsl")), set()),
        (Filters(author="alice"), {3}),
        (Filters(category_ids=frozenset({8})), {3, 4, 5}),
        (Filters(statuses=frozenset({"needs_staff"})), {8}),
        (Filters(languages=frozenset({"en"})), {7}),
        (Filters(created_from=NOON + 1), set()),
        (Filters(created_before=NOON + 1), {1, 2, 3, 4, 5, 6, 7, 8}),
    ],
)
def test_filters_alone_list_what_passes(engine: SearchEngine, filters: Filters, expected: set[int]) -> None:
    assert set(found(engine, "", filters)) == expected


def test_facets_count_what_was_found(engine: SearchEngine) -> None:
    hits = engine.search(parse(""), Filters(), language="de", facets=True)
    assert hits.total == 8
    assert hits.facets.statuses == {"solved": 7, "needs_staff": 1}
    assert hits.facets.category_ids == {0: 4, 8: 3, 7: 1}
    assert hits.facets.languages == {"de": 7, "en": 1}
    assert dict(hits.facets.tags) == {"app": 1, "dsl": 1, "router": 1, "strom": 1}


def test_pages_follow_one_another(engine: SearchEngine) -> None:
    whole = found(engine, "")
    pages = [ids(engine.search(parse(""), Filters(), language="de", offset=n, limit=3).hits) for n in (0, 3, 6, 9)]
    assert [thread_id for page in pages for thread_id in page] == whole
    assert len(set(whole)) == 8


def test_solved_comes_first_but_a_better_match_wins(index_of: Indexes) -> None:
    engine = index_of(
        [
            case(1, "Router blinkt rot", status="needs_staff"),
            case(2, "Router blinkt rot"),
            case(3, "Eine lange Geschichte", "Es ging um vieles, auch um einen Router, und manchmal blinkt etwas rot"),
        ],
    )
    assert found(engine, "router blinkt rot") == [2, 1, 3]


def test_helpful_and_recent_threads_win_among_equals(index_of: Indexes) -> None:
    old = case(1, "Router blinkt rot", last_post_at=NOON - 900 * DAY)
    helpful = case(2, "Router blinkt rot", helpful=30)
    engine = index_of([old, helpful, case(3, "Router blinkt rot")])
    assert found(engine, "router blinkt rot") == [2, 3, 1]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "w?N* " * 50,
        "NOT " * 500,
        "OR " * 3_000,
        '"' * 500,
        "((((" * 100,
        "[a TO z] {x TO y} ~5 ^9",
        "-" * 300,
        "tag:" * 60,
        "\x00\ud800\u202e\U0001f600",
        "der die das " * 60,
        '"der die"',
        "-der",
    ],
)
def test_hostile_queries_are_answered(engine: SearchEngine, text: str) -> None:
    engine.search(parse(text), Filters(author=text, tags=(text,)), language="de", facets=True)
    engine.search(parse(text), Filters(), language="de")
    engine.similar(text, text, "de")
