"""Who has switched the desk's single keys off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from community.core.columns import Base, UTCDateTime


class KeysOff(Base):
    """For this member of staff no single key does anything, since then. Whoever has no row has the keys."""

    __tablename__ = "keys_off"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
