"""Attachments are rows: stored, bound to what holds them, and removed in the same transaction as everything else.

The name is always sealed, the bytes of a private one too. What nothing holds is forgotten after 30 days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import delete, func, select

from ..core import clock, limits
from ..core.extensions import db, writing
from ..core.sealing import seal, seal_bytes, unseal, unseal_bytes
from ..core.security import new_token
from .inspection import Inspected
from .models import Attachment, AttachmentBytes

UNBOUND_FOR = timedelta(days=30)
_AT_ONCE = 100


def keep(inspected: Inspected, *, by_id: int | None, is_private: bool, who: int | str | None = None) -> Attachment:
    """Store what was inspected, as yet held by nothing. Within `writing()`.

    Counts against 100 MB a day for the person, or for `who` (a visitor's network). Raises `TooMany`.
    """
    counted = who if who is not None else by_id
    if counted is not None:
        limits.spend("upload", counted, amount=-(-len(inspected.content) // 1024))
    secret = new_token()
    attachment = Attachment(
        secret=secret,
        owner_id=by_id,
        is_private=is_private,
        kind=inspected.kind,
        media_type=inspected.media_type,
        size=len(inspected.content),
        width=inspected.width,
        height=inspected.height,
        sealed_name=seal(inspected.name, _about(secret)),
        created_at=clock.now(),
    )
    db.session.add(attachment)
    db.session.flush()
    db.session.add(_bytes(attachment, inspected.content))
    return attachment


def _bytes(attachment: Attachment, content: bytes) -> AttachmentBytes:
    if attachment.is_private:
        return AttachmentBytes(id=attachment.id, sealed_content=seal_bytes(content, _about(attachment.secret)))
    return AttachmentBytes(id=attachment.id, content=content)


def _about(secret: str) -> str:
    return f"attachment:{secret}"


def name_of(attachment: Attachment) -> str:
    """Its cleaned file name. Raises `sealing.Unreadable`."""
    return unseal(attachment.sealed_name, _about(attachment.secret))


def content(attachment: Attachment) -> bytes:
    """Its bytes. Raises `sealing.Unreadable`, and LookupError if they are gone."""
    row = db.session.get(AttachmentBytes, attachment.id)
    if row is None:
        raise LookupError(attachment.id)
    if row.sealed_content is not None:
        return unseal_bytes(row.sealed_content, _about(attachment.secret))
    return row.content or b""


def by_secret(secret: str) -> Attachment | None:
    """The attachment at this address."""
    return db.session.scalar(select(Attachment).where(Attachment.secret == secret))


def bind(attachment: Attachment) -> None:
    """Something holds it from now on, and answers for removing it."""
    attachment.kept_at = attachment.kept_at or clock.now()


def remove(attachment: Attachment) -> None:
    """Nobody can have it any more."""
    _forget([attachment.id])


def _forget(ids: list[int]) -> None:
    db.session.execute(delete(AttachmentBytes).where(AttachmentBytes.id.in_(ids)))
    db.session.execute(delete(Attachment).where(Attachment.id.in_(ids)))


def sweep() -> None:
    """Forget what nothing has held for 30 days, a hundred at a time."""
    with writing():
        unbound = (Attachment.kept_at.is_(None), Attachment.created_at < clock.now() - UNBOUND_FOR)
        _forget(list(db.session.scalars(select(Attachment.id).where(*unbound).order_by(Attachment.id).limit(_AT_ONCE))))


def problems() -> Iterator[str]:
    """What `flask doctor` says: attachments without bytes, and bytes without an attachment."""
    no_bytes = select(func.count(Attachment.id)).where(Attachment.id.not_in(select(AttachmentBytes.id)))
    if lacking := db.session.scalar(no_bytes):
        yield f"{lacking} attachments have lost their bytes"
    no_row = select(func.count(AttachmentBytes.id)).where(AttachmentBytes.id.not_in(select(Attachment.id)))
    if left := db.session.scalar(no_row):
        yield f"the bytes of {left} attachments are left over"


def drop_leftovers() -> int:
    """Forget bytes that belong to nothing; how many. What was lost cannot be repaired."""
    with writing():
        left = list(
            db.session.scalars(select(AttachmentBytes.id).where(AttachmentBytes.id.not_in(select(Attachment.id))))
        )
        db.session.execute(delete(AttachmentBytes).where(AttachmentBytes.id.in_(left)))
    return len(left)
