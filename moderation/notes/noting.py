"""Writing staff notes, changing them, taking them back. What a note says goes into its row and nowhere else.

Events and the audit log tell that there was one, by whom and when. What visitors see is not touched: pages stay as they are.
"""

from __future__ import annotations

from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock, events
from community.core.errors import Conflict
from community.core.events import Action
from community.core.extensions import db
from community.core.text import RENDERER_VERSION
from community.threads.changing import hold
from community.threads.models import Thread
from community.threads.posting import Words

from .models import StaffNote


class StaleNote(Conflict):
    """The note was saved anew while this text was being written."""


def write_note(thread: Thread, *, by: Person, words: Words) -> StaffNote:
    """A note beside the thread. Raises Conflict if the thread was removed meanwhile."""
    hold(thread)
    if thread.visibility == "removed":
        raise Conflict
    note = StaffNote(thread_id=thread.id, author_id=by.id, created_at=clock.now(), version=1, mentioned=[])
    db.session.add(note)
    _tell(Action.NOTE_WRITTEN, note, by, _put(note, words))
    return note


def edit_note(note: StaffNote, *, by: Person, words: Words, started_from: int) -> None:
    """Another text. The same text changes nothing. Raises Conflict if it was deleted, StaleNote if its version is no longer
    `started_from`."""
    _hold(note)
    if note.version != started_from:
        raise StaleNote
    if words.source == note.source:
        return
    note.version, note.edited_at = started_from + 1, clock.now()
    _tell(Action.NOTE_EDITED, note, by, _put(note, words))


def delete_note(note: StaffNote, *, by: Person) -> None:
    """Gone from view for good, its text with it. Raises Conflict if it was deleted before."""
    _hold(note)
    note.source = note.html = ""
    note.mentioned = []
    note.deleted_at, note.deleted_by_id = clock.now(), by.id
    _tell(Action.NOTE_DELETED, note, by)


def _hold(note: StaffNote) -> None:
    """Read the note afresh, and keep others from changing it until the transaction ends."""
    db.session.scalars(
        select(StaffNote).where(StaffNote.id == note.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if note.deleted_at is not None:
        raise Conflict


def _put(note: StaffNote, words: Words) -> list[int]:
    """The words into the note; returns the ids of those who are mentioned for the first time."""
    new = [person_id for person_id in words.mentioned if person_id not in note.mentioned]
    note.source, note.html, note.renderer_version = words.source, words.rendered.html, RENDERER_VERSION
    note.mentioned = [*note.mentioned, *new]
    return new


def _tell(action: Action, note: StaffNote, by: Person, mentioned: list[int] | None = None) -> None:
    db.session.flush()  # now it has an id
    events.record(action, actor_id=by.id, thread_id=note.thread_id, note=note.id, mentioned=mentioned or [])
