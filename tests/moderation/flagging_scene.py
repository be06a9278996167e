"""What tests of flags need: posts that are flagged, and what became of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from community.accounts.models import Person
from community.core.extensions import db, writing
from community.notifications.models import Notification
from community.threads.models import Post, Thread
from moderation.flagging import raising
from moderation.flagging.models import Flag
from moderation.models import AuditEntry
from tests.making import Make
from tests.working import work


def flag(post: Post, by: Person, reason: str = "spam", text: str = "") -> Flag:
    with writing():
        return raising.raise_flag(post, by=by, reason=reason, text=text)


def customers(make: Make, count: int) -> list[Person]:
    return [make.person(f"reader{number}") for number in range(count)]


def hide_by_flags(make: Make, post: Post) -> list[Person]:
    """Three readers flag it, so it is out of sight; returns them."""
    readers = customers(make, 3)
    for reader in readers:
        flag(post, reader)
    return readers


def now(thing: Any) -> Any:
    """As it is stored now."""
    db.session.rollback()
    db.session.refresh(thing)
    return thing


def opening(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def logged() -> list[tuple[str, str | None, bool]]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.act, row.reason, row.is_public) for row in rows]


def told(person: Person) -> list[str]:
    work()
    return list(
        db.session.scalars(
            select(Notification.kind).where(Notification.person_id == person.id).order_by(Notification.id)
        )
    )


def number_of(table: type, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0
