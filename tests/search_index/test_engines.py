"""What every engine promises, and that all of them answer alike: same threads, same order, same scores."""

import random
import threading
from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.seed.reader import load_story
from search_index import similar
from search_index.documents import SolvedCase
from search_index.engines import merging, scoring
from search_index.engines.codec import STEPS, quantised
from search_index.engines.contract import Filters, Hit, IndexUnavailable
from search_index.engines.none import NoEngine
from search_index.engines.snapshot import Snapshot
from search_index.languages import Language, words
from search_index.parsing import parse
from search_index.spelling import Slip
from tests.search_index.cases import DAY, NOON, STORY, case, ids
from tests.search_index.conftest import Embedded, Indexes, InTables, SearchEngine

# Changing


def test_put_replaces_and_remove_removes(index_of: Indexes) -> None:
    engine = index_of()
    engine.apply([case(2, "Glasfaser Anschluss verschoben"), case(20, "Wallbox lädt nicht")], [3, 999])
    assert engine.thread_ids() == {1, 2, 4, 5, 6, 7, 8, 20}
    assert ids(engine.similar("glasfaser anschluss", "", "de")) == [2]
    assert 2 not in ids(engine.similar("internet langsam", "", "de"))
    assert engine.check() == []


def test_the_last_of_two_puts_of_a_thread_counts(index_of: Indexes) -> None:
    engine = index_of([])
    engine.apply([case(1, "Wallbox"), case(1, "Glasfaser")])
    assert engine.count() == 1
    assert ids(engine.similar("glasfaser", "", "de")) == [1]


def test_nothing_to_change_is_no_commit(index_of: Indexes) -> None:
    engine = index_of()
    before = engine.generation()
    engine.apply([], [])
    engine.apply([], [999])
    assert engine.generation() == before


def test_a_change_made_twice_is_made_once(index_of: Indexes) -> None:
    engine = index_of()
    for _ in range(2):
        engine.apply([case(20, "Wallbox lädt nicht")], [3])
    assert engine.thread_ids() == {1, 2, 4, 5, 6, 7, 8, 20}
    assert engine.check() == []


def test_a_reader_sees_what_a_writer_commits(index_of: Indexes) -> None:
    writer = index_of()
    reader = index_of.another(writer)
    before = reader.generation()
    assert reader.similar("wallbox", "", "de") == []
    writer.apply([case(30, "Wallbox lädt nicht")])
    assert reader.generation() != before
    assert ids(reader.similar("wallbox", "", "de")) == [30]
    writer.apply([], [30])
    assert reader.similar("wallbox", "", "de") == []


def test_many_single_commits_are_merged_and_nothing_is_lost(index_of: Indexes) -> None:
    engine = index_of([])
    for number in range(1, 61):
        engine.apply([case(number, f"Fall Nummer {number}", "Router blinkt")], [number - 7] if number % 3 == 0 else [])
        engine.tidy()
    expected = set(range(1, 61)) - {number - 7 for number in range(3, 61, 3)}
    assert engine.thread_ids() == expected
    assert set(ids(engine.search(parse("router"), Filters(), language="de", limit=99).hits)) == expected
    assert set(ids(engine.search(parse('"router blinkt"'), Filters(), language="de", limit=99).hits)) == expected
    assert len(engine._ask(lambda snapshot: snapshot).segments) < 3 * merging.FAN
    assert engine.check() == []


def test_tidying_merges_and_changes_nothing_that_is_found(index_of: Indexes) -> None:
    engine = index_of([])
    for number in range(1, merging.FAN + 1):
        assert not engine.tidy()
        engine.apply([case(number, f"Fall Nummer {number}", "Router blinkt")])
    engine.apply([case(merging.FAN + 1, "Fall Nummer", "Router blinkt")], [2])
    reader = index_of.another(engine)

    def found() -> list[Hit]:
        return reader.search(parse("router fall"), Filters(), language="de", limit=99).hits

    before, segments = found(), len(reader._ask(lambda snapshot: snapshot).segments)
    assert segments >= merging.FAN
    assert engine.tidy()
    assert sorted(found()) == sorted(before)
    assert set(ids(before)) == set(range(1, merging.FAN + 2)) - {2}
    assert len(reader._ask(lambda snapshot: snapshot).segments) == 1
    assert not engine.tidy()
    assert engine.check() == []


