"""The tables of notices. Who gave one is read by staff who decide, and by nobody else."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, Hash, Id, OptionalPersonId, UTCDateTime, Word
from community.threads.models import Post


class Kind(StrEnum):
    """What is said to be illegal."""

    INSULT = "insult"
    PERSONAL = "personal"
    COPYRIGHT = "copyright"
    CHILDREN = "children"
    FRAUD = "fraud"
    OTHER = "other"


class Outcome(StrEnum):
    """What staff decided at first; an appeal may have overturned it since (`Notice.is_removed`)."""

    REMOVED = "removed"
    KEPT = "kept"


class Ground(StrEnum):
    """What the decision rests on."""

    LAW = "law"
    RULE = "rule"


class Notice(Base):
    """One notice about one post, and what was decided about it."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_open", "decided_at", "id"), Index("ix_notices_year", "year", "minutes_taken"))

    id: Mapped[Id]
    #: With the id they are the number on the receipt.
    year: Mapped[int]
    letters: Mapped[str] = mapped_column(String(2))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Word]
    explanation: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(2))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[OptionalPersonId]
    #: How long the decision took, for the yearly figures.
    minutes_taken: Mapped[int | None]
    outcome: Mapped[Word | None]
    ground: Mapped[Word | None]
    #: Which law, or which rule of this community.
    rule: Mapped[str | None] = mapped_column(String(200))
    facts: Mapped[str | None] = mapped_column(Text)
    #: Is the content removed because of it, as things stand after appeals?
    is_removed: Mapped[bool] = mapped_column(default=False)
    #: The ids of those who overturned the decision on appeal.
    overturned_by: Mapped[list[int]] = mapped_column(JSON, default=list)

    post: Mapped[Post] = relationship(lazy="raise")
    decided_by: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def number(self) -> str:
        """What stands on the receipt: N-2026-0042-KX."""
        return f"N-{self.year}-{self.id:04}-{self.letters}"


class NoticeLink(Base):
    """A secret address of a notice's receipt. Only the secret's hash is stored; each mail holds a secret of its own."""

    __tablename__ = "notice_links"

    secret_hash: Mapped[Hash] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), index=True)
