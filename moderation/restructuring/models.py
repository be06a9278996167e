"""What was restructured: what from where to where, by whom, why; and what it takes to bring everything back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, Id, OptionalPersonId, PersonId, UTCDateTime, Word
from community.threads.models import Thread


class Restructuring(Base):
    """Posts of one thread became posts of another. `kind`: merged (all of them), split (into a new thread), moved.

    `before` and `after` hold ids, numbers and moments, never a text that somebody wrote.
    """

    __tablename__ = "restructurings"

    id: Mapped[Id]
    kind: Mapped[Word]
    from_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    #: The first of the posts that were brought over, and how many there were.
    first_post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    post_count: Mapped[int]
    by_id: Mapped[PersonId]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[OptionalPersonId]

    by: Mapped[Person] = relationship(lazy="raise", foreign_keys="Restructuring.by_id")
    source: Mapped[Thread] = relationship(lazy="raise", foreign_keys="Restructuring.from_id")
    target: Mapped[Thread] = relationship(lazy="raise", foreign_keys="Restructuring.to_id")
