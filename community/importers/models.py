"""What came from elsewhere: which row there is which row here. An import knows by it what it has done already."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..core.columns import Base, Id, UTCDateTime, Word


class Kind(StrEnum):
    """What a row became here; `local_id` is the id of that thing, for a solution the post's, for a duplicate the thread's."""

    DUMP = "dump"  # the whole dump, by its fingerprint; local_id is 0
    PERSON = "person"
    THREAD = "thread"
    POST = "post"
    COMMENT = "comment"
    SOLUTION = "solution"
    TAG = "tag"
    DUPLICATE = "duplicate"


class ImportedRow(Base):
    """One row of a source system and what it became here. Written in the transaction of the thing itself, never changed."""

    __tablename__ = "imported_rows"
    __table_args__ = (
        UniqueConstraint("source", "kind", "foreign_id", name="uq_imported_rows_source"),
        Index("ix_imported_rows_local", "kind", "local_id"),
    )

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(String(80))
    kind: Mapped[Word]
    foreign_id: Mapped[str] = mapped_column(String(40))
    local_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
