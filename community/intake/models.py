"""What somebody is writing and has not sent: kept on the server, on every device of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.columns import Base, Hash, Id, OptionalPersonId, UTCDateTime, Word
from ..threads.models import Category, Thread
from .requests.models import FormVersion


class Draft(Base):
    """A thread or a reply that is being written. Belongs to a person, or to a browser until its reader signs in.

    `secret` is the draft's address (random); `browser_hash` says which signed-out browser owns it.
    A closed draft of a thread keeps its outcome (posted, solved, abandoned) and loses its texts. A reply's draft is
    deleted when the reply is posted.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        Index("ix_drafts_person_open", "person_id", "closed_at"),
        Index("ix_drafts_open_since", "closed_at", "saved_at"),
        Index("uq_drafts_reply", "person_id", "thread_id", unique=True),  # of a new thread it is (person, NULL): no bar
    )

    id: Mapped[Id]
    secret: Mapped[str] = mapped_column(String(43), unique=True)
    person_id: Mapped[OptionalPersonId]
    browser_hash: Mapped[Hash | None] = mapped_column(index=True)
    #: A reply's thread; None for a new thread.
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    title: Mapped[str] = mapped_column(String(400), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[str] = mapped_column(String(200), default="")
    #: 'de' or 'en' if its writer chose one; empty: recognised from the text.
    language: Mapped[str] = mapped_column(String(2), default="")
    #: The guided request that was chosen, and the form as it was then.
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))
    form_version_id: Mapped[int | None] = mapped_column(ForeignKey("form_versions.id"))
    #: What was answered to the form's public fields (`filling.Answers`).
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    #: The answers to its private ones, and private details told besides, sealed (`answering.Private`); empty: none.
    sealed: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Grows with every change of the texts; a window says with it what it started from.
    version: Mapped[int] = mapped_column(default=1)
    #: The window (one showing of a page) that saved last; its own older versions are no conflict.
    window: Mapped[str] = mapped_column(String(32), default="")
    #: What another window wrote from an older version, kept until its writer decides: title, body, tags, at.
    aside: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    #: The similar cases shown for it, and those that were opened: thread ids.
    shown: Mapped[list[int]] = mapped_column(JSON, default=list)
    opened: Mapped[list[int]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[Word | None]
    #: The thread that it became, or the solved case that spared it.
    outcome_thread_id: Mapped[int | None]

    category: Mapped[Category | None] = relationship(lazy="raise")
    form_version: Mapped[FormVersion | None] = relationship(lazy="raise")
    thread: Mapped[Thread | None] = relationship(lazy="raise")
