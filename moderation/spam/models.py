"""What was learnt: examples, the counts that follow from them, and from which score on something is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.columns import Base, OptionalPersonId, UTCDateTime


class SpamExample(Base):
    """A post that staff (or its readers) decided about, as its marks: so it can be unlearnt exactly as it was learnt."""

    __tablename__ = "spam_examples"
    __table_args__ = (Index("ix_spam_examples_kind", "is_spam", "learnt_at", "post_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    is_spam: Mapped[bool]
    marks: Mapped[list[str]] = mapped_column(JSON)
    #: The fact that it follows from; what an earlier one said no longer counts.
    event_id: Mapped[int]
    learnt_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SpamMark(Base):
    """In how many examples of spam, and in how many others, a mark stands. Repeats the examples; the doctor can count anew."""

    __tablename__ = "spam_marks"

    mark: Mapped[str] = mapped_column(String(16), primary_key=True)
    spam: Mapped[int] = mapped_column(default=0)
    ham: Mapped[int] = mapped_column(default=0)


class SpamThresholds(Base):
    """From which score on, in percent, a post is held or refused; None: never. At most one row; without it, what is usual."""

    __tablename__ = "spam_thresholds"

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_from: Mapped[int | None]
    refuse_from: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[OptionalPersonId]
