"""An answer is taken: as a reply like any other, without what is personal in it, or whole, as a private detail."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app

from ..accounts.models import Person
from ..core import limits, mailer
from ..core.errors import Conflict, Invalid, TooMany
from ..core.extensions import writing
from ..threads import holding, posting
from ..threads.mentions import words_of
from ..threads.models import Thread
from ..threads.policy import can_reply, posting_rate
from ..threads.posting import Words
from ..threads.protecting import keep
from . import mails, protecting
from .outcomes import NotTaken, Outcome
from .reading import Incoming

#: Notes that the mail came in and what became of it; False if that is noted already.
Claim = Callable[[Incoming, Outcome, Thread | None, Person | None], bool]


def in_public(mail: Incoming, text: str, *, by: Person, thread: Thread, claim: Claim) -> Outcome:
    """Post it as the page does: judged first, once, and without what is personal. Raises NotTaken."""
    protected = protecting.protect(text, thread=thread)
    words = _rendered(protecting.text_of(protected))
    try:
        grounds = holding.judge_reply(thread, words, by=by)
    except holding.Refused as refused:
        raise NotTaken(Outcome.REFUSED, refused.message) from refused
    outcome = Outcome.HELD if grounds else Outcome.POSTED
    is_solved = thread.solved_at is not None and thread.author_id == by.id
    letters = []
    if grounds or protected.moved or mail.has_files or is_solved:
        letters = [
            mails.taken(
                by,
                thread,
                mail.key,
                outcome,
                moved=len(protected.moved),
                had_files=mail.has_files,
                is_solved=is_solved,
            )
        ]
    try:
        with writing():
            if not claim(mail, outcome, thread, by):
                return Outcome.REPEATED
            limits.spend(posting_rate(by), by.id)
            if posting.said_already(thread.id, by=by, words=words) is not None:
                return Outcome.REPEATED
            _require(can_reply(by, thread))
            posting.reply(thread, by=by, words=words, grounds=grounds)
            keep(protected, thread, by=by)
            mailer.post(letters)
    except (Conflict, Invalid, TooMany) as refusal:
        raise _as_reason(refusal) from refusal
    return outcome


def in_private(mail: Incoming, text: str, *, by: Person, thread: Thread, claim: Claim) -> Outcome:
    """Keep it among the private details of the case. Raises NotTaken."""
    letter = mails.taken(by, thread, mail.key, Outcome.KEPT_PRIVATE, had_files=mail.has_files)
    try:
        with writing():
            if not claim(mail, Outcome.KEPT_PRIVATE, thread, by):
                return Outcome.REPEATED
            limits.spend(posting_rate(by), by.id)
            protecting.add_private(text, person=by, thread=thread)
            mailer.post([letter])
    except (Conflict, Invalid, TooMany) as refusal:
        raise _as_reason(refusal) from refusal
    return Outcome.KEPT_PRIVATE


def _rendered(text: str) -> Words:
    """Names are linked as on a page, so it needs one to stand on."""
    with current_app.test_request_context(base_url=current_app.config["BASE_URL"]):
        return words_of(text)


def _require(allowed: bool) -> None:
    """What was read before the transaction may have changed meanwhile."""
    if not allowed:
        raise Conflict


def _as_reason(refusal: Conflict | Invalid | TooMany) -> NotTaken:
    if isinstance(refusal, TooMany):
        return NotTaken(Outcome.TOO_MANY)
    if isinstance(refusal, Conflict) and not refusal.message:
        return NotTaken(Outcome.CLOSED)
    return NotTaken(Outcome.REFUSED, refusal.message)
