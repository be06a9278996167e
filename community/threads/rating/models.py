"""The table of ratings. One row for one asker and one thread; what it says only they and staff read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...core.columns import Base, Id, PersonId, UTCDateTime, Word


class Rating(Base):
    """What one asker answered about one thread: 'yes', 'partly' or 'no'; None: not answered."""

    __tablename__ = "ratings"
    __table_args__ = (UniqueConstraint("thread_id", "person_id", name="uq_ratings_thread_person"),)

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    person_id: Mapped[PersonId]
    well: Mapped[str | None] = mapped_column(String(10))
    personal: Mapped[str | None] = mapped_column(String(10))
    #: A line in the asker's own words, sealed: it may hold anything. None: there is none.
    sealed_comment: Mapped[str | None] = mapped_column(Text)
    #: Where it was given first: 'thread' or 'mail'.
    via: Mapped[Word]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
