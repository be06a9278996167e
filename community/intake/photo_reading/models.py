"""What a photo seems to say, kept for a day at most and sealed: nobody has confirmed it yet."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...attachments.models import Attachment
from ...core.columns import Base, UTCDateTime, Word


class State(StrEnum):
    """How far reading a photo is."""

    WAITING = "waiting"
    GUESSED = "guessed"
    NOTHING = "nothing"
    FAILED = "failed"


class PhotoGuess(Base):
    """One photo that was to be read. `id` is the attachment's."""

    __tablename__ = "photo_guesses"

    id: Mapped[int] = mapped_column(
        ForeignKey(Attachment.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[Word]
    state: Mapped[Word] = mapped_column(default=State.WAITING)
    sealed_guess: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
