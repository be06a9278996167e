"""May this person tell private details here? Reading one's own needs no leave, nor does taking them back."""

from __future__ import annotations

from ..accounts.models import Person
from ..accounts.policy import is_free_to_act
from ..threads.models import Thread
from . import queries


def can_tell_details(person: Person, thread: Thread) -> bool:
    """Whoever asked the thread, or has something private there already, while their account is in use; silenced or not."""
    return is_free_to_act(person) and queries.is_concerned(person, thread)
