"""A canned reply, and what it does besides when it is a macro. Archived ones are offered to nobody and keep their name."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core.columns import Base, Id, OptionalPersonId, UTCDateTime, Word
from community.threads.models import Category

NAME_MAX = 60


class Afterwards(StrEnum):
    """What becomes of the thread once a macro's reply stands in it."""

    WAITING = "waiting"  # for the customer, as after every reply of staff
    SOLVED = "solved"  # by this reply
    LOCKED = "locked"


class CannedReply(Base):
    """One text in one or both languages. `name_key` is what makes its name unique; `version` grows with every change."""

    __tablename__ = "canned_replies"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    name_key: Mapped[str] = mapped_column(String(2 * NAME_MAX), unique=True)
    text_de: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    #: Offered in the threads of this category; None: in all.
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"), index=True)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    afterwards: Mapped[Word] = mapped_column(default=Afterwards.WAITING.value)
    #: Why it locks the thread; public, as every reason.
    reason: Mapped[str] = mapped_column(Text, default="")
    used_count: Mapped[int] = mapped_column(default=0)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[OptionalPersonId]
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    category: Mapped[Category | None] = relationship(lazy="raise")

    @property
    def is_macro(self) -> bool:
        """Does it do more than fill in a text?"""
        return bool(self.tags) or self.afterwards != Afterwards.WAITING

    def text_in(self, language: str) -> str:
        """The text in 'de' or 'en', or in the other language if there is none in this one."""
        own, other = (self.text_de, self.text_en) if language == "de" else (self.text_en, self.text_de)
        return own or other
