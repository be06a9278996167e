"""Canned replies for tests, written by Dora."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from community.core.extensions import db, writing
from community.threads.models import Post
from moderation.canned_replies import keeping
from moderation.canned_replies.keeping import Written
from moderation.canned_replies.models import CannedReply
from tests.making import Cast


def written(cast: Cast, name: str = "Restart", **given: Any) -> CannedReply:
    """A canned reply; without a text it greets the customer in English."""
    texts = {} if {"text_de", "text_en"} & set(given) else {"text_en": "Hello {customer}, please restart the box."}
    with writing():
        reply = keeping.add(Written(name, **texts, **given), by=cast.dora)
    return reply


def stored() -> list[CannedReply]:
    """All of them, as they are now."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(CannedReply).order_by(CannedReply.id)))


def replies_of(thread_id: int) -> list[str]:
    """What the replies of a thread say."""
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Post.source).where(Post.thread_id == thread_id, Post.number > 1).order_by(Post.number)
        )
    )
