"""Atom feeds (RFC 4287) of what a stranger may read: threads with their question and solution, or one thread's posts.

Names of feeds and entries are tag URIs and never change; an entry is *updated* when somebody writes, edits or solves. A text
that is longer than feeds should be is given as its beginning; a text is never cut in the middle of its HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, render_template
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, load_only
from werkzeug.http import http_date

from ..accounts.names import profile_of, shown_name
from ..core.extensions import db
from ..core.text import excerpt
from ..threads.addresses import post_address, thread_address
from ..threads.models import Post, Solution, Thread
from ..threads.visibility import PUBLISHED, post_is_readable_by
from .addresses import absolute, tag_uri

ENTRIES = 50
LONGEST_HTML = 20_000
BEGINNING = 1_000
_BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)
#: Texts come from the sanitiser, so every attribute stands in double quotes and no tag holds a bare < or >.
_OWN_ADDRESS = re.compile(r'(<(?:a|img)\b[^<>]*?\s(?:href|src)=")(?=(/(?!/)|#))')
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SHOWN_OF_A_POST = (
    load_only(
        Post.id, Post.thread_id, Post.number, Post.html, Post.plain, Post.language, Post.created_at, Post.edited_at
    ),
    joinedload(Post.author),
)


@dataclass(frozen=True)
class Entry:
    """One entry of a feed. `html` is safe and its addresses are whole."""

    id: str
    title: str
    url: str
    author: str
    author_url: str
    published: datetime
    updated: datetime
    language: str
    html: str


@dataclass(frozen=True)
class Feed:
    """A feed: `name` (as 'categories/internet') is what it is called for ever, `path` where it is, `page` what it follows."""

    name: str
    title: str
    language: str
    path: str
    page: str
    entries: Sequence[Entry]

    @property
    def id(self) -> str:
        return tag_uri(f"feeds/{self.language}/{self.name}")

    @property
    def self_url(self) -> str:
        return absolute(self.path, self.language)

    @property
    def page_url(self) -> str:
        return absolute(self.page)

    @property
    def updated(self) -> datetime:
        """When the newest entry changed; a feed that is still empty never did."""
        return max((entry.updated for entry in self.entries), default=_BEFORE_ALL)


def answer_with(feed: Feed) -> Response:
    """The feed as XML, and when it changed last."""
    xml = _NOT_IN_XML.sub("", render_template("community/publishing/feed.xml", feed=feed))
    response = Response(xml, content_type="application/atom+xml; charset=utf-8")
    response.headers["Last-Modified"] = http_date(feed.updated)
    return response


def thread_entries(threads: Iterable[Thread]) -> list[Entry]:
    """Public threads, the one that changed last first: each its question and, if it is solved, the first solution."""
    wanted = {thread.id: thread for thread in threads if thread.visibility == PUBLISHED}
    questions, solutions = _questions_and_solutions(list(wanted))
    entries = [
        _thread_entry(thread, questions[thread.id], solutions.get(thread.id))
        for thread in wanted.values()
        if thread.id in questions
    ]
    return sorted(entries, key=lambda entry: entry.updated, reverse=True)


def post_entries(thread: Thread, most: int = ENTRIES) -> list[Entry]:
    """The newest public posts of a public thread, the newest first."""
    posts = db.session.scalars(
        select(Post)
        .where(Post.thread_id == thread.id, post_is_readable_by(None))
        .order_by(Post.number.desc())
        .options(*_SHOWN_OF_A_POST)
        .limit(most)
    )
    return [_post_entry(thread, post) for post in posts]


def _questions_and_solutions(thread_ids: list[int]) -> tuple[dict[int, Post], dict[int, Post]]:
    """Thread id -> its opening post, and -> the solution that was marked first."""
    rows = db.session.execute(
        select(Post, Solution.at)
        .outerjoin(Solution, Solution.post_id == Post.id)
        .where(
            Post.thread_id.in_(thread_ids),
            post_is_readable_by(None),
            or_(Post.number == 1, Solution.post_id.is_not(None)),
        )
        .order_by(Solution.at, Post.id)
        .options(*_SHOWN_OF_A_POST)
    ).all()
    questions = {post.thread_id: post for post, _at in rows if post.number == 1}
    solutions: dict[int, Post] = {}
    for post, _at in rows:
        if post.number > 1:
            solutions.setdefault(post.thread_id, post)
    return questions, solutions


def _thread_entry(thread: Thread, question: Post, solution: Post | None) -> Entry:
    html = _html_of(thread, question)
    if solution is not None:
        html += f"<h2>{escape(_('Solution'))}</h2>{_html_of(thread, solution)}"
    moments = (thread.last_post_at, thread.solved_at, question.edited_at, solution.edited_at if solution else None)
    return _entry(
        question,
        id=tag_uri(f"threads/{thread.id}"),
        title=thread.title,
        url=absolute(thread_address(thread)),
        updated=max(moment for moment in moments if moment is not None),
        html=html,
    )


def _post_entry(thread: Thread, post: Post) -> Entry:
    said = _("%(name)s on “%(title)s”", name=shown_name(post.author), title=thread.title)
    return _entry(
        post,
        id=tag_uri(f"posts/{post.id}"),
        title=thread.title if post.number == 1 else said,
        url=absolute(post_address(thread, post.number)),
        updated=post.edited_at or post.created_at,
        html=_html_of(thread, post),
    )


def _entry(post: Post, *, id: str, title: str, url: str, updated: datetime, html: str) -> Entry:  # noqa: A002
    return Entry(
        id=id,
        title=title,
        url=url,
        author=shown_name(post.author),
        author_url=absolute(profile) if (profile := profile_of(post.author)) else "",
        published=post.created_at,
        updated=updated,
        language=post.language,
        html=html,
    )


def _html_of(thread: Thread, post: Post) -> str:
    if len(post.html) > LONGEST_HTML:
        return Markup("<p>{}</p>").format(excerpt(post.plain, BEGINNING))
    page = absolute(thread_address(thread))
    return _OWN_ADDRESS.sub(lambda found: found[1] + (page if found[2] == "#" else absolute("")), post.html)
