"""`bin/bench relevance [DIR]`: how often do questions find their case? `--help` says which collections can be measured.

What is measured is the engine that serves, asked as the asking page asks it, with the titles alone. Side by side stand
Whoosh as its documentation shows it and SQLite's FTS5, each asked for its five best. Collections that are not there are
skipped, and it is said so.
"""

from __future__ import annotations

import gzip
import html
import json
import re
import sqlite3
import tempfile
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse
from whoosh import fields, qparser, scoring
from whoosh.analysis import LanguageAnalyzer
from whoosh.filedb.filestore import FileStorage

from search_index.documents import SolvedCase
from search_index.engines.whoosh import WhooshEngine
from search_index.languages import Language

COLLECTIONS = Path("../shared/data")
FIVE = 5
ALL = "all"
NONE = "none"

HELP = """\
With a directory: every collection in it, and questions put to a collection that they were not asked of.
  german-support/articles.jsonl.gz, queries.jsonl    xquad/xquad.{de,en}.json
  stackexchange-*/Posts.xml, PostLinks.xml           (questions linked as duplicates of an answered one)

With --corpus and --queries: any other collection. Both are UTF-8 with one JSON object a line; the first may be gzipped.
  corpus    {"id": "a-17", "title": "...", "body": "...", "lang": "de"}     lang is de (if it is missing) or en
  queries   {"query": "...", "doc_id": "a-17", "kind": "typo"}              doc_id null: nothing fits; kind is any word

Printed by kind: the share of questions whose case comes first and is among the five shown, the mean reciprocal rank
(0 where it is not among the five), and for questions that nothing fits the share for which nothing is shown.
With --corpus the last line is one JSON object: {"theke": {"all": {...}, KIND: {"questions": 15, "first": 0.8,
"in_five": 0.93, "mrr": 0.85}, "none": {"questions": 15, "nothing_shown": 1.0}}, "whoosh": {...}, "fts5": {...}}.
"""


class Question(NamedTuple):
    """A title, the thread that answers it (None: none does), and the asker's own thread, which must not answer it."""

    title: str
    answer: int | None
    language: Language
    kind: str = ALL
    own: int | None = None


class Collection(NamedTuple):
    """Cases, and questions to put to them."""

    name: str
    cases: list[SolvedCase]
    questions: list[Question]


# Reading


def given(corpus: Path, queries: Path) -> Collection:
    """A collection in the two formats that ``--help`` describes."""
    lines = list(_objects(corpus))
    numbers = {line["id"]: number for number, line in enumerate(lines, 1)}
    cases = [
        _solved(number, line.get("lang", "de"), line["title"], line["body"]) for number, line in enumerate(lines, 1)
    ]
    asked = list(_objects(queries))
    missing = [one["doc_id"] for one in asked if one["doc_id"] is not None and one["doc_id"] not in numbers]
    if missing:
        raise SystemExit(f"not in the corpus: {', '.join(map(str, missing[:5]))}")
    languages = {case.thread_id: case.language for case in cases}
    usual: Language = "en" if sum(case.language == "en" for case in cases) * 2 > len(cases) else "de"
    questions = []
    for one in asked:
        answer = None if one["doc_id"] is None else numbers[one["doc_id"]]
        spoken: Language = one.get("lang") or (usual if answer is None else languages[answer])
        questions.append(Question(one["query"], answer, spoken, one.get("kind") or ALL))
    return Collection(corpus.parent.name or corpus.stem, cases, questions)


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from (json.loads(line) for line in text.decode("utf-8").splitlines() if line.strip())


def _solved(number: int, language: Language, title: str, body: str) -> SolvedCase:
    return SolvedCase(thread_id=number, language=language, title=title, body=body, status="solved")


def german_support(folder: Path) -> Collection:
    """German product support and customers' titles."""
    return given(folder / "articles.jsonl.gz", folder / "queries.jsonl")._replace(name="german-support")


