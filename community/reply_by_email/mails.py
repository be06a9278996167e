"""The two mails of this room: an answer was taken, and something about it should be known; or it was not taken, and why.

Neither repeats a word of what came in. Both go to the confirmed address of whoever the answered mail was sent to, never to
the address that a mail claims to come from.
"""

from __future__ import annotations

from typing import Any

from flask import current_app

from ..accounts.models import Person
from ..core import mailer
from ..threads.models import Thread
from . import addresses
from .addresses import Purpose
from .outcomes import NotTaken, Outcome


def taken(
    person: Person,
    thread: Thread,
    key: str,
    outcome: Outcome,
    *,
    moved: int = 0,
    had_files: bool = False,
    is_solved: bool = False,
) -> mailer.Letter:
    """To whoever answered: it is posted, held or kept private, and what else there is to know."""
    purpose = Purpose.PRIVATE if outcome is Outcome.KEPT_PRIVATE else Purpose.PUBLIC
    return _letter(
        "answer_taken",
        person,
        thread,
        key,
        purpose,
        outcome=outcome.value,
        moved=moved,
        had_files=had_files,
        is_solved=is_solved,
    )


def not_taken(person: Person, thread: Thread | None, key: str, reason: NotTaken) -> mailer.Letter:
    """To whoever answered: it was not taken, why, and where to write instead."""
    return _letter(
        "answer_refused",
        person,
        thread,
        key,
        None,
        why=reason.why,
        is_staff=person.is_staff,
    )


def _letter(
    name: str, person: Person, thread: Thread | None, key: str, purpose: Purpose | None, **context: Any
) -> mailer.Letter:
    assert person.email is not None
    reply_to = addresses.address_for(purpose, person.id, thread.id) if purpose and thread else None
    return mailer.written(
        name,
        person.email,
        person.language,
        f"answer-{key}",
        person_id=person.id,
        reply_to=reply_to,
        answering={Purpose.PUBLIC: "public", Purpose.PRIVATE: "private", None: ""}[purpose if reply_to else None],
        about_thread=thread.id if thread else None,
        person=person,
        thread=thread,
        link=_link(thread),
        **context,
    )


def _link(thread: Thread | None) -> str:
    path = f"/threads/{thread.id}/{thread.slug}" if thread else "/ask"
    return f"{current_app.config['BASE_URL']}{path}"
