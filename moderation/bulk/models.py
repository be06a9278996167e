"""An act on many threads: by whom, when, and what each thread said before and after, so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from community.core.columns import Base, Id, PersonId, UTCDateTime, Word


class BulkAct(Base):
    """`changes`: {thread, before, after} for each thread that it changed, in the words of its kind."""

    __tablename__ = "bulk_acts"

    id: Mapped[Id]
    kind: Mapped[Word]
    by_id: Mapped[PersonId]
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
