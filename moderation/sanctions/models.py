"""What staff decided about a person: a row with who, when, why and until when. Taking it back is noted in the row."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, func, literal
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, Id, OptionalPersonId, UTCDateTime, Word

#: What stands for "for good" in `Person.silenced_until` and `suspended_until`: later than anybody asks, in every time zone.
FOR_GOOD = datetime(9000, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """What a sanction does."""

    WARN = "warn"  # nothing but to be said
    SILENCE = "silence"  # reads, logs in and votes; writes nothing
    SUSPEND = "suspend"  # reads and logs in; nothing else


class Sanction(Base):
    """One of them. `ends_at` None: for good (a warning has no end, it is said once)."""

    __tablename__ = "sanctions"
    __table_args__ = (Index("ix_sanctions_person", "person_id", "id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="RESTRICT"))
    kind: Mapped[Word]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[OptionalPersonId]
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_by_id: Mapped[OptionalPersonId]
    lift_reason: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Sanction.by_id")
    lifted_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Sanction.lifted_by_id")

    def is_in_force(self, now: datetime) -> bool:
        """Does it keep the person from anything at this moment?"""
        if self.kind == Kind.WARN or self.lifted_at is not None:
            return False
        return self.ends_at is None or self.ends_at > now


def end_or_for_good() -> ColumnElement[datetime]:
    """The end of a sanction in a question; FOR_GOOD where it has none."""
    return func.coalesce(Sanction.ends_at, literal(FOR_GOOD, UTCDateTime()), type_=UTCDateTime())
