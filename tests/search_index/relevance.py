"""How well questions find their cases: `python -m tests.search_index.relevance DIRECTORY` (the folder of real collections).

Per collection the share of questions whose case comes first, is among the five shown, and of questions that fit nothing
for which nothing is shown; and the CPU time of one question. Collections that are not there are skipped.
"""

import gzip
import html
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse

from search_index.documents import SolvedCase
from search_index.engines.whoosh import WhooshEngine
from search_index.languages import Language


class Question(NamedTuple):
    """A title, the thread that answers it (None: none does), and the asker's own thread, which must not answer it."""

    title: str
    answer: int | None
    own: int | None = None


def german_support(folder: Path) -> tuple[list[SolvedCase], list[Question]]:
    """German product support and customers' titles."""
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    numbers = {article["id"]: number for number, article in enumerate(articles, 1)}
    cases = [
        SolvedCase(thread_id=numbers[one["id"]], language="de", title=one["title"], body=one["body"], status="solved")
        for one in articles
    ]
    lines = (folder / "queries.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    return cases, [Question(one["query"], numbers.get(one["doc_id"])) for one in asked]


def xquad(folder: Path, language: Language) -> tuple[list[SolvedCase], list[Question]]:
    """Questions to paragraphs."""
    articles = json.loads((folder / f"xquad.{language}.json").read_text("utf-8"))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    cases = [
        SolvedCase(thread_id=number, language=language, title="", body=paragraph["context"], status="solved")
        for number, paragraph in enumerate(paragraphs, 1)
    ]
    return cases, [
        Question(asked["question"], number)
        for number, paragraph in enumerate(paragraphs, 1)
        for asked in paragraph["qas"]
    ]


def stack_exchange(folder: Path) -> tuple[list[SolvedCase], list[Question]]:
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
    return list(cases.values()), [
        Question(titles[own], master, own) for own, master in pairs if titles.get(own) and master in cases
    ]


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


def measure(name: str, engine: WhooshEngine, language: Language, questions: list[Question]) -> None:
    """Print the figures of one collection."""
    first = five = silent = 0
    fitting = [question for question in questions if question.answer is not None]
    times = []
    for question in questions:
        started = time.process_time()
        hits = engine.similar(question.title, "", language, last_word_partial=False, without=question.own)
        times.append(1000 * (time.process_time() - started))
        found = [hit.thread_id for hit in hits]
        first += question.answer is not None and found[:1] == [question.answer]
        five += question.answer is not None and question.answer in found
        silent += question.answer is None and not found
    times.sort()
    shares = f"first {_percent(first, len(fitting))}  in five {_percent(five, len(fitting))}" if fitting else ""
    none = len(questions) - len(fitting)
    silence = f"nothing shown {_percent(silent, none)} of {none}" if none else ""
    print(
        f"{name:24} {len(questions):5} questions  {shares}  {silence}  "
        f"CPU ms {times[len(times) // 2]:.2f} median {times[int(len(times) * 0.95)]:.2f} p95"
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def main(collections: Path) -> None:
    """Measure every collection, and each against questions meant for another one."""
    with tempfile.TemporaryDirectory() as home:
        readers = {
            "german-support": ("de", lambda: german_support(collections / "german-support")),
            "xquad-de": ("de", lambda: xquad(collections / "xquad", "de")),
            "xquad-en": ("en", lambda: xquad(collections / "xquad", "en")),
            "stackexchange-ai": ("en", lambda: stack_exchange(collections / "stackexchange-ai")),
            "stackexchange-beer": ("en", lambda: stack_exchange(collections / "stackexchange-beer")),
        }
        engines: dict[str, tuple[WhooshEngine, Language]] = {}
        titles: dict[str, list[Question]] = {}
        for name, (language, read) in readers.items():
            if not (collections / name.removesuffix("-de").removesuffix("-en")).exists():
                print(f"{name}: not there, skipped")
                continue
            cases, questions = read()
            engine = WhooshEngine(Path(home) / name)
            started = time.process_time()
            engine.recreate(cases)
            print(f"{name:24} {len(cases):5} cases, built in {time.process_time() - started:.1f} s CPU")
            engines[name] = engine, language  # type: ignore[assignment]
            titles[name] = [Question(question.title, None) for question in questions] or [
                Question(case.title, None) for case in cases
            ]
            if questions:
                measure(name, engine, engines[name][1], questions)
        for asked, of in (("xquad-de", "german-support"), ("stackexchange-beer", "stackexchange-ai")):
            if asked in titles and of in engines:
                measure(f"{asked} -> {of}"[:40], *engines[of], titles[asked])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