def xquad(folder: Path, language: Language) -> Collection:
    """Questions to paragraphs."""
    articles = json.loads((folder / f"xquad.{language}.json").read_text("utf-8"))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    cases = [_solved(number, language, "", paragraph["context"]) for number, paragraph in enumerate(paragraphs, 1)]
    questions = [
        Question(asked["question"], number, language)
        for number, paragraph in enumerate(paragraphs, 1)
        for asked in paragraph["qas"]
    ]
    return Collection(f"xquad-{language}", cases, questions)


def stack_exchange(folder: Path) -> Collection:
    """Answered questions of a dump; the questions to ask are those that it links as duplicates of one of them."""
    posts = list(_rows(folder / "Posts.xml"))
    answers: dict[str, list[Element]] = {}
    for post in posts:
        if post.get("PostTypeId") == "2":
            answers.setdefault(post.get("ParentId", ""), []).append(post)
    cases = {
        int(post.get("Id", "0")): _case(post, answers[post.get("Id", "")])
        for post in posts
        if post.get("PostTypeId") == "1" and post.get("Id") in answers
    }
    titles = {int(post.get("Id", "0")): post.get("Title", "") for post in posts}
    links = _rows(folder / "PostLinks.xml") if (folder / "PostLinks.xml").exists() else iter(())
    pairs = [
        (int(link.get("PostId", "0")), int(link.get("RelatedPostId", "0")))
        for link in links
        if link.get("LinkTypeId") == "3"
    ]
    questions = [
        Question(titles[own], master, "en", own=own) for own, master in pairs if titles.get(own) and master in cases
    ]
    return Collection(folder.name, list(cases.values()), questions)


def _rows(path: Path) -> Iterator[Element]:
    root = parse(path).getroot()
    assert root is not None
    yield from root


def _case(question: Element, answers: list[Element]) -> SolvedCase:
    accepted = question.get("AcceptedAnswerId")
    return SolvedCase(
        thread_id=int(question.get("Id", "0")),
        language="en",
        title=question.get("Title", ""),
        body=_plain(question),
        solutions=tuple(_plain(answer) for answer in answers if answer.get("Id") == accepted),
        replies="\n".join(_plain(answer) for answer in answers if answer.get("Id") != accepted),
        status="solved",
    )


def _plain(post: Element) -> str:
    return html.unescape(re.sub("<[^>]+>", " ", post.get("Body", "")))


READERS: dict[str, tuple[str, Callable[[Path], Collection]]] = {
    "german-support": ("german-support", german_support),
    "xquad-de": ("xquad", lambda folder: xquad(folder, "de")),
    "xquad-en": ("xquad", lambda folder: xquad(folder, "en")),
    "stackexchange-ai": ("stackexchange-ai", stack_exchange),
    "stackexchange-beer": ("stackexchange-beer", stack_exchange),
}
STRANGERS = (("xquad-de", "german-support"), ("stackexchange-beer", "stackexchange-ai"))
"""Questions of the first put to the second: nothing fits."""


# Asking


class System(Protocol):
    """Something that finds cases."""

    def __init__(self, folder: Path) -> None:
        """Keep its files in an empty folder."""

    def build(self, cases: Sequence[SolvedCase]) -> None:
        """Index the cases."""

    def ask(self, question: Question) -> list[int]:
        """The threads that it shows for a title, at most five."""


class Theke:
    """The engine that serves."""

    def __init__(self, folder: Path) -> None:
        self._engine = WhooshEngine(folder)

    def build(self, cases: Sequence[SolvedCase]) -> None:
        """Index the cases."""
        self._engine.recreate(cases)

    def ask(self, question: Question) -> list[int]:
        """As the asking page does when a title is complete."""
        hits = self._engine.similar(
            question.title, "", question.language, limit=FIVE, last_word_partial=False, without=question.own
        )
        return [hit.thread_id for hit in hits]


