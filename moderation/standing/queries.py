"""What somebody's standing is made of: the public rows of the audit log about their threads and posts, and counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from community.accounts.models import Person
from community.core.events import Action
from community.core.extensions import db
from community.threads.models import Post, Thread
from community.threads.visibility import post_is_readable_by, thread_is_visible_to, visible_threads

from ..audit import ON_APPEALS
from ..models import AuditEntry


@dataclass(frozen=True)
class Decision:
    """One act of staff on something of the person's. `post` and `thread` are None where they may not read it any more."""

    entry: AuditEntry
    is_post: bool
    post: Post | None
    thread: Thread | None


@dataclass(frozen=True)
class Standing:
    """How much of somebody's is hidden or held for a check, and what staff decided, newest first."""

    hidden: int
    held: int
    decisions: list[Decision]
    #: Older decisions are found before this entry's id; None: these are all.
    older: int | None


def standing_of(person: Person, before_id: int | None = None, most: int = 30) -> Standing:
    """The person's standing, with decisions from before an entry's id on. The number of questions is always the same."""
    counts = _counts_of(person)
    entries = _entries_about(person, before_id, most + 1)
    older = entries[most - 1].id if len(entries) > most else None
    return Standing(counts.get("hidden", 0), counts.get("held", 0), _decisions(entries[:most], person), older)


def _counts_of(person: Person) -> dict[str, int]:
    rows = (
        select(Post.visibility, func.count())
        .where(Post.author_id == person.id, Post.visibility.in_(("hidden", "held")))
        .group_by(Post.visibility)
    )
    return dict(db.session.execute(rows).all())


def _entries_about(person: Person, before_id: int | None, most: int) -> list[AuditEntry]:
    """Public entries about posts that the person wrote, or about threads that they opened; not what they did themselves."""
    about = (
        select(AuditEntry.id)
        .where(AuditEntry.post_id.in_(_posts_by(person)))
        .union(
            select(AuditEntry.id).where(
                AuditEntry.thread_id.in_(select(Thread.id).where(Thread.author_id == person.id)),
                or_(AuditEntry.post_id.is_(None), AuditEntry.act.like("thread.%")),
            )
        )
    )
    own_appeals = AuditEntry.act.in_(ON_APPEALS) & (AuditEntry.person_id == person.id)
    to_be_told = AuditEntry.is_public | (AuditEntry.act == Action.NOTICE_DISMISSED)
    rows = select(AuditEntry).where(
        or_(AuditEntry.id.in_(about) & to_be_told, own_appeals), AuditEntry.actor_id != person.id
    )
    if before_id is not None:
        rows = rows.where(AuditEntry.id < before_id)
    return list(
        db.session.scalars(rows.order_by(AuditEntry.id.desc()).limit(most).options(joinedload(AuditEntry.actor)))
    )


def _posts_by(person: Person) -> Select[int]:
    return select(Post.id).where(Post.author_id == person.id)


def _decisions(entries: Iterable[AuditEntry], person: Person) -> list[Decision]:
    entries = list(entries)
    own = {post_id for post_id in (entry.post_id for entry in entries) if post_id is not None}
    own = set(db.session.scalars(_posts_by(person).where(Post.id.in_(own))))
    posts = _readable_posts(own, person)
    threads = _readable_threads({entry.thread_id for entry in entries if entry.thread_id is not None}, person)
    return [
        Decision(
            entry,
            entry.post_id in own,
            posts.get(entry.post_id or 0),
            threads.get(entry.thread_id or 0),
        )
        for entry in entries
    ]


def _readable_posts(post_ids: set[int], person: Person) -> dict[int, Post]:
    rows = db.session.scalars(
        select(Post)
        .join(Post.thread)
        .where(Post.id.in_(post_ids), post_is_readable_by(person), thread_is_visible_to(person))
        .options(contains_eager(Post.thread))
    )
    return {post.id: post for post in rows}


def _readable_threads(thread_ids: set[int], person: Person) -> dict[int, Thread]:
    return {
        thread.id: thread for thread in db.session.scalars(visible_threads(person).where(Thread.id.in_(thread_ids)))
    }
