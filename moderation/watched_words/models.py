"""A watched word, or several in a row: what is looked for in every new text, and what becomes of a post that says it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.columns import Base, Id, OptionalPersonId, UTCDateTime, Word

WRITTEN_MAX = 60
KEY_MAX = 180
NOTE_MAX = 200


class Act(StrEnum):
    """What becomes of a post that says the word."""

    HOLD = "hold"
    REFUSE = "refuse"


class WatchedWord(Base):
    """One of them, as it was `written`. `key` is what is compared: no two rows look for the same."""

    __tablename__ = "watched_words"

    id: Mapped[Id]
    written: Mapped[str] = mapped_column(String(WRITTEN_MAX))
    key: Mapped[str] = mapped_column(String(KEY_MAX), unique=True)
    act: Mapped[Word]
    note: Mapped[str] = mapped_column(String(NOTE_MAX), default="")
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[OptionalPersonId]
