"""The table of flags. A flag hangs on its post and goes wherever that goes; who raised it only staff know."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, Id, OptionalPersonId, PersonId, UTCDateTime, Word
from community.threads.models import Post

_OPEN = text("decided_at IS NULL")


class Flag(Base):
    """One person said of one post what is wrong with it. Open until staff decide; one open flag of each person and post."""

    __tablename__ = "flags"
    __table_args__ = (
        Index("ix_flags_post", "post_id", "by_id"),
        Index("uq_flags_open", "post_id", "by_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    by_id: Mapped[PersonId]
    reason: Mapped[Word]  # one of `reasons`
    #: What they wrote besides; read by staff alone.
    text: Mapped[str] = mapped_column(Text, default="")
    #: In hundredths of a usual flag, as it was when it was raised (`weighing`).
    weight: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    decision: Mapped[str | None] = mapped_column(String(40))  # upheld, dismissed
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[OptionalPersonId]

    by: Mapped[Person] = relationship(lazy="raise", foreign_keys="Flag.by_id")
    post: Mapped[Post] = relationship(lazy="raise")
