"""Requests, the versions of their forms, and what was answered in public. Private answers are details of the case file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...core.columns import Base, Id, OptionalPersonId, UTCDateTime
from ...threads.models import Category
from .definition import Form


class Request(Base):
    """An entry of a category's menu: "I want to move house". Its texts are the site's own, in both languages."""

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_category", "category_id", "archived_at", "position"),)

    id: Mapped[Id]
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name_de: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    description_de: Mapped[str] = mapped_column(String(300), default="")
    description_en: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The number of its form's latest version; a change names the one it started from.
    version: Mapped[int] = mapped_column(default=1)

    category: Mapped[Category] = relationship(lazy="raise")

    def name_in(self, language: str) -> str:
        """The name in 'de' or 'en'."""
        return self.name_de if language == "de" else self.name_en

    def description_in(self, language: str) -> str:
        """The description in 'de' or 'en'."""
        return self.description_de if language == "de" else self.description_en


class FormVersion(Base):
    """How a request's form was at one time. Rows are added and never changed: an old thread keeps its form."""

    __tablename__ = "form_versions"
    __table_args__ = (UniqueConstraint("request_id", "number", name="uq_form_versions_request_number"),)

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"))
    number: Mapped[int]
    definition: Mapped[dict[str, object]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[OptionalPersonId]

    request: Mapped[Request] = relationship(lazy="raise")

    def form(self) -> Form:
        """The form itself."""
        return Form.from_json(self.definition)


class ThreadForm(Base):
    """This thread was asked with this form."""

    __tablename__ = "thread_forms"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True)
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"), index=True)

    version: Mapped[FormVersion] = relationship(lazy="raise")


class Answer(Base):
    """What was answered in public to one field of the form; to several choices a row each. A file: its address (`secret`)."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("thread_id", "key", "number", name="uq_answers_thread_key_number"),
        Index("ix_answers_key_value", "key", "value"),
    )

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(default=0)
    value: Mapped[str] = mapped_column(String(300))
    #: A text that is longer than `value`; empty otherwise.
    long_value: Mapped[str] = mapped_column(Text, default="")
