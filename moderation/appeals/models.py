"""The table of appeals. What an appeal is about is a *subject* (`subjects`): a kind and an id."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, Id, OptionalPersonId, UTCDateTime, Word


class Outcome(StrEnum):
    """What became of an appeal."""

    GRANTED = "granted"
    DENIED = "denied"


class Appeal(Base):
    """One appeal against one decision. Without an appellant it was made by whoever holds the subject's receipt."""

    __tablename__ = "appeals"
    __table_args__ = (Index("ix_appeals_open", "decided_at", "id"), Index("ix_appeals_subject", "kind", "subject_id"))

    id: Mapped[Id]
    kind: Mapped[Word]
    subject_id: Mapped[int]
    appellant_id: Mapped[OptionalPersonId]
    text: Mapped[str] = mapped_column(Text)
    #: The ids of those who made the decision: they do not decide about the appeal.
    against: Mapped[list[int]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[OptionalPersonId]
    outcome: Mapped[Word | None]
    reason: Mapped[str | None] = mapped_column(Text)
    #: Which decision, and by whom it is appealed against: that is heard once.
    heard_key: Mapped[str] = mapped_column(String(160), unique=True)

    appellant: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Appeal.appellant_id")
    decided_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Appeal.decided_by_id")