def test_threads_read_while_another_writes(index_of: Indexes) -> None:
    engine = index_of()
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
        index_of.another(engine).apply([case(number, f"Wallbox {number}")])
    index_of.another(engine).recreate(STORY)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_two_writers_wait_for_each_other(index_of: Indexes) -> None:
    engine = index_of([])

    def write(numbers: Iterable[int]) -> None:
        own = index_of.another(engine)
        for number in numbers:
            own.apply([case(number, f"Wallbox {number}")])

    writers = [threading.Thread(target=write, args=(range(start, start + 8),)) for start in (100, 200, 300)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert engine.thread_ids() == {start + step for start in (100, 200, 300) for step in range(8)}
    assert engine.check() == []


def test_a_writer_that_hangs_is_not_waited_for_without_end(
    in_tables: InTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search_index.engines.postgres.engine.PATIENCE", 0.2)
    engine = in_tables()
    with in_tables.holding(f"SELECT * FROM {engine.schema}.current FOR UPDATE"):
        with pytest.raises(IndexUnavailable):
            engine.apply([case(50, "Wallbox")])
        with pytest.raises(IndexUnavailable):
            engine.recreate(STORY[:2])
        assert engine.count() == len(STORY)
    engine.apply([case(50, "Wallbox")])
    assert engine.count() == len(STORY) + 1


def test_old_tables_that_somebody_reads_for_long_are_dropped_by_the_next_rebuild(
    in_tables: InTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search_index.engines.postgres.engine.SWEEP_SECONDS", 0.2)
    engine = in_tables()
    count = f"SELECT count(*) FROM pg_tables WHERE schemaname = '{engine.schema}'"
    tables = in_tables.ask(count)
    build = engine.generation().partition(":")[0]
    with in_tables.holding(f"SELECT * FROM {engine.schema}.texts_{build}"):
        assert engine.recreate(STORY[:3]) == 3
        assert engine.count() == 3
    assert in_tables.ask(count) == 2 * tables - 1
    engine.recreate(STORY)
    assert in_tables.ask(count) == tables


def test_an_index_of_another_version_in_tables_is_not_read(in_tables: InTables) -> None:
    engine = in_tables()
    in_tables.run(f"UPDATE {engine.schema}.current SET version = '0'")
    assert engine.check() == ["There is no index of this version; build one."]
    engine.recreate(STORY)
    assert engine.check() == []


def test_an_error_in_the_cases_changes_nothing(index_of: Indexes) -> None:
    engine = index_of()

    def broken() -> list[SolvedCase]:
        raise LookupError("the database is gone")

    with pytest.raises(LookupError):
        engine.recreate(one for _ in range(2) for one in broken())
    assert engine.count() == len(STORY)
    engine.apply([case(50, "Wallbox")])
    assert engine.count() == len(STORY) + 1


def test_without_an_index_every_question_says_so(index_of: Indexes) -> None:
    engine = index_of.nowhere()
    for ask in (engine.count, engine.generation, engine.thread_ids, lambda: engine.similar("router", "", "de")):
        with pytest.raises(IndexUnavailable):
            ask()
    with pytest.raises(IndexUnavailable):
        engine.apply([case(1, "Router")])
    assert engine.check() == ["There is no index of this version; build one."]


def test_what_cannot_be_written_in_utf_8_does_no_harm(index_of: Indexes) -> None:
    engine = index_of([case(1, "Router \ud800 blinkt", "\x00 rot", tags=("a\x00b",), author="\udfff")])
    assert ids(engine.similar("router blinkt", "", "de")) == [1]
    engine.search(parse("\x00\ud800"), Filters(author="\udfff", tags=("a\x00b",)), language="de", facets=True)


# Building anew


def test_a_rebuild_takes_the_old_ones_place(index_of: Indexes) -> None:
    engine = index_of()
    reader = index_of.another(engine)
    assert reader.count() == len(STORY)
    before = reader.generation()
    assert engine.recreate(STORY[:3]) == 3
    assert reader.count() == 3
    assert reader.generation() != before


def test_readers_are_served_and_writers_may_write_while_a_new_index_is_built(index_of: Indexes) -> None:
    engine = index_of()
    other = index_of.another(engine)

    def slowly() -> Iterator[SolvedCase]:
        yield from STORY
        assert ids(other.similar("internet langsam", "", "de"))[0] == 2
        other.apply([case(40, "Wallbox lädt nicht")], [1])

    engine.recreate(slowly(), catch_up=lambda: ([case(40, "Wallbox lädt nicht")], [1]))
    assert other.thread_ids() == {2, 3, 4, 5, 6, 7, 8, 40}


def test_only_one_rebuild_runs_at_a_time(index_of: Indexes) -> None:
    engine = index_of()

    def during() -> Iterator[SolvedCase]:
        with pytest.raises(IndexUnavailable):
            index_of.another(engine).recreate(STORY)
        yield STORY[0]

    assert engine.recreate(during()) == 1


# Scores

WORDS = st.sampled_from("router internet langsam rechnung betrag störung zähler strom umzug tarif kabel rot".split())
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cases=st.lists(st.tuples(st.integers(1, 12), TEXTS, TEXTS, TEXTS), min_size=1, max_size=12),
    removed=st.sets(st.integers(1, 12), max_size=3),
    title=TEXTS,
)
def test_scores_equal_a_plain_sum_over_all_cases(
    index_of: Indexes, cases: list[tuple[int, str, str, str]], removed: set[int], title: str
) -> None:
    engine = index_of([])
    made = [case(number, title_, body, solutions=(solution,)) for number, title_, body, solution in cases]
    half = len(made) // 2
    engine.apply(made[:half])
    engine.apply(made[half:], removed)
    snapshot = engine._ask(lambda snapshot: snapshot)
    wanted = similar.wanted_by_title(title, "de", snapshot)
    weighed = scoring.weigh(snapshot, wanted, "de")
    numbers = np.arange(snapshot.size)
    ways_to_count = [count(snapshot, weighed.loose, numbers, "de") for count in (scoring._added_up, scoring._looked_up)]
    assert ways_to_count[0] == pytest.approx(ways_to_count[1])
    scores = weighed.scores + ways_to_count[0]
    assert (weighed.least(numbers) <= weighed.shares(snapshot, numbers, "de") + 1e-5).all()
    assert (weighed.most(numbers) >= weighed.shares(snapshot, numbers, "de") - 1e-5).all()
    assert (weighed.most(np.flatnonzero(weighed.scores == 0)) <= weighed.most_unsaid + 1e-5).all()

    stored: dict[int, dict[str, float]] = {}
    for number in np.flatnonzero(snapshot.live).tolist():
        thread_id = int(snapshot.facts["thread_id"][number])
        stored[thread_id] = {
            term: int(found.impacts[found.ids == number - base][0]) / STEPS
            for term in wanted.terms
            for base, found in snapshot.documents("de", term)
            if base <= number and (found.ids == number - base).any()
        }
        assert scores[number] == pytest.approx(_plain_sum(wanted, snapshot, stored[thread_id]), rel=1e-4, abs=1e-4)

    newest = {one.thread_id: one for one in made if one.thread_id not in removed or one in made[half:]}
    assert set(stored) == set(newest)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cases=st.lists(st.tuples(TEXTS, TEXTS, st.booleans(), st.integers(0, 9)), min_size=8, max_size=40),
    title=TEXTS,
    limit=st.integers(1, 4),
)
def test_looking_only_at_contenders_finds_what_looking_at_all_finds(
    index_of: Indexes, cases: list[tuple[str, str, bool, int]], title: str, limit: int
) -> None:
    engine = index_of([])
    engine.apply(
        case(number, title_, body, status="solved" if solved else "needs_staff", duplicate_of=master or None)
        for number, (title_, body, solved, master) in enumerate(cases, start=1)
    )

    def found() -> list[object]:
        return [
            engine.similar(title, "", "de", limit=limit),
            engine.similar(title, "", "en", limit=limit, solved_only=False),
            engine.search(parse(title), Filters(), language="de", limit=limit),
            engine.search(parse(title), Filters(), language="de", offset=limit, limit=limit),
        ]

    few = found()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "_floor", lambda *_: 0.0)
        patch.setattr(scoring, "_contending", _all_contend)
        assert found() == few