class WhooshAsDocumented:
    """Whoosh as its documentation shows it: its analyzer for the language, OR over title and body, BM25F."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, cases: Sequence[SolvedCase]) -> None:
        """Index the cases."""
        analyzer = LanguageAnalyzer(cases[0].language if cases else "de")
        schema = fields.Schema(
            number=fields.NUMERIC(stored=True), title=fields.TEXT(analyzer), body=fields.TEXT(analyzer)
        )
        self._index = FileStorage(str(self._folder)).create_index(schema)
        writer = self._index.writer(limitmb=256)
        for case in cases:
            writer.add_document(number=case.thread_id, title=case.title, body=_all_but_title(case))
        writer.commit()
        self._searcher = self._index.searcher(weighting=scoring.BM25F())
        self._parser = qparser.MultifieldParser(["title", "body"], schema, group=qparser.OrGroup)
        self._parser.remove_plugin_class(qparser.WildcardPlugin)

    def ask(self, question: Question) -> list[int]:
        """Its five best."""
        found = self._searcher.search(self._parser.parse(question.title), limit=FIVE + 1)
        return [hit["number"] for hit in found if hit["number"] != question.own][:FIVE]


class Fts5:
    """SQLite's full text index with its default tokenizer: OR of all words, bm25."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "fts5.sqlite")

    def build(self, cases: Sequence[SolvedCase]) -> None:
        """Index the cases."""
        self._database.execute("CREATE VIRTUAL TABLE cases USING fts5(title, body)")
        self._database.executemany(
            "INSERT INTO cases (rowid, title, body) VALUES (?, ?, ?)",
            [(case.thread_id, case.title, _all_but_title(case)) for case in cases],
        )

    def ask(self, question: Question) -> list[int]:
        """Its five best."""
        query = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question.title))
        rows = self._database.execute(
            "SELECT rowid FROM cases WHERE cases MATCH ? AND rowid IS NOT ? ORDER BY bm25(cases) LIMIT ?",
            (query, question.own, FIVE),
        )
        return [number for (number,) in rows]


def _all_but_title(case: SolvedCase) -> str:
    return "\n".join((case.body, case.solution, case.replies))


SYSTEMS: dict[str, type[System]] = {"theke": Theke, "whoosh": WhooshAsDocumented, "fts5": Fts5}


# Counting


class Figures(NamedTuple):
    """How a system did on some questions: in how many cases the answer was first, among the five, the sum of reciprocal
    ranks; and for how many that nothing fits it showed nothing."""

    answerable: int
    first: int
    in_five: int
    reciprocal: float
    unanswerable: int
    silent: int

    def shares(self) -> dict[str, float]:
        """As they are printed: shares from 0 to 1."""
        if not self.answerable:
            return {"questions": self.unanswerable, "nothing_shown": _share(self.silent, self.unanswerable)}
        found = {
            "questions": self.answerable,
            "first": _share(self.first, self.answerable),
            "in_five": _share(self.in_five, self.answerable),
            "mrr": _share(self.reciprocal, self.answerable),
        }
        return found | ({"nothing_shown": _share(self.silent, self.unanswerable)} if self.unanswerable else {})


def _share(part: float, whole: int) -> float:
    return round(part / max(1, whole), 4)


def count(asked: Iterable[tuple[Question, list[int]]]) -> Figures:
    """The figures of questions with the threads that were shown for each."""
    answerable = unanswerable = silent = 0
    ranks = []
    for question, shown in asked:
        if question.answer is None:
            unanswerable += 1
            silent += not shown
        else:
            answerable += 1
            ranks += [shown.index(question.answer) + 1] if question.answer in shown else []
    return Figures(answerable, ranks.count(1), len(ranks), sum(1 / rank for rank in ranks), unanswerable, silent)


