"""Who may rate, and until when: the asker, while the thread is solved, for 30 days from then on."""

from __future__ import annotations

from ...accounts.models import Person
from ...accounts.policy import is_free_to_act
from ...core import clock
from ...core.limits import RATE_VALID
from ..models import Thread


def is_asked(person: Person, thread: Thread) -> bool:
    """Is it their thread, and do they not work here? Staff who ask are colleagues, and no figure counts them."""
    return bool(person.is_authenticated and person.id == thread.author_id and not person.is_staff)


def can_rate(person: Person, thread: Thread) -> bool:
    """The asker of a public thread that is solved, whoever marked it, for 30 days. They may change what they said as long."""
    if not is_asked(person, thread) or thread.visibility != "published" or thread.solved_at is None:
        return False
    return is_free_to_act(person) and clock.now() - thread.solved_at < RATE_VALID
