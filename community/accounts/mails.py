"""The mails of this room, one function each. Their links start with the configured address, never with the request's.

They hold no text that somebody else could choose, save a user name, which cannot look like a link.
`asked` names the request that caused a mail: the same request never mails twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from ..core import mailer
from .models import Person, Registration


def _link(path: str, secret: str = "") -> str:
    return f"{current_app.config['BASE_URL']}{path}{secret}"


def verify(registration: Registration, secret: str, *, asked: str) -> None:
    """To the new customer: confirm the address."""
    mailer.queue(
        "verify",
        registration.email,
        registration.language,
        f"verify:{asked}",
        user_name=registration.name,
        link=_link("/verify/", secret),
    )


def already_registered(person: Person, *, asked: str) -> None:
    """To somebody whose address was given by whoever registers or changes an address: there is an account already."""
    mailer.queue(
        "already_registered",
        _address(person),
        person.language,
        f"known:{asked}",
        person_id=person.id,
        user_name=person.name,
        login_link=_link("/login"),
        reset_link=_link("/reset"),
    )


def reset(person: Person, secret: str, *, asked: str) -> None:
    """To somebody who forgot the password: choose a new one."""
    mailer.queue(
        "reset",
        _address(person),
        person.language,
        f"reset:{asked}",
        person_id=person.id,
        user_name=person.name,
        link=reset_link(secret),
    )


def reset_link(secret: str) -> str:
    """Where a password is chosen with this secret."""
    return _link("/reset/", secret)


def password_changed(person: Person, *, asked: str) -> None:
    """To its owner: the password is another one now."""
    if person.email is None:
        return
    mailer.queue(
        "password_changed",
        person.email,
        person.language,
        f"password:{asked}",
        person_id=person.id,
        user_name=person.name,
        reset_link=_link("/reset"),
    )


def address_change(person: Person, new_address: str, secret: str, *, asked: str) -> None:
    """To the new address: confirm it."""
    mailer.queue(
        "address_change",
        new_address,
        person.language,
        f"address:{asked}",
        person_id=person.id,
        user_name=person.name,
        link=_link("/verify/", secret),
    )


def address_changed(person: Person, old_address: str, *, is_done: bool, asked: str) -> None:
    """To the old address, twice: when another one was asked for, and when it was confirmed."""
    mailer.queue(
        "address_changed",
        old_address,
        person.language,
        f"address-{'done' if is_done else 'asked'}:{asked}",
        person_id=person.id,
        user_name=person.name,
        is_done=is_done,
        password_link=_link("/settings/password"),
    )


ERASED = "erased"


@dataclass(frozen=True)
class Farewell:
    """Where the last mail goes, noted before the person has no address any more."""

    person_id: int
    address: str
    language: str
    user_name: str

    @staticmethod
    def to(person: Person) -> Farewell | None:
        """None if there is no confirmed address."""
        if person.email is None or not person.is_verified:
            return None
        return Farewell(person.id, person.email, person.language, person.name)


def erased(to: Farewell) -> None:
    """To the address that the account had: it is erased. The mail belongs to nobody any more."""
    mailer.queue(ERASED, to.address, to.language, f"erased:{to.person_id}", user_name=to.user_name)


def _address(person: Person) -> str:
    assert person.email is not None
    return person.email
