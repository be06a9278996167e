"""Files among the private details: who may fetch them, and that they go with their detail."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from ..accounts.models import Person
from ..attachments import keeping
from ..attachments.models import Attachment
from ..core.extensions import db
from . import reading
from .models import Detail


def may_fetch(attachment: Attachment, viewer: Person | None) -> bool:
    """Judge: whose detail it is; staff for ten minutes after they opened it, while they may."""
    if viewer is None or not viewer.is_authenticated:
        return False
    holding = db.session.scalars(select(Detail).where(Detail.attachment_id == attachment.id)).all()
    return any(detail.person_id == viewer.id or reading.has_open(viewer, detail) for detail in holding)


def remove_file(detail: Detail) -> None:
    """What hangs on a detail that is being deleted goes, unless another detail holds it as well."""
    if detail.attachment_id is None:
        return
    others = select(Detail.id).where(Detail.attachment_id == detail.attachment_id, Detail.id != detail.id)
    attachment = db.session.get(Attachment, detail.attachment_id)
    if attachment is not None and db.session.scalar(others.limit(1)) is None:
        keeping.remove(attachment)


def files_of(details: Iterable[Detail]) -> dict[int, Attachment]:
    """The files of these details, by the detail's id; one question, or none."""
    holding = {detail.id: detail.attachment_id for detail in details if detail.attachment_id is not None}
    if not holding:
        return {}
    rows = db.session.scalars(select(Attachment).where(Attachment.id.in_(holding.values())))
    found = {row.id: row for row in rows}
    return {detail_id: found[file_id] for detail_id, file_id in holding.items() if file_id in found}
