"""Redacting: a secret that somebody typed (a number, a name) is taken out of a post, out of its title and of every revision.

What it was is stored nowhere afterwards: no revision, kept mail, event or log holds it. That is the one thing for which what
was recorded is changed. The text says where something was taken out. Rooms above add what they keep (`scrubs`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from ..accounts.models import Person
from ..core import clock, events, mailer, pages
from ..core.errors import Conflict
from ..core.events import Action, Event
from ..core.extensions import db
from ..core.text import RENDERER_VERSION
from .changing import hold_thread_of, mark_changed
from .editing import StaleEdit
from .models import Post, Revision, Thread
from .posting import Words, slug_of

SHORTEST = 3
#: What stands in its place, in the language of the post.
MARKS = {"de": "[geschwärzt]", "en": "[redacted]"}


Scrub = Callable[[Thread, str, str], None]
_scrubs: dict[Scrub, None] = {}


def scrubs(function: Scrub) -> None:
    """`function(thread, secret, mark)` puts the mark in place of the secret in what a room keeps of the thread. Idempotent."""
    _scrubs[function] = None


def without(text: str, secret: str, mark: str) -> str:
    """`text` with `mark` wherever `secret` stood."""
    return text.replace(secret, mark)


def holds(post: Post, secret: str) -> bool:
    """Does the post, its title or any revision hold it?"""
    thread = db.session.get_one(Thread, post.thread_id)
    revisions = db.session.scalars(select(Revision).where(Revision.post_id == post.id))
    texts = [post.source, *(text for row in revisions for text in (row.source, row.title or "", row.reason))]
    return any(secret in text for text in [*texts, *([thread.title] if post.number == 1 else [])])


def redact(post: Post, secret: str, *, by: Person, words: Words, started_from: int, reason: str) -> int:
    """Take `secret` out of the post; `words` is its text without it. Returns how many revisions held it.

    Raises StaleEdit if the post has a newer revision than `started_from`, and Conflict if nothing holds the secret.
    """
    thread = hold_thread_of(post)
    if post.revision != started_from:
        raise StaleEdit
    if not holds(post, secret):
        raise Conflict
    mark = MARKS[post.language]
    post.source, post.html, post.plain = words.source, words.rendered.html, words.rendered.plain
    post.renderer_version = RENDERER_VERSION
    changed = _redact_revisions(post, secret, mark)
    if post.number == 1 and secret in thread.title:
        thread.title = without(thread.title, secret, mark)[:200]
        thread.slug = slug_of(thread.title)
    _redact_events(thread, secret, mark)
    mailer.redact(secret, mark)
    for function in _scrubs:
        function(thread, secret, mark)
    thread.edited_at = clock.now()
    mark_changed(thread)
    pages.touch(pages.SITE)  # gone at once from every page that showed it
    events.record(
        Action.POST_REDACTED, actor_id=by.id, thread_id=thread.id, post_id=post.id, reason=reason, revisions=changed
    )
    return changed


def _redact_revisions(post: Post, secret: str, mark: str) -> int:
    changed = 0
    for row in db.session.scalars(select(Revision).where(Revision.post_id == post.id)):
        before = (row.source, row.title, row.reason)
        row.source = without(row.source, secret, mark)
        row.title = without(row.title, secret, mark)[:200] if row.title else row.title
        row.reason = without(row.reason, secret, mark)[:200]
        changed += before != (row.source, row.title, row.reason)
    db.session.flush()
    return changed


def without_in(value: Any, secret: str, mark: str) -> Any:
    """`without` for what is kept as JSON: in every text within."""
    if isinstance(value, str):
        return without(value, secret, mark)
    if isinstance(value, list):
        return [without_in(each, secret, mark) for each in value]
    return {key: without_in(each, secret, mark) for key, each in value.items()} if isinstance(value, dict) else value


def _redact_events(thread: Thread, secret: str, mark: str) -> None:
    """Titles and reasons of before stand in the facts."""
    for event in db.session.scalars(select(Event).where(Event.thread_id == thread.id)):
        event.payload = without_in(event.payload, secret, mark)
        event.reason = without(event.reason, secret, mark) if event.reason else event.reason


def also_hold(post: Post, secret: str, most: int = 20) -> list[Post]:
    """Other posts of the thread whose present text holds it (quotes, mostly), by number."""
    return list(
        db.session.scalars(
            select(Post)
            .where(Post.thread_id == post.thread_id, Post.id != post.id, Post.visibility != "removed")
            .where(Post.source.contains(secret, autoescape=True))
            .order_by(Post.number)
            .limit(most)
        )
    )
