"""What finding achieved, without persons: how askings ended, what was searched for, which cases did not help; and synonyms."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.columns import Base, Id, OptionalPersonId, UTCDateTime, Word


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


class SearchTally(Base):
    """How often these words were searched for on one day. Neither who nor when on that day is noted."""

    __tablename__ = "search_tallies"

    day: Mapped[date] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    words: Mapped[str] = mapped_column(String(80), primary_key=True)
    searched: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)


class Unhelped(Base):
    """Somebody said that a solved case did not help, with a word why if they liked."""

    __tablename__ = "unhelped"

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    why: Mapped[str] = mapped_column(String(80), default="")


class SynonymGroup(Base):
    """Words of the staff's that mean the same. `language`: de, en, or nothing for both."""

    __tablename__ = "synonym_groups"

    id: Mapped[Id]
    language: Mapped[str] = mapped_column(String(2), default="")
    words: Mapped[list[str]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[OptionalPersonId]
