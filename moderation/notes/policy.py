"""May this person write, change or take back a staff note?"""

from __future__ import annotations

from community.accounts.models import Person
from community.accounts.permissions import Verb, may
from community.threads.models import Thread
from community.threads.policy import can_moderate

from .models import StaffNote


def can_read_notes(person: Person) -> bool:
    """Staff, and nobody else."""
    return can_moderate(person)


def can_write_note(person: Person, thread: Thread) -> bool:
    """Staff who may in its category, on every thread that they see, hidden and locked ones too."""
    return may(person, Verb.NOTE, thread.category_id)


def can_change_note(person: Person, note: StaffNote) -> bool:
    """Its author, while they are staff: nobody puts words into a colleague's mouth."""
    return can_moderate(person) and note.author_id == person.id
