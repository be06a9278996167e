"""What the pages of this room read: one's own drafts, and what helps to describe an issue."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from ..accounts.models import Person
from ..core.extensions import db
from ..threads.models import Category, Tag, Thread, ThreadTag
from ..threads.posting import slug_of
from ..threads.visibility import PUBLISHED, thread_is_visible_to, visible_threads
from .drafts import Owner
from .models import Draft

DRAFTS_LISTED = 50
TAGS_SUGGESTED = 6
_THREADS_LOOKED_AT = 300
_SAME_TITLE_MOST = 3


def is_owned_by(owner: Owner) -> ColumnElement[bool]:
    """The condition on Draft: the person's own, or begun in this browser and nobody's yet."""
    mine = Draft.person_id == owner.person_id if owner.person_id else false()
    here = and_(Draft.person_id.is_(None), Draft.browser_hash == owner.browser_hash) if owner.browser_hash else false()
    return or_(mine, here)


def draft_of(owner: Owner, secret: str) -> Draft | None:
    """The draft at this address with its category, open or closed, if it is the owner's."""
    return db.session.scalar(
        select(Draft).where(Draft.secret == secret, is_owned_by(owner)).options(joinedload(Draft.category))
    )


def belongs_to_a_person(secret: str) -> bool:
    """Is there a draft at this address that is somebody's, so that logging in may help?"""
    return db.session.scalar(select(Draft.id).where(Draft.secret == secret, Draft.person_id.is_not(None))) is not None


def open_drafts(owner: Owner, viewer: Person | None, most: int = DRAFTS_LISTED) -> Sequence[Draft]:
    """What the owner has begun, the last touched first, with categories and threads. Of threads that they may still read."""
    return db.session.scalars(
        select(Draft)
        .outerjoin(Draft.thread)
        .where(is_owned_by(owner), Draft.closed_at.is_(None))
        .where(or_(Draft.thread_id.is_(None), thread_is_visible_to(viewer)))
        .order_by(Draft.saved_at.desc(), Draft.id.desc())
        .limit(most)
        .options(joinedload(Draft.category), contains_eager(Draft.thread))
    ).all()


def usual_tags(category: Category, most: int = TAGS_SUGGESTED) -> list[str]:
    """The names of the tags that the category's latest threads carry most."""
    latest = (
        select(Thread.id)
        .where(Thread.category_id == category.id, Thread.visibility == PUBLISHED)
        .order_by(Thread.last_post_at.desc(), Thread.id.desc())
        .limit(_THREADS_LOOKED_AT)
    )
    return list(
        db.session.scalars(
            select(Tag.name)
            .join(ThreadTag, ThreadTag.tag_id == Tag.id)
            .where(ThreadTag.thread_id.in_(latest.subquery().select()))
            .group_by(Tag.id, Tag.name)
            .order_by(func.count().desc(), Tag.name)
            .limit(most)
        )
    )


def threads_titled(title: str, viewer: Person | None) -> Sequence[Thread]:
    """Threads whose title reads the same but for case, signs and spelled-out umlauts, the newest first."""
    return db.session.scalars(
        visible_threads(viewer)
        .where(Thread.slug == slug_of(title))
        .order_by(Thread.id.desc())
        .limit(_SAME_TITLE_MOST)
        .options(joinedload(Thread.category))
    ).all()
