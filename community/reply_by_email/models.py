"""Which mails came in, and what became of them. No text and no address is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ..core.columns import Base, Hash, Id, OptionalPersonId, UTCDateTime, Word


class IncomingMail(Base):
    """One mail. That its key is unique makes a mail that is delivered twice one answer."""

    __tablename__ = "incoming_mails"

    id: Mapped[Id]
    #: SHA-256 of its Message-ID, or of all of it if it has none.
    message_hash: Mapped[Hash] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    outcome: Mapped[Word]
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[OptionalPersonId]
