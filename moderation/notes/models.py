"""The table of staff notes. A note is no post: nothing that lists, feeds, indexes or mails posts can meet one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, Id, OptionalPersonId, PersonId, UTCDateTime
from community.threads.models import Thread


class StaffNote(Base):
    """One note of one member of staff beside a thread. Of a deleted one only who and when remain, its text is emptied."""

    __tablename__ = "staff_notes"
    __table_args__ = (Index("ix_staff_notes_thread", "thread_id", "created_at", "id"),)

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    author_id: Mapped[PersonId]
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    renderer_version: Mapped[int] = mapped_column(default=0)
    #: Everybody whom it has ever mentioned, so that an edit tells only those who are new.
    mentioned: Mapped[list[int]] = mapped_column(JSON, default=list)
    #: Grows with every edit; an edit names the one it started from.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_by_id: Mapped[OptionalPersonId]

    author: Mapped[Person] = relationship(lazy="raise", foreign_keys="StaffNote.author_id")
    thread: Mapped[Thread] = relationship(lazy="raise")
