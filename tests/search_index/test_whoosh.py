"""The embedded index: changing it, reading it from elsewhere, and its scores, which are exact sums."""

import threading
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index import similar
from search_index.documents import SolvedCase
from search_index.engines import merging, scoring
from search_index.engines.codec import STEPS, quantised
from search_index.engines.contract import IndexUnavailable
from search_index.engines.none import NoEngine
from search_index.engines.whoosh import WhooshEngine
from search_index.parsing import parse
from tests.search_index.cases import STORY, case, ids, index_of


def test_put_replaces_and_remove_removes(tmp_path: Path) -> None:
    engine = index_of(tmp_path)
    engine.apply([case(2, "Glasfaser Anschluss verschoben"), case(20, "Wallbox lädt nicht")], [3, 999])
    assert engine.thread_ids() == {1, 2, 4, 5, 6, 7, 8, 20}
    assert ids(engine.similar("glasfaser anschluss", "", "de")) == [2]
    assert 2 not in ids(engine.similar("internet langsam", "", "de"))
    assert engine.check() == []


def test_the_last_of_two_puts_of_a_thread_counts(tmp_path: Path) -> None:
    engine = index_of(tmp_path, [])
    engine.apply([case(1, "Wallbox"), case(1, "Glasfaser")])
    assert engine.count() == 1
    assert ids(engine.similar("glasfaser", "", "de")) == [1]


def test_nothing_to_change_is_no_commit(tmp_path: Path) -> None:
    engine = index_of(tmp_path)
    before = engine.generation()
    engine.apply([], [])
    engine.apply([], [999])
    assert engine.generation() == before


def test_a_reader_sees_what_a_writer_commits(tmp_path: Path) -> None:
    writer = index_of(tmp_path)
    reader = WhooshEngine(tmp_path)
    before = reader.generation()
    assert reader.similar("wallbox", "", "de") == []
    writer.apply([case(30, "Wallbox lädt nicht")])
    assert reader.generation() != before
    assert ids(reader.similar("wallbox", "", "de")) == [30]
    writer.apply([], [30])
    assert reader.similar("wallbox", "", "de") == []


def test_many_single_commits_are_merged_and_nothing_is_lost(tmp_path: Path) -> None:
    engine = index_of(tmp_path, [])
    for number in range(1, 61):
        engine.apply([case(number, f"Fall Nummer {number}", "Router blinkt")], [number - 7] if number % 3 == 0 else [])
    expected = set(range(1, 61)) - {number - 7 for number in range(3, 61, 3)}
    assert engine.thread_ids() == expected
    assert set(ids(engine.search(parse("router"), scoring.Filters(), language="de", limit=99).hits)) == expected
    assert len(engine._fresh().segments) < 3 * merging.FAN
    assert engine.check() == []


def test_threads_read_while_another_writes(tmp_path: Path) -> None:
    engine = index_of(tmp_path)
    failures: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                assert ids(engine.similar("internet langsam", "", "de"))[0] == 2
            except Exception as error:
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(100, 115):
        WhooshEngine(tmp_path).apply([case(number, f"Wallbox {number}")])
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_an_error_in_the_cases_changes_nothing(tmp_path: Path) -> None:
    engine = index_of(tmp_path)

    def broken() -> list[SolvedCase]:
        raise LookupError("the database is gone")

    with pytest.raises(LookupError):
        engine.recreate(one for _ in range(2) for one in broken())
    assert engine.count() == len(STORY)
    engine.apply([case(50, "Wallbox")])
    assert engine.count() == len(STORY) + 1


def test_without_an_index_every_question_says_so(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "nowhere")
    for ask in (engine.count, engine.generation, engine.thread_ids, lambda: engine.similar("router", "", "de")):
        with pytest.raises(IndexUnavailable):
            ask()
    with pytest.raises(IndexUnavailable):
        engine.apply([case(1, "Router")])
    assert engine.check() == ["There is no index of this version; build one."]


def test_no_engine_finds_nothing() -> None:
    engine = NoEngine()
    engine.apply(STORY)
    assert engine.recreate(STORY) == engine.count() == 0
    assert engine.similar("router", "", "de") == []
    assert engine.search(parse("router"), scoring.Filters(), language="de").total == 0
    assert engine.check() == []


WORDS = st.sampled_from("router internet langsam rechnung betrag störung zähler strom umzug tarif kabel rot".split())
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)


@settings(max_examples=30, deadline=None)
@given(
    cases=st.lists(st.tuples(st.integers(1, 12), TEXTS, TEXTS, TEXTS), min_size=1, max_size=12),
    removed=st.sets(st.integers(1, 12), max_size=3),
    title=TEXTS,
)
def test_scores_equal_a_plain_sum_over_all_cases(
    tmp_path_factory: pytest.TempPathFactory,
    cases: list[tuple[int, str, str, str]],
    removed: set[int],
    title: str,
) -> None:
    engine = index_of(tmp_path_factory.mktemp("exact"), [])
    made = [case(number, title_, body, solutions=(solution,)) for number, title_, body, solution in cases]
    half = len(made) // 2
    engine.apply(made[:half])
    engine.apply(made[half:], removed)
    snapshot = engine._fresh()
    wanted = similar.wanted_by_title(title, "de", snapshot)
    scores, _ = scoring.weigh(snapshot, wanted, "de")

    expected: dict[int, float] = defaultdict(float)
    stored: dict[int, dict[str, int]] = {}
    for number in np.flatnonzero(snapshot.live).tolist():
        thread_id = int(snapshot.facts["thread_id"][number])
        stored[thread_id] = {
            term: int(found.impacts[found.ids == number - base][0])
            for term in wanted.terms
            for base, found in snapshot.documents("de", term)
            if base <= number and (found.ids == number - base).any()
        }
        for term, weight in wanted.terms.items():
            if term in stored[thread_id]:
                count = snapshot.count("de")
                worth = weight * similar.idf(min(snapshot.frequency(term, "de"), count), count)
                expected[thread_id] += worth * stored[thread_id][term] / STEPS
        assert scores[number] == pytest.approx(expected[thread_id], rel=1e-4, abs=1e-4)

    newest = {one.thread_id: one for one in made if one.thread_id not in removed or one in made[half:]}
    assert set(stored) == set(newest)


def test_stored_impacts_are_those_of_the_formula(tmp_path: Path) -> None:
    engine = index_of(tmp_path)
    snapshot = engine._fresh()
    for one in STORY:
        number = snapshot.numbers({one.thread_id})[0]
        for term, impact in similar.impacts(one, snapshot).items():
            if (found := dict(_impact_of(snapshot, one.language, term, number))) and not term.startswith("~"):
                assert abs(found[number] - quantised(impact)) <= quantised(similar.FULL_IMPACT)
    assert all(0 < impact < similar.FULL_IMPACT for impact in similar.impacts(STORY[0], snapshot).values())


def _impact_of(snapshot: scoring.Snapshot, language: str, term: str, number: int) -> list[tuple[int, int]]:
    return [
        (number, int(found.impacts[found.ids == number - base][0]))
        for base, found in snapshot.documents(language, term)
        if (found.ids == number - base).any()
    ]
