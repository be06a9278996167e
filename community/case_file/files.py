"""Files among the private details: who may fetch them, and that they go with their detail."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from ..accounts.models import Person
from ..attachments import keeping
from ..attachments.inspection import Inspected
from ..attachments.models import Attachment
from ..core.extensions import db
from ..threads.models import Thread
from . import details, reading
from .kinds import KINDS
from .models import Detail


def may_fetch(attachment: Attachment, viewer: Person | None) -> bool:
    """Judge: whose detail it is; staff for ten minutes after they opened it, while they may."""
    if viewer is None or not viewer.is_authenticated:
        return False
    holding = db.session.scalars(select(Detail).where(Detail.attachment_id == attachment.id)).all()
    return any(detail.person_id == viewer.id or reading.has_open(viewer, detail) for detail in holding)


def add_photo(person: Person, thread: Thread, photo: Inspected) -> Detail:
    """Keep a photo as a private detail of `person`, who sends it. Within `writing()`. Raises TooMany, and Conflict as
    `details.add` does."""
    kept = keeping.keep(photo, by_id=person.id, is_private=True)
    keeping.bind(kept)
    return details.add(
        person,
        thread,
        kind="photo",
        value=photo.name[: details.LONGEST] or KINDS["photo"].in_language(thread.language),
        by=person,
        source="thread",
        attachment_id=kept.id,
    )


def remove_file(detail: Detail) -> None:
    """What hangs on a detail that is being deleted goes, unless another detail holds it as well."""
    if detail.attachment_id is None:
        return
    others = select(Detail.id).where(Detail.attachment_id == detail.attachment_id, Detail.id != detail.id)
    attachment = db.session.get(Attachment, detail.attachment_id)
    if attachment is not None and db.session.scalar(others.limit(1)) is None:
        keeping.remove(attachment)


def files_of(rows: Iterable[Detail]) -> dict[int, Attachment]:
    """The files of these details, by the detail's id; one question, or none."""
    holding = {detail.id: detail.attachment_id for detail in rows if detail.attachment_id is not None}
    if not holding:
        return {}
    kept = db.session.scalars(select(Attachment).where(Attachment.id.in_(holding.values())))
    found = {row.id: row for row in kept}
    return {detail_id: found[file_id] for detail_id, file_id in holding.items() if file_id in found}