def _all_contend(
    snapshot: Snapshot,
    weighed: scoring.Weighed,
    language: Language,
    allowed: scoring.Mask,
    limit: int,
    factor: float = 1.0,
) -> scoring.Likely:
    numbers = np.flatnonzero(allowed)
    shares = factor * weighed.shares(snapshot, numbers, language)
    return scoring.Likely(numbers, shares, shares)


def _plain_sum(wanted: similar.Wanted, snapshot: Snapshot, impacts: dict[str, float]) -> float:
    """What a case with these impacts scores: for each word its best way to be said, and every loose term."""
    count = snapshot.count("de")
    frequencies = {term: snapshot.frequency(term, "de") for term in wanted.terms}
    total = 0.0
    for word in wanted.words:
        ways = similar.valued(word, frequencies, count)[1]
        total += max((sum(factor * impacts.get(term, 0) for term, factor in way) for way in ways), default=0)
    for term, weight in wanted.loose.items():
        total += weight * similar.idf(min(frequencies[term], count), count) * impacts.get(term, 0)
    return total


def test_stored_impacts_are_those_of_the_formula(index_of: Indexes) -> None:
    engine = index_of()
    snapshot = engine._ask(lambda snapshot: snapshot)
    for one in STORY:
        number = snapshot.numbers({one.thread_id})[0]
        for term, impact in similar.impacts(one, snapshot).items():
            if (found := dict(_impact_of(snapshot, one.language, term, number))) and not term.startswith("~"):
                assert abs(found[number] - quantised(impact)) <= quantised(similar.FULL_IMPACT)
    assert all(0 < impact < similar.FULL_IMPACT for impact in similar.impacts(STORY[0], snapshot).values())