def by_kind(asked: Sequence[tuple[Question, list[int]]]) -> dict[str, Figures]:
    """The figures of all, and of each kind where there are kinds."""
    kinds = sorted({question.kind for question, _ in asked} - {ALL, NONE})
    found = {ALL: count(asked)} if any(question.answer is not None for question, _ in asked) else {}
    found |= {kind: count([one for one in asked if one[0].kind == kind]) for kind in kinds}
    unanswerable = [one for one in asked if one[0].answer is None]
    return found | ({NONE: count(unanswerable)} if unanswerable else {})


def measure(collection: Collection, questions: Sequence[Question] | None = None) -> dict[str, dict[str, Figures]]:
    """System -> kind -> figures, of the collection's own questions or of others."""
    return {name: _measure(system, collection, questions or collection.questions) for name, system in SYSTEMS.items()}


def _measure(system: type[System], collection: Collection, questions: Sequence[Question]) -> dict[str, Figures]:
    with tempfile.TemporaryDirectory(prefix="theke-bench-") as folder:
        ready = system(Path(folder))
        ready.build(collection.cases)
        started = time.process_time()
        asked = [(question, ready.ask(question)) for question in questions]
        spent = 1000 * (time.process_time() - started) / max(1, len(asked))
    print(f"{collection.name}: {system.__name__}, {len(collection.cases)} cases, {spent:.2f} ms CPU a question")
    return by_kind(asked)


def table(name: str, measured: dict[str, dict[str, Figures]]) -> str:
    """The figures of a collection side by side."""
    lines = [name, f"  {'':12}{'':>10}" + "".join(f"{system:>28}" for system in measured)]
    lines.append(f"  {'kind':12}{'questions':>10}" + f"{'first  in five   MRR':>28}" * len(measured))
    for kind in next(iter(measured.values())):
        rows = [figures[kind].shares() for figures in measured.values()]
        cells = "".join(f"{_cell(row):>28}" for row in rows)
        lines.append(f"  {kind:12}{rows[0]['questions']:>10}{cells}")
    return "\n".join(lines)


def _cell(row: dict[str, float]) -> str:
    if "first" not in row:
        return f"nothing shown {100 * row['nothing_shown']:.1f} %"
    return f"{100 * row['first']:.1f} % {100 * row['in_five']:.1f} % {row['mrr']:.3f}"


def main(arguments: list[str]) -> None:
    """Measure what the arguments name."""
    parser = ArgumentParser("bin/bench relevance", description=HELP, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("directory", nargs="?", type=Path, default=COLLECTIONS, help="default: ../shared/data")
    parser.add_argument("--corpus", type=Path, metavar="FILE.jsonl[.gz]")
    parser.add_argument("--queries", type=Path, metavar="FILE.jsonl")
    asked = parser.parse_args(arguments)
    if bool(asked.corpus) != bool(asked.queries):
        parser.error("--corpus and --queries belong together")
    if asked.corpus:
        _measure_given(given(asked.corpus, asked.queries))
    else:
        _measure_all(asked.directory)


def _measure_given(collection: Collection) -> None:
    measured = measure(collection)
    print(table(collection.name, measured))
    shares = {name: {kind: one.shares() for kind, one in kinds.items()} for name, kinds in measured.items()}
    print(json.dumps(shares))


def _measure_all(directory: Path) -> None:
    read: dict[str, Collection] = {}
    for name, (folder, reader) in READERS.items():
        if not (directory / folder).exists():
            print(f"{name}: not there, skipped")
            continue
        read[name] = reader(directory / folder)
        if read[name].questions:
            print(table(name, measure(read[name])))
    for asked, of in STRANGERS:
        if asked in read and of in read:
            titles = [question.title for question in read[asked].questions] or [one.title for one in read[asked].cases]
            language = read[of].cases[0].language
            questions = [Question(title, None, language, NONE) for title in titles]
            print(table(f"{asked} asked of {of}", measure(read[of], questions)))
