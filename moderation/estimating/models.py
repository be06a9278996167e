"""The table of estimates. Staff read their own; figures count all of them; customers never see one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.columns import Base, UTCDateTime


class Estimate(Base):
    """What one of the staff thinks that the asker would answer to the two questions: 'yes', 'partly' or 'no'."""

    __tablename__ = "estimates"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True, index=True)
    well: Mapped[str] = mapped_column(String(10))
    personal: Mapped[str] = mapped_column(String(10))
    #: Had the asker said nothing yet when it was given? (It is given without seeing their rating either way.)
    before_rating: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
