"""A blocked network or mail domain: who, when, why (for staff alone), until when, and how often it refused somebody."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, Id, OptionalPersonId, UTCDateTime, Word

NOTE_MAX = 500


class Kind(StrEnum):
    """What is blocked."""

    NETWORK = "network"
    DOMAIN = "domain"


class Block(Base):
    """One of them. `what`: a network in its shortest form, or a domain in ASCII. `ends_at` None: until it is removed."""

    __tablename__ = "blocks"
    __table_args__ = (UniqueConstraint("kind", "what", name="uq_blocks_kind_what"),)

    id: Mapped[Id]
    kind: Mapped[Word]
    what: Mapped[str] = mapped_column(String(255))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[OptionalPersonId]
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hit_count: Mapped[int] = mapped_column(default=0)
    last_hit_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped[Person | None] = relationship(lazy="raise")
