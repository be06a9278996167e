"""Who writes canned replies: moderators and admins. All staff use them."""

from __future__ import annotations

from community.accounts.models import Person
from community.threads.policy import can_moderate

EDITORS = frozenset({"moderator", "admin"})


def can_edit_canned_replies(person: Person) -> bool:
    """Write, change and archive them."""
    return can_moderate(person) and person.role in EDITORS
