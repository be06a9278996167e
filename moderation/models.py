"""The audit log: every act of staff, with actor, reason, before and after. Rows are added, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, Id, PersonId, UTCDateTime, Word
from community.core.events import Event


class AuditEntry(Base):
    """One act of one member of staff."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_thread", "thread_id", "id"),
        Index("ix_audit_log_post", "post_id"),
        Index("ix_audit_log_act", "act", "id"),
        Index("ix_audit_log_actor", "actor_id", "id"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), unique=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_id: Mapped[PersonId]
    act: Mapped[Word]
    thread_id: Mapped[int | None]
    post_id: Mapped[int | None]
    person_id: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)
    change: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_public: Mapped[bool] = mapped_column(default=True)

    actor: Mapped[Person] = relationship(lazy="raise", foreign_keys="AuditEntry.actor_id")