def _impact_of(snapshot: Snapshot, language: str, term: str, number: int) -> list[tuple[int, int]]:
    return [
        (number, int(found.impacts[found.ids == number - base][0]))
        for base, found in snapshot.documents(language, term)
        if (found.ids == number - base).any()
    ]


# Alike


def told() -> list[SolvedCase]:
    """The cases of the demo story, and some more of its words in other mixtures."""
    chance = random.Random(5)
    cases = []
    threads = load_story().threads
    for number in range(1, 301):
        thread = threads[number % len(threads)]
        other = threads[chance.randrange(len(threads))]
        cases.append(
            case(
                number,
                thread.title if number <= len(threads) else f"{thread.title} {other.title.split()[0]}",
                thread.posts[0].body,
                language="en" if thread.language == "en" else "de",
                replies=other.posts[-1].body,
                solutions=(thread.posts[-1].body,),
                tags=(f"tag-{number % 7}",),
                category_id=number % 5,
                status="solved" if number % 4 else "waiting",
                author=f"person-{number % 9}",
                helpful=number % 13,
                last_post_at=NOON - number * DAY,
                duplicate_of=number - 1 if number % 29 == 0 else None,
            )
        )
    return cases


def typed(cases: list[SolvedCase]) -> Iterator[str]:
    """Titles cut short, mistyped, mixed, and words that nobody wrote."""
    chance = random.Random(6)
    for one in cases:
        title = one.title
        yield title[: chance.randrange(3, len(title))]
        place = chance.randrange(1, len(title) - 1)
        yield title[:place] + title[place + 1 :]
        yield " ".join(chance.sample([word.text for word in words(one.body + " " + title)], k=3))


