"""Where a mail about a thread is answered, and what it says of that."""

from __future__ import annotations

from ..accounts.models import Person
from ..core import mailer
from ..threads.models import Thread
from ..threads.policy import can_reply


def where(person: Person, thread: Thread) -> dict[str, str]:
    """For `mailer.written`. Whoever may not reply there answers to a person, as to any other mail; so does everybody where no
    answers come in."""
    if not (person.is_staff or can_reply(person, thread)):
        return {}
    address = mailer.address_for_answers(person.id, thread.id)
    return {"reply_to": address, "answering": "desk" if person.is_staff else "public"} if address else {}
