"""How one becomes a customer: ask for an account, then confirm the mail address. Nobody exists before that.

So no address can be taken by somebody who does not read it, and no user name betrays whether an address was known: what a
request writes and answers is the same in both cases, and the worker decides which mail goes to the address.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete, select

from ..core import clock, events, jobs, limits
from ..core.errors import Gone, Invalid
from ..core.events import Action
from ..core.extensions import db, writing
from ..core.security import new_token
from . import mails, people, queries, tokens
from .models import Person, Registration, Token
from .tokens import Purpose

JOB = "accounts.mail_registration"


def ask(*, name: str, display_name: str, address: str, password_hash: str, language: str) -> Registration:
    """Note the wish for an account, and mail the address. Raises `Invalid` when the user name cannot be had."""
    refuse_name(name)
    registration = Registration(
        name=name,
        display_name=display_name or name,
        email=address,
        email_key=people.address_key_of(address),
        password_hash=password_hash,
        language=language,
        created_at=clock.now(),
        expires_at=clock.now() + limits.VERIFY_VALID,
    )
    db.session.add(registration)
    db.session.flush()
    ask_again(address)
    return registration


def refuse_name(name: str) -> None:
    """Raise `Invalid` if a customer cannot have this user name."""
    if (fault := people.name_fault(name)) is not None:
        raise Invalid(fault, field="name")
    if people.is_name_taken(name):
        raise people.name_is_taken()


def ask_again(address: str) -> None:
    """Mail the address what it needs: a link to confirm, a word that there is an account, or nothing if it is unknown."""
    jobs.enqueue(JOB, address=address, asked=new_token())


@jobs.handler(JOB)
def mail_registration(address: str, asked: str) -> None:
    """Tell the owner of the address how things stand. Runs in the worker, so that no answer betrays it."""
    with writing():
        person = queries.person_at(address)
        registration = _waiting_for(address)
        if person is not None:
            mails.already_registered(person, asked=asked)
        elif registration is not None:
            secret = tokens.issue(Purpose.REGISTER, registration_id=registration.id)
            mails.verify(registration, secret, asked=asked)


def _waiting_for(address: str) -> Registration | None:
    return db.session.scalar(
        select(Registration)
        .where(Registration.email_key == people.address_key_of(address), Registration.expires_at > clock.now())
        .order_by(Registration.id.desc())
        .limit(1)
    )


def registration_of(token: Token) -> Registration:
    """The registration that this token confirms. Raises `Gone` when it was confirmed by another link or has run out."""
    registration = db.session.get(Registration, token.payload.get("registration_id"))
    if registration is None:
        raise Gone(_("This address was confirmed already. You can log in."))
    return registration


def confirm(token: Token, *, name: str | None = None) -> Person:
    """The address is real: make the person. `name` replaces a user name that somebody else took meanwhile.

    Raises `Invalid` for the name, `Conflict` when the address belongs to somebody, `Gone` for a used token.
    """
    registration = registration_of(token)
    wanted = name or registration.name
    refuse_name(wanted)
    tokens.use(token)
    person = people.create(
        name=wanted,
        display_name=registration.display_name if registration.display_name != registration.name else wanted,
        address=registration.email,
        is_verified=True,
        password_hash=registration.password_hash,
        language=registration.language,
    )
    db.session.execute(delete(Registration).where(Registration.email_key == registration.email_key))
    events.record(Action.PERSON_REGISTERED, actor_id=person.id, person_id=person.id)
    events.record(Action.PERSON_VERIFIED, actor_id=person.id, person_id=person.id)
    return person


def sweep() -> None:
    """Forget registrations that nobody confirmed."""
    with writing():
        db.session.execute(delete(Registration).where(Registration.expires_at < clock.now()))
