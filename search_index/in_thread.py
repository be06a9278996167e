"""Finding a post in a long thread: the posts that say the words, the one that says most of them first."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.core.extensions import db
from community.threads.models import Post, Thread
from community.threads.visibility import post_is_readable_by

from .finding import reading_language, shown_passage
from .languages import Language, fold, pieces, stopwords, words
from .passages import Passage, PostText, best_passage

MOST_READ = 400  # posts whose text is looked at closely
MOST_SHOWN = 50
MOST_WORDS = 8
SHORTEST_BEGINNING = 4


@dataclass(frozen=True)
class FoundPost:
    """A post that says it, with the passage that does."""

    post: Post
    passage: Markup


def find_in(thread: Thread, typed: str, viewer: Person | None, language: str) -> list[FoundPost]:
    """The readable posts of the thread that say at least one of the words; at most MOST_SHOWN, best first."""
    spoken = reading_language(thread.language or language)
    beginnings = _beginnings(typed, spoken)
    if not beginnings:
        return []
    posts = db.session.scalars(
        select(Post)
        .where(
            Post.thread_id == thread.id,
            post_is_readable_by(viewer),
            or_(*(func.lower(Post.plain).contains(one, autoescape=True) for one in beginnings)),
        )
        .order_by(Post.number)
        .limit(MOST_READ)
        .options(joinedload(Post.author))
    ).all()
    found = [(passage, post) for post in posts if (passage := _passage(typed, post, spoken)) is not None]
    found.sort(key=lambda pair: (-_words_said(pair[0]), pair[1].number))
    return [FoundPost(post, shown_passage(passage)) for passage, post in found[:MOST_SHOWN]]


def _beginnings(typed: str, language: Language) -> list[str]:
    """What the database looks for: the words' beginnings as typed and as folded, which every inflection keeps."""
    telling = [
        piece.lower()
        for word in list(words(typed))[:MOST_WORDS]
        for piece in pieces(word.text)
        if fold(piece, language) not in stopwords(language)
    ]
    cut = [word[: max(SHORTEST_BEGINNING, len(word) - 3)] for word in telling]
    return list(dict.fromkeys((*cut, *(fold(word, language) for word in cut))))


def _passage(typed: str, post: Post, language: Language) -> Passage | None:
    passage = best_passage(typed, [PostText(post.id, post.plain)], language)
    return passage if passage and passage.marks else None


def _words_said(passage: Passage) -> int:
    return len({passage.text[mark.start : mark.end].casefold() for mark in passage.marks})
