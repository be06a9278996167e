"""Contacts by other channels, each a row: with whom, about which case, when, and what came of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...accounts.models import Person
from ...core.columns import Base, Id, OptionalPersonId, UTCDateTime, Word
from ...threads.models import Thread


class ContactEntry(Base):
    """One contact. With a public one everybody reads the summary; a private one's is sealed, for the customer and staff.

    `person` is None until staff have said whose it is: a telephone system does not always know. One that was removed keeps
    its row without a word of its text, so that a late repetition does not bring it back.
    """

    __tablename__ = "contact_entries"
    __table_args__ = (
        UniqueConstraint("hook_id", "external_id", name="uq_contact_entries_hook_external"),
        Index("ix_contact_entries_person_at", "person_id", "happened_at"),
        Index("ix_contact_entries_thread_at", "thread_id", "happened_at"),
    )

    id: Mapped[Id]
    person_id: Mapped[OptionalPersonId]
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    channel: Mapped[Word]
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_public: Mapped[bool] = mapped_column(default=False)
    #: Of a public entry; empty for a private one.
    summary: Mapped[str] = mapped_column(Text, default="")
    #: Of a private entry, bound to `mark`; empty for a public one.
    sealed: Mapped[str] = mapped_column(Text, default="")
    mark: Mapped[str] = mapped_column(String(22))
    #: Who logged it; None: a system did.
    by_id: Mapped[OptionalPersonId]
    hook_id: Mapped[int | None] = mapped_column(ForeignKey("hooks.id"))
    #: What that system calls the contact, and as of when it told of it.
    external_id: Mapped[str | None] = mapped_column(String(100))
    external_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    logged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="ContactEntry.person_id")
    by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="ContactEntry.by_id")
    thread: Mapped[Thread | None] = relationship(lazy="raise")
