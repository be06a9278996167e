"""A form draft: a form that somebody is building and has not put into use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, Id, PersonId, UTCDateTime
from community.intake.requests.definition import Form
from community.intake.requests.keeping import Naming
from community.intake.requests.models import Request
from community.threads.models import Category


class FormDraft(Base):
    """Whose, of which request (None: of a new one), how it is called and what it asks so far.

    It may be unfinished in every way. One for each member of staff and request; several for new ones.
    """

    __tablename__ = "form_drafts"
    __table_args__ = (UniqueConstraint("person_id", "request_id", name="uq_form_drafts_person_request"),)

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"))
    #: The version of the request's form that it began with, and how the request was called then; 0 and {} for a new one.
    started_from: Mapped[int] = mapped_column(default=0)
    started_naming: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    naming: Mapped[dict[str, Any]]
    definition: Mapped[dict[str, Any]]
    #: The form before the last change, which can be undone; None: nothing can.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(lazy="raise")
    request: Mapped[Request | None] = relationship(lazy="raise")
    category: Mapped[Category] = relationship(lazy="raise")

    def form(self) -> Form:
        """The form so far."""
        return Form.from_json(self.definition)

    def named(self) -> Naming:
        """What the request will be called."""
        return Naming(**self.naming)
