"""From the shelf to whole threads: a question with its answers and all comments, in the order of time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ...core import clock, limits
from ...core.text import excerpt, is_blank, normalise_line
from ...threads.tagging import read_tags
from ..authors import Author
from ..models import Kind as Became
from .fields import integer, moment, tag_names
from .shelf import Item, Kind, Shelf

NOBODY = Author("nobody", "anonymous")

Key = tuple[Became, int]
"""A post by what it becomes in the ledger and its number in the dump; answers and comments are numbered apart."""


@dataclass(frozen=True)
class DumpPost:
    """A question, an answer or a comment. `body` is HTML, in comments Markdown."""

    key: Key
    author: Author
    written_at: datetime
    body: str
    editor: Author | None = None
    edited_at: datetime | None = None
    votes: int = 0
    comments_on: Key | None = None

    @property
    def is_comment(self) -> bool:
        """Is it one of the short notes below a post?"""
        return self.key[0] is Became.COMMENT


@dataclass(frozen=True)
class DumpThread:
    """A question and everything below it; `posts[0]` is the question itself. `title` is empty if there was none."""

    id: int
    title: str
    tags: list[str]
    closed_at: datetime | None
    posts: list[DumpPost]
    accepted: Key | None
    accepted_at: datetime | None


def threads(shelf: Shelf) -> Iterator[DumpThread]:
    """All threads of the dump, the oldest first."""
    for question in shelf.all_of(Kind.QUESTION):
        yield _thread(shelf, question)


def tags_of(question: Item) -> list[str]:
    """The question's tags, as they are written here."""
    return read_tags(" ".join(tag_names(question.fields)))


def _thread(shelf: Shelf, question: Item) -> DumpThread:
    answers = {answer.id: answer for answer in shelf.below(Kind.ANSWER, question.id)}
    opening = _post(shelf, question)
    replies = [_post(shelf, answer) for answer in answers.values()]
    replies += [
        _comment(shelf, comment) for post in (question.id, *answers) for comment in shelf.below(Kind.COMMENT, post)
    ]
    accepted = answers.get(integer(question.fields, "AcceptedAnswerId") or 0)
    title = normalise_line(question.fields.get("Title", ""))
    return DumpThread(
        id=question.id,
        title="" if is_blank(title) else excerpt(title, limits.TITLE_MAX),
        tags=tags_of(question),
        closed_at=_past(moment(question.fields, "ClosedDate")),
        posts=[opening, *_in_order(opening, replies)],
        accepted=_key(accepted) if accepted else None,
        accepted_at=_accepted_at(shelf, accepted) if accepted else None,
    )


def _in_order(opening: DumpPost, replies: list[DumpPost]) -> list[DumpPost]:
    """By time; a comment never before the post that it is on, whatever its date says."""
    written = {post.key: post.written_at for post in [opening, *replies]}

    def place(post: DumpPost) -> tuple[datetime, bool, int]:
        earliest = written[post.comments_on] if post.comments_on else post.written_at
        return max(post.written_at, earliest), post.is_comment, post.key[1]

    return sorted(replies, key=place)


def _key(item: Item) -> Key:
    return (Became.COMMENT if item.kind is Kind.COMMENT else Became.POST), item.id


def _post(shelf: Shelf, item: Item) -> DumpPost:
    written_at = _written_at(item)
    edited_at = _past(moment(item.fields, "LastEditDate"))
    return DumpPost(
        key=_key(item),
        author=_author(shelf, item, "Owner", written_at) or NOBODY,
        written_at=written_at,
        body=item.fields.get("Body", ""),
        editor=_author(shelf, item, "LastEditor", written_at) if edited_at else None,
        edited_at=edited_at,
        votes=shelf.how_many_below(Kind.VOTE, item.id) if item.kind is Kind.ANSWER else 0,
    )


def _comment(shelf: Shelf, item: Item) -> DumpPost:
    """A comment's upvotes stand in its own row: its score, since comments cannot be voted down."""
    assert item.parent is not None
    written_at = _written_at(item)
    return DumpPost(
        key=_key(item),
        author=_author(shelf, item, "", written_at) or NOBODY,
        written_at=written_at,
        body=item.fields["Text"],
        votes=min(max(0, integer(item.fields, "Score") or 0), 1_000_000),
        comments_on=(Became.POST, item.parent),
    )


def _author(shelf: Shelf, item: Item, role: str, written_at: datetime) -> Author | None:
    """The person in this role; of deleted users a dump knows the number or the name alone."""
    number, name = integer(item.fields, f"{role}UserId"), normalise_line(item.fields.get(f"{role}DisplayName", ""))
    if number is None:
        return (
            None
            if is_blank(name)
            else Author(f"name:{hashlib.sha256(name.encode()).hexdigest()[:32]}", name, written_at)
        )
    user = shelf.one(Kind.USER, number)
    known_name = user.fields["DisplayName"] if user else ""
    shown = next((each for each in (known_name, name) if not is_blank(each)), f"user{number}")
    return Author(str(number), shown, user.at if user and user.at else written_at)


def _written_at(item: Item) -> datetime:
    assert item.at is not None, "written rows are dated when they are gathered"
    return item.at


def _accepted_at(shelf: Shelf, answer: Item) -> datetime:
    """When the asker accepted it. Votes tell the day alone, so not before the answer was there."""
    moments = (_past(vote.at) for vote in shelf.below(Kind.ACCEPTANCE, answer.id))
    return max([_written_at(answer), *(each for each in moments if each)])


def _past(at: datetime | None) -> datetime | None:
    return at if at and at <= clock.now() else None
