"""Private details, who of the staff read them, and what staff asked for. No other package selects from these tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Person
from ..core.columns import Base, Id, OptionalPersonId, PersonId, UTCDateTime, Word
from ..threads.models import Thread


class Detail(Base):
    """One private detail: whose, on which case (None: whatever the case), and what it is called. Its value is sealed.

    A detail that is removed or has run out is deleted; that it was there, and who read it, stays known.
    """

    __tablename__ = "details"
    __table_args__ = (Index("ix_details_person_case", "person_id", "thread_id"),)

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    #: One of `kinds.KINDS`, or `field` for the answer to a form's field.
    kind: Mapped[Word]
    label_de: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    #: The value; for a file what its name is.
    sealed: Mapped[str] = mapped_column(Text)
    #: The file, if it is one.
    attachment_id: Mapped[int | None] = mapped_column(index=True)
    #: What it is in every form, so that nobody has to say it twice; empty: nothing of the kind.
    known_as: Mapped[str] = mapped_column(String(40), default="")
    #: Through which door it came: asked (a form), thread, mail, moved (out of a public text), staff.
    source: Mapped[Word]
    by_id: Mapped[OptionalPersonId]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: Days for which it is kept after the case is over; without a case, after it was added.
    keep_days: Mapped[int]

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys="Detail.person_id")
    by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Detail.by_id")
    thread: Mapped[Thread | None] = relationship(lazy="raise")

    def label_in(self, language: str) -> str:
        """What it is called in 'de' or 'en'."""
        return self.label_de if language == "de" else self.label_en


class Reading(Base):
    """This member of staff opened the private details of this person on this case. Whose they are can see it."""

    __tablename__ = "readings"
    __table_args__ = (Index("ix_readings_person_at", "person_id", "at"),)

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id", ondelete="SET NULL"), index=True)
    reader_id: Mapped[PersonId]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: What was opened, as [German, English] names.
    labels: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    #: What for, in the reader's words.
    sealed_purpose: Mapped[str] = mapped_column(Text, default="")

    reader: Mapped[Person] = relationship(lazy="raise", foreign_keys="Reading.reader_id")
    thread: Mapped[Thread | None] = relationship(lazy="raise")

    def labels_in(self, language: str) -> list[str]:
        """What was opened, in 'de' or 'en'."""
        return [label[0 if language == "de" else 1] for label in self.labels]


class DetailRequest(Base):
    """Staff ask somebody for private details of a case: of these kinds, and perhaps one question in words, which is sealed."""

    __tablename__ = "detail_requests"
    __table_args__ = (Index("ix_detail_requests_person_open", "person_id", "answered_at"),)

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="RESTRICT"))
    #: What was asked for: names of `kinds.KINDS`, and `asking.QUESTION` for the question; and which of them are open still.
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    open_kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    sealed_question: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[PersonId]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: When the last of it was answered.
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship(lazy="raise", foreign_keys="DetailRequest.by_id")
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys="DetailRequest.person_id")