@pytest.fixture(scope="module")
def both(embedded: Embedded, in_tables: InTables) -> tuple[SearchEngine, SearchEngine]:
    """The same history in both engines: built, then changed in many commits, so that segments differ in size and age."""
    cases = told()
    engines = embedded(cases[:200]), in_tables(cases[:200])
    for engine in engines:
        for start in range(200, 300, 4):
            engine.apply(cases[start : start + 4], [start // 3])
            engine.tidy()
        engine.apply([case(7, "Wallbox lädt nicht mehr", "Seit dem Update")], [8, 9])
    return engines


def test_both_engines_find_the_same_similar_cases_with_the_same_scores(both: tuple[SearchEngine, SearchEngine]) -> None:
    embedded, in_tables = both
    found = 0
    for title in typed(told()[:120]):
        for language in ("de", "en"):
            one = embedded.similar(title, "", language)
            assert in_tables.similar(title, "", language) == one, title
            found += len(one)
    assert found > 500


def test_both_engines_find_the_same_cases_by_title_and_body(both: tuple[SearchEngine, SearchEngine]) -> None:
    embedded, in_tables = both
    for one in told()[::7]:
        known = embedded.similar(one.title, one.body, one.language, solved_only=False, without=one.thread_id)
        again = in_tables.similar(one.title, one.body, one.language, solved_only=False, without=one.thread_id)
        assert again == known


@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters(tags=("tag-3",)), Filters(author="person-4"), Filters(statuses=frozenset({"waiting"}))],
    ids=["all", "tag", "author", "status"],
)
def test_both_engines_answer_a_search_alike(both: tuple[SearchEngine, SearchEngine], filters: Filters) -> None:
    embedded, in_tables = both
    total = 0
    for text in ["", *typed(told()[:60])]:
        for asked in (text, f'"{" ".join(text.split()[:2])}"', f"{text} -router"):
            one = embedded.search(parse(asked), filters, language="de", facets=True)
            assert in_tables.search(parse(asked), filters, language="de", facets=True) == one, asked
            total += one.total
    assert total


def test_without_pg_trgm_nothing_is_missing_and_with_it_any_letter_may_be_wrong(in_tables: InTables) -> None:
    extension = in_tables.ask("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
    if extension is None:
        pytest.skip("this PostgreSQL has no pg_trgm: THEKE_TEST_INDEXES may name one that has")
    in_tables.run("DROP EXTENSION IF EXISTS pg_trgm CASCADE")
    plain = in_tables()
    in_tables.run("CREATE EXTENSION pg_trgm")
    try:
        near = in_tables()
        near.apply([case(50, "Glasfaser verlegt")])
        plain.apply([case(50, "Glasfaser verlegt")])
        assert ids(near.similar("glsfaser verlegt", "", "de")) == [50]
        assert near.similar("internet lansgam", "", "de") == plain.similar("internet lansgam", "", "de")
        assert near.slips("xechnung", "de") == [Slip(0, 8, "xechnung", ("rechnung",))]
        assert plain.slips("xechnung", "de") == []
    finally:
        in_tables.run("DROP EXTENSION pg_trgm CASCADE")


def test_no_engine_finds_nothing() -> None:
    engine = NoEngine()
    engine.apply(STORY)
    assert engine.recreate(STORY) == engine.count() == 0
    assert engine.similar("router", "", "de") == []
    assert engine.search(parse("router"), Filters(), language="de").total == 0
    assert engine.check() == []
