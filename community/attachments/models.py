"""An attachment, and apart from it its bytes, so that nobody loads them by accident."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..core.columns import Base, Id, OptionalPersonId, UTCDateTime, Word

PHOTO, FILE = "photo", "file"


class Attachment(Base):
    """One photo or file. `owner_id`: who sent it, None for a visitor. `kept_at`: since when something holds it."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_unbound", "kept_at", "created_at"),)

    id: Mapped[Id]
    secret: Mapped[str] = mapped_column(String(60), unique=True)
    owner_id: Mapped[OptionalPersonId]
    is_private: Mapped[bool]
    kind: Mapped[Word]
    media_type: Mapped[Word]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    sealed_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    kept_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_picture(self) -> bool:
        """Can a page show it? Every picture here was drawn anew, so it can."""
        return self.media_type.startswith("image/")


class AttachmentBytes(Base):
    """What an attachment consists of: `content` of a public one, `sealed_content` of a private one."""

    __tablename__ = "attachment_bytes"

    id: Mapped[int] = mapped_column(
        ForeignKey(Attachment.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_content: Mapped[bytes | None] = mapped_column(LargeBinary)
