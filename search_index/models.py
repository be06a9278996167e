"""What the asking flow achieved: whether a solved case spared a thread."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from community.core.columns import Base, Id, UTCDateTime, Word


class Deflection(Base):
    """One asking, and how it ended: solved by a shown case, posted, or abandoned. No person is noted."""

    __tablename__ = "deflections"
    __table_args__ = (Index("ix_deflections_outcome_at", "outcome", "at"),)

    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    shown_count: Mapped[int] = mapped_column(default=0)
    opened_count: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Word]
    thread_id: Mapped[int | None]


class RelatedCases(Base):
    """The solved cases that stand under a thread, computed by a job: thread ids, best first."""

    __tablename__ = "related_cases"

    thread_id: Mapped[int] = mapped_column(primary_key=True)
    related: Mapped[list[int]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
