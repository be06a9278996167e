"""Another mail address: the new one must confirm within 24 hours, the old one is told at once and again when it is done.

A new password in between makes the waiting change void; the mail to the old address says so.
"""

from __future__ import annotations

from ..core import clock, events, jobs
from ..core.errors import Conflict
from ..core.events import Action
from ..core.extensions import db, writing
from ..core.security import new_token
from . import mails, people, queries, tokens
from .models import Person, Token
from .tokens import Purpose

JOB = "accounts.mail_address_change"


def ask_change(person: Person, new_address: str) -> None:
    """Mail both addresses. `person`'s password was just asked. The worker looks whether the new one is somebody's."""
    asked = new_token()
    if person.email is not None:
        mails.address_changed(person, person.email, is_done=False, asked=asked)
    jobs.enqueue(JOB, person_id=person.id, address=new_address, old_address=person.email, asked=asked)


@jobs.handler(JOB)
def mail_address_change(person_id: int, address: str, old_address: str | None, asked: str) -> None:
    """Mail the new address: a link to confirm, or, if it is somebody's already, a word to them."""
    with writing():
        person = db.session.get_one(Person, person_id)
        owner = queries.person_at(address)
        if owner is not None:
            mails.already_registered(owner, asked=asked)
        elif person.is_active and person.email == old_address:
            secret = tokens.issue(Purpose.ADDRESS, person, address=address)
            mails.address_change(person, address, secret, asked=asked)


def confirm(token: Token) -> Person:
    """The new address is real: it replaces the old one, which is told. Raises `Conflict` if it is somebody's by now."""
    person = token.person
    assert person is not None
    new_address: str = token.payload["address"]
    if people.is_address_taken(new_address):
        raise Conflict
    tokens.use(token)
    tokens.void_all(person)
    old_address = person.email
    person.email, person.email_key = new_address, people.address_key_of(new_address)
    person.email_verified_at = clock.now()
    people.flush_unique()
    event = events.record(Action.PERSON_ADDRESS_CHANGED, actor_id=person.id, person_id=person.id)
    if old_address is not None:
        mails.address_changed(person, old_address, is_done=True, asked=str(event.id))
    return person
