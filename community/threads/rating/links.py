"""The links that are mailed: whoever holds one answers for the asker, signed out, for 30 days and as often as they like.

They are mailed secrets as all others (`accounts.tokens`), good for this alone; another mail address makes them void.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import current_app
from flask_babel import lazy_gettext as _l

from ...accounts import tokens
from ...accounts.models import Person
from ...accounts.tokens import Purpose
from ...core.errors import Gone
from ..models import Thread
from ..queries import address_once, thread_once_at
from ..visibility import visible_thread
from .policy import can_rate


class Asked(NamedTuple):
    """Who is asked about which thread."""

    person: Person
    thread: Thread


def new_link(thread: Thread, person: Person) -> str:
    """The address of the page with the two questions, for a mail. Call it inside `writing()`."""
    return f"{current_app.config['BASE_URL']}/rate/{tokens.issue(Purpose.RATE, person, thread=thread.id)}"


def asked_by(secret: str) -> Asked:
    """Whom this link asks about what; the thread may have become part of another of theirs. Raises Gone if it is void, has run
    out, or the thread cannot be rated by them any more."""
    token = tokens.find(secret, Purpose.RATE)
    if token is None or token.person is None:
        raise is_over()
    thread_id, person = token.payload["thread"], token.person
    thread = visible_thread(thread_id, person) or thread_once_at(address_once(thread_id), person)
    if thread is None or not can_rate(person, thread):
        raise is_over()
    return Asked(person, thread)


def is_over() -> Gone:
    """The refusal for a link that asks nothing any more."""
    return Gone(
        _l("It has run out, or the thread was reopened. While a thread is solved, you can rate it on its page.")
    )
