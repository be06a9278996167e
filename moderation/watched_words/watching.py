"""What a new text says that is watched. The list is kept in memory and read again when it has changed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.core import pages
from community.core.extensions import db
from community.threads.models import Post

from ..approving.judging import Judgement, Outcome, Submission
from .matching import Hit, Lookup, Watched
from .models import Act, WatchedWord

SCOPE = "watched_words"
#: How many of the words are named to staff.
NAMED = 10
_LOOKUP = "theke-watched-words"


def watched_words() -> Sequence[WatchedWord]:
    """All of them, in the order of what is compared."""
    return db.session.scalars(select(WatchedWord).order_by(WatchedWord.key)).all()


def lookup() -> Lookup:
    """What is looked for now. The version is asked each time, the words only when it is another."""
    version = pages.stamp("SELECT version FROM page_versions WHERE scope = ?", (SCOPE,))
    known: tuple[object, Lookup] | None = current_app.extensions.get(_LOOKUP)
    if known is None or known[0] != version:
        current_app.extensions[_LOOKUP] = known = version, Lookup(map(watched_of, watched_words()))
    return known[1]


def watched_of(row: WatchedWord) -> Watched:
    """A row, as it is looked for."""
    return Watched(
        words=tuple(row.key.removesuffix("*").split()),
        is_stem=row.key.endswith("*"),
        written=row.written,
        act=Act(row.act),
    )


def judge(submission: Submission) -> Judgement | None:
    """Held or refused for a watched word in its title, in what readers read, or in what was typed (an address of a link).
    What stood there before an edit is no reason."""
    watching = lookup()
    hits = watching.hits(submission.title, submission.plain, submission.text)
    if hits and submission.edited_id is not None:
        before = {hit.watched for hit in watching.hits(*_texts_of(submission.edited_id))}
        hits = [hit for hit in hits if hit.watched not in before]
    return Judgement(outcome_of(hits[0].watched.act), "word", _named(hits)) if hits else None


def _texts_of(post_id: int) -> tuple[str, str, str]:
    post = db.session.scalars(select(Post).where(Post.id == post_id).options(joinedload(Post.thread))).one()
    return post.thread.title if post.number == 1 else "", post.plain, post.source


def outcome_of(act: Act) -> Outcome:
    """The same in the words of those who judge."""
    return Outcome.REFUSE if act is Act.REFUSE else Outcome.HOLD


def _named(hits: list[Hit]) -> str:
    more = ["…"] if len(hits) > NAMED else []
    return ", ".join([hit.watched.written for hit in hits[:NAMED]] + more)
