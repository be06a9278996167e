"""An invitation to a case that was opened for somebody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...accounts.models import Person
from ...core.columns import Base, Hash, Id, OptionalPersonId, PersonId, UTCDateTime
from ...threads.models import Thread


class OpenedCase(Base):
    """This case was opened for somebody who has no account here yet, or did not use it. `caller` stands in for them.

    With an address there is an invitation: its secret was mailed (only the hash is kept), and whoever uses it while signed in
    takes the caller's place.
    """

    __tablename__ = "opened_cases"

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), unique=True)
    caller_id: Mapped[PersonId]
    by_id: Mapped[PersonId]
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: Where the invitation went, for staff who send it again.
    sealed_address: Mapped[str] = mapped_column(Text, default="")
    secret_hash: Mapped[Hash | None] = mapped_column(unique=True)
    invited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    claimed_by_id: Mapped[OptionalPersonId]

    thread: Mapped[Thread] = relationship(lazy="raise")
    caller: Mapped[Person] = relationship(lazy="raise", foreign_keys="OpenedCase.caller_id")
