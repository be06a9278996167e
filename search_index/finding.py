"""From hits to what a reader is shown. Every hit is read from the database again, and only what is public now is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup, escape

from community.accounts.models import Person
from community.intake.similar import Place, SimilarCase
from community.threads.addresses import permalink_of, thread_address
from community.threads.models import State

from .engines.contract import Filters, Hits, IndexUnavailable
from .indexing import engine
from .languages import Language
from .parsing import Query
from .passages import Mark, Meant, Passage, best_passage, marks
from .readable import Readable, readable, with_texts
from .spelling import did_you_mean

SIMILAR = 5


class Piece(NamedTuple):
    """A piece of text, and whether it answers the query."""

    text: str
    is_marked: bool


@dataclass(frozen=True)
class Found:
    """One result as the page shows it."""

    thread: Readable
    title: Markup
    quoted: Passage | None

    @property
    def id(self) -> int:
        """The thread's number."""
        return self.thread.id

    @property
    def slug(self) -> str:
        return self.thread.slug

    @property
    def passage(self) -> Markup:
        """The passage with its marks."""
        return shown_passage(self.quoted) if self.quoted else Markup()

    @property
    def says(self) -> str:
        """Its title and passage as plain text."""
        return f"{self.thread.title} {self.quoted.text if self.quoted else ''}"

    @property
    def category(self) -> Place:
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
    found = with_texts(readable(ids))
    meant = _meant(query.text, spoken)
    return hits, [_found(query, found[thread_id], spoken, meant) for thread_id in ids if thread_id in found]


def _meant(typed: str, spoken: Language) -> Meant:
    """What was typed wrongly, and what may have been meant."""
    return tuple((slip.folded, right) for slip in engine().slips(typed, spoken) for right in slip.meant)


def _found(query: Query, shown: Readable, spoken: Language, meant: Meant) -> Found:
    passage = best_passage(query.text, shown.texts or (), spoken, meant=meant)
    return Found(
        thread=shown,
        title=marked(_pieces(shown.title, marks(query.text, shown.title, spoken, meant))),
        quoted=passage,
    )


def shown_passage(passage: Passage) -> Markup:
    """A passage as pages show it: with its marks, and whether the post goes on."""
    return marked(pieces_of(passage))


def pieces_of(passage: Passage) -> Iterator[Piece]:
    """A passage piece by piece, with dots where the post goes on."""
    if passage.cut_before:
        yield Piece("… ", False)
    yield from _pieces(passage.text, passage.marks)
    if passage.cut_after:
        yield Piece(" …", False)


def _pieces(text: str, spans: Iterable[Mark]) -> Iterator[Piece]:
    at = 0
    for start, end in spans:
        if start >= at:
            yield Piece(text[at:start], False)
            yield Piece(text[start:end], True)
            at = end
    yield Piece(text[at:], False)


def marked(pieces: Iterable[Piece]) -> Markup:
    """A text with its marks, as pages show it."""
    return Markup(  # noqa: S704  each piece is escaped
        "".join(f"<mark>{escape(text)}</mark>" if is_marked else escape(text) for text, is_marked in pieces)
    )


def suggestions(typed: str, language: str) -> list[Readable]:
    """The public threads that somebody who types this may mean. None while there is no index."""
    try:
        hits = engine().similar(typed, "", reading_language(language), limit=SIMILAR, solved_only=False)
    except IndexUnavailable:
        return []
    found = readable([hit.thread_id for hit in hits])
    return [found[hit.thread_id] for hit in hits if hit.thread_id in found]


def meant_instead(typed: str, results: list[Found], language: str) -> str | None:
    """What somebody may have meant who typed this, as the results spell it."""
    spoken = reading_language(language)
    try:
        slips = engine().slips(typed, spoken)
    except IndexUnavailable:
        return None
    return did_you_mean(typed, slips, (found.says for found in results), spoken)


def similar_cases(title: str, body: str, language: str, viewer: Person | None) -> list[SimilarCase]:
    """Solved cases like this question, with their solutions' text; for the asking flow. None while there is no index."""
    try:
        hits = engine().similar(title, body, reading_language(language), limit=SIMILAR)
    except IndexUnavailable:
        return []
    found = readable([hit.thread_id for hit in hits])
    cases = (_similar_case(found[hit.thread_id]) for hit in hits if hit.thread_id in found)
    return [case for case in cases if case is not None]


def _similar_case(thread: Readable) -> SimilarCase | None:
    if thread.solution is None or thread.solved_at is None:
        return None
    return SimilarCase(
        thread_id=thread.id,
        title=thread.title,
        url=thread_address(thread),
        language=thread.language,
        solution_html=thread.solution.html,
        solution_url=permalink_of(thread.solution.post_id),
        solved_at=thread.solved_at,
        solved_by=thread.solution.author,
        category=thread.category,
    )
