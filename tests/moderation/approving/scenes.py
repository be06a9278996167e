"""Held threads and replies, as the routes store them; and what tests ask of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from community.accounts.models import Person
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads import posting
from community.threads.models import Post, Thread
from community.threads.posting import Grounds, Words
from moderation.approving.models import HeldPost
from moderation.models import AuditEntry
from tests.making import Make, words

LINK: Grounds = ({"ground": "link", "detail": "shop.example"},)


def held_thread(
    make: Make, by: Person, title: str = "A held question", body: str = "Look here.", **more: Any
) -> Thread:
    """A thread that waits for approval."""
    grounds, mentions = more.pop("grounds", LINK), more.pop("mentions", ())
    category, written = make.category(more.pop("category", "internet")), words(body)
    with writing():
        return posting.post_thread(
            by=by,
            category=category,
            title=title,
            words=Words(written.source, written.rendered, tuple(person.id for person in mentions)),
            language="en",
            grounds=grounds,
            **more,
        )


def held_reply(
    thread: Thread, by: Person, body: str = "Look there.", *, mentions: tuple[Person, ...] = (), **more: Any
) -> Post:
    """A reply that waits for approval."""
    written = words(body)
    with writing():
        return posting.reply(
            thread,
            by=by,
            words=Words(written.source, written.rendered, tuple(person.id for person in mentions)),
            grounds=LINK,
            **more,
        )


def opening_of(thread: Thread) -> Post:
    """Its first post."""
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def row_of(post: Post) -> HeldPost:
    """The row of a held post, as stored now."""
    db.session.rollback()
    return db.session.scalars(select(HeldPost).where(HeldPost.post_id == post.id)).one()


def facts(*actions: Action) -> list[Event]:
    """These events, in order."""
    db.session.rollback()
    named = [action.value for action in actions]
    return list(db.session.scalars(select(Event).where(Event.action.in_(named)).order_by(Event.id)))


def logged() -> list[tuple[str, str | None]]:
    """The audit log: act and reason."""
    db.session.rollback()
    return [(row.act, row.reason) for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
