"""Follows and notifications."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Person
from ..core.columns import Base, Id, PersonId, UTCDateTime, Word
from ..core.events import Event
from ..threads.models import Post, Thread


class Follow(Base):
    """This person wants to hear of this thread. `level`: normal, or off (said explicitly, so that nothing turns it on)."""

    __tablename__ = "follows"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True, index=True)
    level: Mapped[Word] = mapped_column(default="normal")
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Notification(Base):
    """One thing for one person to see. `kind`: replied, mentioned, solved, edited, hidden, restored, moved, locked ..."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id", name="uq_notifications_person_event"),
        Index("ix_notifications_unread", "person_id", "read_at", "id"),
    )

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    kind: Mapped[Word]
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    thread: Mapped[Thread | None] = relationship(lazy="raise")
    post: Mapped[Post | None] = relationship(lazy="raise")
    actor: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[actor_id])
