"""Claims, contacts and their cards, who is off duty, and who is present where. Each is one row with who and when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, OptionalPersonId, PersonId, UTCDateTime, Word


class Claim(Base):
    """This member of staff works on this thread until then. A row whose `until` has passed says nothing any more."""

    __tablename__ = "claims"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[PersonId]
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    person: Mapped[Person] = relationship(lazy="raise")


class Contact(Base):
    """This member of staff answers for this thread. `how`: answered (first), returning (the asker's contact before),
    standing_in (for that one, who was away), handed_over.

    `by`: who handed it over, with a `note` that only staff read.
    """

    __tablename__ = "contacts"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[PersonId]
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    how: Mapped[Word]
    by_id: Mapped[OptionalPersonId]
    note: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys="Contact.person_id")
    by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Contact.by_id")


class OffDuty(Base):
    """This member of staff is not on duty, since then and until `back_on`, if they said a day. Whoever has no row is."""

    __tablename__ = "off_duty"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    back_on: Mapped[date | None]


class ContactCard(Base):
    """What customers are shown of a contact beside the name: when they are here, their face; and who stands in for them.

    Whoever has no row has said nothing. `version` says how often it was changed.
    """

    __tablename__ = "contact_cards"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True)
    hours_de: Mapped[str] = mapped_column(String(80), default="")
    hours_en: Mapped[str] = mapped_column(String(80), default="")
    photo_attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id", ondelete="SET NULL"))
    stand_in_id: Mapped[OptionalPersonId]
    version: Mapped[int] = mapped_column(default=1)


class Presence(Base):
    """This member of staff had this thread before them at `seen_at`, perhaps with a text that is not yet posted."""

    __tablename__ = "presences"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True, index=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    is_writing: Mapped[bool] = mapped_column(default=False)
