"""A new password: by a mailed link when the old one is forgotten, or with the old one. Its owner is told by mail."""

from __future__ import annotations

from ..core import clock, events, jobs
from ..core.events import Action
from ..core.extensions import writing
from ..core.security import new_token
from . import mails, policy, queries, sessions, tokens
from .models import Person, Token
from .tokens import Purpose

JOB = "accounts.mail_reset"


def ask(address: str) -> None:
    """Mail a link to the address if somebody has it. The worker looks, so that no answer betrays it."""
    jobs.enqueue(JOB, address=address, asked=new_token())


@jobs.handler(JOB)
def mail_reset(address: str, asked: str) -> None:
    """Mail the link, if there is an account to reset."""
    with writing():
        person = queries.person_at(address)
        if person is not None and policy.can_reset_password(person):
            mails.reset(person, tokens.issue(Purpose.RESET, person), asked=asked)


def invite(person: Person) -> str:
    """The address at which a new colleague chooses their first password; good for one use and seven days."""
    return mails.reset_link(tokens.issue(Purpose.INVITE, person))


def set_password(token: Token, password_hash: str) -> Person:
    """Whoever holds the token has a new password. All sessions end, all other tokens are void, the address is proven.

    Raises `Gone` for a used token.
    """
    person = token.person
    assert person is not None
    tokens.use(token)
    sessions.end_sessions(person)
    if person.email_verified_at is None:
        person.email_verified_at = clock.now()
        events.record(Action.PERSON_VERIFIED, actor_id=person.id, person_id=person.id)
    _replace(person, password_hash)
    return person


def change_password(person: Person, password_hash: str, *, end_others: bool) -> None:
    """`person`, whose old password was just asked, has a new one. With `end_others` all their other sessions end."""
    if end_others:
        sessions.end_sessions(person, but_this=True)
    _replace(person, password_hash)


def _replace(person: Person, password_hash: str) -> None:
    person.password_hash = password_hash
    tokens.void_all(person)
    event = events.record(Action.PERSON_PASSWORD_CHANGED, actor_id=person.id, person_id=person.id)
    mails.password_changed(person, asked=str(event.id))
