"""Calendars, what is promised in each category, and the one clock that a waiting thread is sorted by."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core import clock
from community.core.columns import Base, Id, UTCDateTime, Word

from .hours import Hours
from .timing import Target


class Calendar(Base):
    """When somebody is there: weekly blocks, holidays, a time zone."""

    __tablename__ = "calendars"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    zone: Mapped[str] = mapped_column(String(60))
    #: Seven lists, Monday first, of [from, until] in minutes since midnight.
    week: Mapped[list[list[list[int]]]] = mapped_column(JSON)
    #: Date as 2026-12-25 -> its name, which may be empty.
    holidays: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @property
    def hours(self) -> Hours:
        """As sums are done with it."""
        return Hours(
            week=tuple(tuple((begin, end) for begin, end in blocks) for blocks in self.week),
            zone=ZoneInfo(self.zone),
            holidays=frozenset(date.fromisoformat(day) for day in self.holidays),
        )


class ServiceTarget(Base):
    """How soon a customer is to be answered in a category, in open minutes of a calendar. None: nothing is promised."""

    __tablename__ = "service_targets"

    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey(Calendar.id, ondelete="RESTRICT"), index=True)
    first_minutes: Mapped[int | None]
    next_minutes: Mapped[int | None]
    resolution_minutes: Mapped[int | None]

    calendar: Mapped[Calendar] = relationship(lazy="raise")

    @property
    def target(self) -> Target:
        """As sums are done with it."""
        minutes = (self.first_minutes, self.next_minutes, self.resolution_minutes)
        return Target(*(None if each is None else timedelta(minutes=each) for each in minutes))


class ThreadClock(Base):
    """A public thread that needs staff, and of its running clocks the one that is due first.

    The queue walks these rows: first those with a due time, then those without, by when the customer began to wait. They
    repeat what posts, events and targets say; `keeping` keeps them, the recurring job and `flask doctor --repair` mend them.
    """

    __tablename__ = "thread_clocks"
    __table_args__ = (
        Index("ix_thread_clocks_turn", "turn", "turn_at", "thread_id"),
        Index("ix_thread_clocks_category_turn", "category_id", "turn", "turn_at", "thread_id"),
        Index("ix_thread_clocks_owner_turn", "owner_id", "turn", "turn_at", "thread_id"),
        Index("ix_thread_clocks_category_owner_turn", "category_id", "owner_id", "turn", "turn_at", "thread_id"),
        Index("ix_thread_clocks_step", "step_at", "thread_id"),
    )

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    #: Who answers for it, 0 while nobody does (`owning.owners` keeps it): nobody can be walked like anybody else.
    owner_id: Mapped[int] = mapped_column(default=0, server_default="0")
    waiting_since: Mapped[datetime] = mapped_column(UTCDateTime)
    #: 0 with a due time, 1 without; within each, by `turn_at`: when it is due, or when the wait began.
    turn: Mapped[int]
    turn_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: Which promise it is (`timing.Kind`), when its wait began, and until when it is kept.
    kind: Mapped[Word | None]
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: When the worker noted that the time was used up; how many steps of telling were taken; when the next one comes.
    breached_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    steps: Mapped[int] = mapped_column(default=0)
    step_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def pressure(self) -> str | None:
        """How it stands in the queue: 'breached', 'due', or None without a due time."""
        if self.due_at is None:
            return None
        return "breached" if self.due_at <= clock.now() else "due"
