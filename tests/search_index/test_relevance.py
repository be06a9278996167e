"""The bench that measures how often questions find their case, and what it has to say of the engine that serves."""

import gzip
import json
from pathlib import Path

import pytest

from bench import relevance
from bench.relevance import Figures, Question, Theke, by_kind, count
from tests.importers.dumps import REAL_DUMPS

CORPUS = [
    {"id": "a", "title": "Störung melden", "body": "So melden Sie eine Störung.", "lang": "de"},
    {"id": "b", "title": "Rechnung verstehen", "body": "Was bedeuten die Posten?", "lang": "de"},
]
QUERIES = [
    {"query": "stoerung meldne", "doc_id": "a", "kind": "typo"},
    {"query": "Abrechnung", "doc_id": "b", "kind": "synonym"},
    {"query": "Zaun streichen", "doc_id": None, "kind": "none"},
]


def lines(rows: list[dict[str, str | None]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.mark.parametrize("name", ["corpus.jsonl", "corpus.jsonl.gz"])
def test_any_collection_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    corpus, queries = tmp_path / name, tmp_path / "queries.jsonl"
    corpus.write_bytes(gzip.compress(lines(CORPUS)) if name.endswith("gz") else lines(CORPUS))
    queries.write_bytes(lines(QUERIES))
    relevance.main(["--corpus", str(corpus), "--queries", str(queries)])
    *_, last = capsys.readouterr().out.splitlines()
    measured = json.loads(last)
    assert set(measured) == {"theke", "whoosh", "fts5"}
    assert measured["theke"]["typo"] == {"questions": 1, "first": 1.0, "in_five": 1.0, "mrr": 1.0}
    assert measured["theke"]["synonym"]["first"] == 1.0
    assert measured["theke"]["none"] == {"questions": 1, "nothing_shown": 1.0}
    assert measured["whoosh"]["typo"]["questions"] == measured["fts5"]["typo"]["questions"] == 1


def test_an_answer_that_is_not_in_the_corpus_is_refused(tmp_path: Path) -> None:
    corpus, queries = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl"
    corpus.write_bytes(lines(CORPUS))
    queries.write_bytes(lines([{"query": "x", "doc_id": "nowhere", "kind": "plain"}]))
    with pytest.raises(SystemExit, match="nowhere"):
        relevance.main(["--corpus", str(corpus), "--queries", str(queries)])


def test_ranks_and_silence_are_counted() -> None:
    asked = [
        (Question("first", 1, "de", "plain"), [1, 2]),
        (Question("second", 2, "de", "plain"), [1, 2]),
        (Question("missed", 3, "de", "typo"), [1, 2]),
        (Question("silent", None, "de", "none"), []),
        (Question("noisy", None, "de", "none"), [5]),
    ]
    assert count(asked) == Figures(answerable=3, first=1, in_five=2, reciprocal=1.5, unanswerable=2, silent=1)
    assert list(by_kind(asked)) == ["all", "plain", "typo", "none"]


def test_customers_titles_find_their_article(tmp_path: Path) -> None:
    """A floor a little below what was reached: whoever changes the formula sees what it costs."""
    folder = REAL_DUMPS / "german-support"
    if not folder.exists():
        pytest.skip(f"{folder} is not there")
    collection = relevance.german_support(folder)
    theke = Theke(tmp_path)
    theke.build(collection.cases)
    shares = count((question, theke.ask(question)) for question in collection.questions).shares()
    assert shares["first"] >= 0.66
    assert shares["in_five"] >= 0.85
    assert shares["nothing_shown"] >= 0.9
