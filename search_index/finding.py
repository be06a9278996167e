"""From hits to what a reader is shown. Every hit is read from the database again, and only what is public now is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from community.accounts.models import Person
from community.intake.similar import SimilarCase
from community.threads.addresses import permalink, thread_address
from community.threads.models import Category, State, Thread

from .engines.contract import Filters, Hits, IndexUnavailable
from .indexing import engine
from .languages import Language
from .parsing import Query
from .passages import Passage, best_passage, marks
from .readable import Readable, readable
from .spelling import did_you_mean

SIMILAR = 5


@dataclass(frozen=True)
class Marked:
    """A piece of text, and whether it answers the query."""

    text: str
    is_marked: bool


@dataclass(frozen=True)
class Found:
    """One result as the page shows it."""

    thread: Thread
    title: list[Marked]
    passage: list[Marked]
    post_number: int

    @property
    def url(self) -> str:
        """The thread."""
        return thread_address(self.thread)

    @property
    def category(self) -> Category:
        return self.thread.category

    @property
    def state(self) -> State:
        return self.thread.state

    @property
    def language(self) -> str:
        return self.thread.language

    @property
    def at(self) -> datetime:
        """When somebody last wrote."""
        return self.thread.last_post_at


def reading_language(language: str) -> Language:
    """The language in which a reader's words are analysed."""
    return "en" if language == "en" else "de"


def search(query: Query, filters: Filters, language: str, *, offset: int, limit: int) -> tuple[Hits, list[Found]]:
    """A page of results with facets. Raises IndexUnavailable."""
    spoken = reading_language(language)
    hits = engine().search(query, filters, language=spoken, offset=offset, limit=limit, facets=True)
    ids = [hit.thread_id for hit in hits.hits]
    found = readable(ids)
    return hits, [_found(query, found[thread_id], spoken) for thread_id in ids if thread_id in found]


def _found(query: Query, shown: Readable, spoken: Language) -> Found:
    passage = best_passage(query.text, [text for _number, text in shown.texts], spoken)
    numbers = {text.post_id: number for number, text in shown.texts}
    title = shown.thread.title
    return Found(
        thread=shown.thread,
        title=_marked(title, [(mark.start, mark.end) for mark in marks(query.text, title, spoken)]),
        passage=shown_passage(passage) if passage else [],
        post_number=numbers.get(passage.post_id, 1) if passage else 1,
    )


def shown_passage(passage: Passage) -> list[Marked]:
    """A passage as pages show it: its marks, and whether the post goes on."""
    pieces = _marked(passage.text, [(mark.start, mark.end) for mark in passage.marks])
    before = [Marked("… ", False)] if passage.cut_before else []
    after = [Marked(" …", False)] if passage.cut_after else []
    return before + pieces + after


def _marked(text: str, spans: list[tuple[int, int]]) -> list[Marked]:
    pieces, at = [], 0
    for start, end in spans:
        if start < at:
            continue
        pieces += [Marked(text[at:start], False), Marked(text[start:end], True)]
        at = end
    return [piece for piece in [*pieces, Marked(text[at:], False)] if piece.text]


def suggestions(typed: str, language: str) -> list[Thread]:
    """The public threads that somebody who types this may mean. None while there is no index."""
    try:
        hits = engine().similar(typed, "", reading_language(language), limit=SIMILAR, solved_only=False)
    except IndexUnavailable:
        return []
    found = readable([hit.thread_id for hit in hits])
    return [found[hit.thread_id].thread for hit in hits if hit.thread_id in found]


def meant_instead(typed: str, results: list[Found], language: str) -> str | None:
    """What somebody may have meant who typed this, as the results spell it."""
    texts = ("".join(piece.text for piece in text) for found in results for text in (found.title, found.passage))
    try:
        return did_you_mean(typed, texts, reading_language(language), engine())
    except IndexUnavailable:
        return None


def similar_cases(title: str, body: str, language: str, viewer: Person | None) -> list[SimilarCase]:
    """Solved cases like this question, with their solutions' text; for the asking flow. None while there is no index."""
    try:
        hits = engine().similar(title, body, reading_language(language), limit=SIMILAR)
    except IndexUnavailable:
        return []
    found = readable([hit.thread_id for hit in hits])
    cases = (_similar_case(found[hit.thread_id].thread) for hit in hits if hit.thread_id in found)
    return [case for case in cases if case is not None]


def _similar_case(thread: Thread) -> SimilarCase | None:
    posts = [solution.post for solution in thread.solutions if solution.post.visibility == "published"]
    if not posts or thread.solved_at is None:
        return None
    return SimilarCase(
        thread_id=thread.id,
        title=thread.title,
        url=thread_address(thread),
        language=thread.language,
        solution_html=posts[0].html,
        solution_url=permalink(posts[0]),
        solved_at=thread.solved_at,
        solved_by=posts[0].author,
        category=thread.category,
    )
