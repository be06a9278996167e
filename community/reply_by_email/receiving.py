"""A mail came in: is it an answer of who it says, may that be posted, and what becomes of it?

All of it is stored in one transaction: that the mail came (so that it is taken once, however often it is delivered), what it did,
and the mail that tells its sender. What a program wrote, and what nobody here signed, is dropped without a word. What else is not
taken is told to whom the signed address belongs, at their confirmed address, a few times an hour at most.
"""

from __future__ import annotations

import logging
from contextlib import suppress

from flask import current_app
from sqlalchemy import delete, select

from ..accounts import gates
from ..accounts.models import Person
from ..accounts.policy import is_free_to_act
from ..core import clock, limits, mailer
from ..core.errors import NotAllowed, TooMany
from ..core.extensions import db, insert, writing
from ..core.i18n import force_locale
from ..core.text import is_blank
from ..threads import queries
from ..threads.models import Thread
from ..threads.policy import can_reply, posting_rate
from ..threads.visibility import visible_thread
from . import addresses, guards, mails, quotes, sender, taking
from .addresses import Meant, Purpose
from .models import IncomingMail
from .outcomes import NotTaken, Outcome
from .reading import Incoming, read

log = logging.getLogger("theke.mail")
KEPT_DAYS = 40  # longer than a signed address is good for: what came in once cannot come in again


def receive(message: bytes, sent_to: str = "", *, is_cut: bool = False) -> Outcome:
    """Take this mail in; returns what became of it. Nothing in a mail makes it fail; what does (a database that is away, or
    nobody who looks for personal data) is to be tried again.

    `sent_to`: the recipient, if the mail server says it; `is_cut`: only the head of a mail that is too large."""
    mail = read(message, sent_to, is_cut=is_cut)
    if _came_before(mail):
        return Outcome.REPEATED
    outcome = _received(mail)
    log.info("a mail came in: %s", outcome.value)
    return outcome


def _received(mail: Incoming) -> Outcome:
    if (dropped := guards.of_a_machine(mail)) is not None:
        return _note(mail, dropped)
    meant = addresses.meant_by(mail.recipients())
    person = db.session.get(Person, meant.person_id) if meant else None
    if meant is None or person is None or not (person.is_active and person.is_verified and person.email):
        return _note(mail, Outcome.FORGED if addresses.is_tagged(mail.recipients()) else Outcome.NOT_OURS)
    with force_locale(person.language):
        thread = _thread_for(meant, person)
        try:
            return _answered(mail, meant, person, thread)
        except NotTaken as reason:
            return _refused(mail, meant, person, thread, reason)


def _thread_for(meant: Meant, person: Person) -> Thread | None:
    """The thread as this person sees it; what became part of another is there."""
    found = visible_thread(meant.thread_id, person)
    return found or queries.thread_once_at(queries.address_once(meant.thread_id), person)


def _answered(mail: Incoming, meant: Meant, person: Person, thread: Thread | None) -> Outcome:
    """Raises NotTaken."""
    _check_sender(mail, meant, person)
    if thread is None:
        raise NotTaken(Outcome.GONE)
    _check_right(meant, person, thread)
    if mail.is_too_large:
        raise NotTaken(Outcome.TOO_LARGE)
    if mail.is_unreadable:
        raise NotTaken(Outcome.UNREADABLE)
    text = quotes.own_words(mail.text)
    _check_text(text)
    take = taking.in_private if meant.purpose is Purpose.PRIVATE else taking.in_public
    return take(mail, text, by=person, thread=thread, claim=_claim)


def _check_sender(mail: Incoming, meant: Meant, person: Person) -> None:
    if meant.is_over:
        raise NotTaken(Outcome.OVER)
    if not sender.is_the_person(mail, person):
        raise NotTaken(Outcome.WRONG_SENDER)
    our_server = current_app.config["MAIL_AUTH_SERVER"]
    if our_server and not sender.is_vouched_for(mail, our_server):
        raise NotTaken(Outcome.UNPROVEN)


def _check_right(meant: Meant, person: Person, thread: Thread) -> None:
    """May they write there at all, as on the page? Private details may follow when a thread takes no more replies."""
    if person.is_staff:
        raise NotTaken(Outcome.STAFF)
    try:
        gates.require_open(person, "unknown")
    except NotAllowed as refusal:
        raise NotTaken(Outcome.BARRED, refusal.message) from refusal
    is_allowed = is_free_to_act(person) if meant.purpose is Purpose.PRIVATE else can_reply(person, thread)
    if not is_allowed:
        raise NotTaken(Outcome.CLOSED)
    try:
        limits.refuse_if_spent(posting_rate(person), person.id)
    except TooMany as refusal:
        raise NotTaken(Outcome.TOO_MANY) from refusal


def _check_text(text: str) -> None:
    if is_blank(text):
        raise NotTaken(Outcome.EMPTY)
    if len(text) > limits.BODY_MAX or len(text.encode("utf-8", "surrogatepass")) > limits.BODY_MAX_BYTES:
        raise NotTaken(Outcome.TOO_LONG)


def _refused(mail: Incoming, meant: Meant, person: Person, thread: Thread | None, reason: NotTaken) -> Outcome:
    """Tell them, unless they were told a few times already."""
    letter = mails.not_taken(person, thread, mail.key, reason) if _may_be_told(person) else None
    with writing():
        if not _claim(mail, reason.outcome, thread, person):
            return Outcome.REPEATED
        if letter is not None:
            with suppress(TooMany):
                limits.spend("mail", _told(person))
                mailer.post([letter])
    return reason.outcome


def _told(person: Person) -> str:
    return f"answers-{person.id}"


def _may_be_told(person: Person) -> bool:
    try:
        limits.refuse_if_spent("mail", _told(person))
    except TooMany:
        return False
    return True


def _came_before(mail: Incoming) -> bool:
    known = select(IncomingMail.id).where(IncomingMail.message_hash == mail.key)
    return db.session.scalar(known) is not None


def _note(mail: Incoming, outcome: Outcome) -> Outcome:
    with writing():
        return outcome if _claim(mail, outcome, None, None) else Outcome.REPEATED


def _claim(mail: Incoming, outcome: Outcome, thread: Thread | None, person: Person | None) -> bool:
    """Note that it came in, and what became of it; False if somebody else did so a moment ago."""
    row = insert(IncomingMail).values(
        message_hash=mail.key,
        at=clock.now(),
        outcome=outcome.value,
        thread_id=thread.id if thread else None,
        person_id=person.id if person else None,
    )
    return db.session.scalar(row.on_conflict_do_nothing().returning(IncomingMail.id)) is not None


def sweep() -> None:
    """Forget which mails came in longer ago than any address is good for."""
    with writing():
        db.session.execute(delete(IncomingMail).where(IncomingMail.at < clock.ago(days=KEPT_DAYS)))
