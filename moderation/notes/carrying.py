"""Where the notes of a thread go when its posts become part of another one: along with them, and back if that is undone."""

from __future__ import annotations

from sqlalchemy import select, update

from community.core.extensions import db, rows_changed
from community.threads.models import Thread

from .models import StaffNote


def carry_notes(source: Thread, to: Thread) -> list[int]:
    """The notes of `source` stand beside `to` from now on, each at its own time. Returns their ids, for `return_notes`."""
    carried = list(db.session.scalars(select(StaffNote.id).where(StaffNote.thread_id == source.id)))
    rows_changed(update(StaffNote).where(StaffNote.thread_id == source.id).values(thread_id=to.id))
    return carried


def return_notes(source: Thread, to: Thread, carried: list[int]) -> None:
    """Those notes stand beside `source` again; what was written beside `to` since stays there."""
    ours = StaffNote.id.in_(carried) & (StaffNote.thread_id == to.id)
    rows_changed(update(StaffNote).where(ours).values(thread_id=source.id))
