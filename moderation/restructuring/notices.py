"""What a thread says of its own restructuring: how many posts came or went, from where or whereto, who did it and why.

The other thread has its title here only while the reader may see it: the title of a thread that was merged belongs to its
question, and is hidden with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.policy import is_on_staff
from community.core.extensions import db
from community.threads.addresses import page_of
from community.threads.models import Post, Thread
from community.threads.visibility import PUBLISHED

from .models import Restructuring

SHOWN = 20


@dataclass(frozen=True)
class Notice:
    """One restructuring as one of its threads tells of it."""

    done: Restructuring
    #: Did the posts come here, or go from here?
    came: bool
    #: The other thread, if the reader may know its title.
    other: Thread | None


def notices_of(thread: Thread, page: int, viewer: Person | None) -> list[Notice]:
    """What the page of this number tells, oldest first: on the first page all, further down where the posts begin."""
    knows_all = is_on_staff(viewer)
    rows = db.session.execute(
        select(Restructuring, Post)
        .join(Post, Post.id == Restructuring.first_post_id)
        .where(
            or_(Restructuring.from_id == thread.id, Restructuring.to_id == thread.id), Restructuring.undone_at.is_(None)
        )
        .order_by(Restructuring.id.desc())
        .limit(SHOWN)
        .options(joinedload(Restructuring.by), joinedload(Restructuring.source), joinedload(Restructuring.target))
    ).all()
    return [
        _notice(done, first, thread, knows_all)
        for done, first in reversed(rows)
        if page in (1, page_of(first.number) if first.thread_id == thread.id else 1)
    ]


def _notice(done: Restructuring, first: Post, thread: Thread, knows_all: bool) -> Notice:
    came = done.to_id == thread.id
    other = done.source if came else done.target
    is_public = first.visibility == PUBLISHED if done.kind == "merged" else other.visibility == PUBLISHED
    return Notice(done, came, other if knows_all or is_public else None)


def posts_to_choose(thread: Thread, first: int, last: int) -> list[Post]:
    """The thread's posts of these numbers with their authors, hidden ones too: for staff who choose which of them go."""
    rows = select(Post).where(
        Post.thread_id == thread.id, Post.number.between(first, last), Post.visibility != "removed"
    )
    return list(db.session.scalars(rows.order_by(Post.number).options(joinedload(Post.author))))
