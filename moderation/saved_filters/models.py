"""A saved filter: whose, its name, what it chooses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.columns import Base, Id, UTCDateTime


class SavedFilter(Base):
    """A filter of the queue under a name. `chosen` is what its address asks for."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("person_id", "name_key", name="uq_saved_filters_person_name"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(40))
    name_key: Mapped[str] = mapped_column(String(120))
    chosen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
