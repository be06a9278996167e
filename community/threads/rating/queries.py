"""What was said of a thread, and what of it its page shows to the reader."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select

from ...accounts.models import Person
from ...core.extensions import db
from ...core.sealing import Unreadable, unseal
from ..models import Thread
from . import policy
from .models import Rating


def rating_of(thread: Thread) -> Rating | None:
    """What its asker said of the thread."""
    return db.session.scalar(
        select(Rating).where(Rating.thread_id == thread.id, Rating.person_id == thread.author_id).limit(1)
    )


def comment_of(rating: Rating) -> str:
    """The line that goes with it; empty if there is none, or if no key opens it."""
    with suppress(Unreadable):
        return unseal(rating.sealed_comment or "", sealed_about(rating.person_id))
    return ""


def sealed_about(person_id: int) -> str:
    """What a comment is sealed for: it stays the same when a thread is merged."""
    return f"rating:{person_id}"


def no_rating_here(thread: Thread, reader: Person) -> bool | None:
    """Facet: True while the page does not ask the reader for a rating; a page that asks is nobody else's."""
    return None if policy.can_rate(reader, thread) else True
