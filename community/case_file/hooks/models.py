"""Systems that may tell of contacts, and what each of them told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...core.columns import Base, Hash, Id, OptionalPersonId, UTCDateTime


class Hook(Base):
    """A system with a secret of its own, with which it signs what it tells."""

    __tablename__ = "hooks"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80))
    sealed_secret: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[OptionalPersonId]
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)


class HookCall(Base):
    """One call that was taken: it is answered the same however often it comes. Of what it said only a hash is kept."""

    __tablename__ = "hook_calls"
    __table_args__ = (UniqueConstraint("hook_id", "call_id", name="uq_hook_calls_hook_call"),)

    id: Mapped[Id]
    hook_id: Mapped[int] = mapped_column(ForeignKey("hooks.id", ondelete="CASCADE"))
    call_id: Mapped[str] = mapped_column(String(100))
    body_hash: Mapped[Hash]
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)
