"""Secrets that are mailed: random, hashed at rest, good for one purpose, for one use, for a time.

Whoever proves a new password or a new address makes all older secrets of that person void.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from ..core import clock, limits
from ..core.errors import Gone
from ..core.extensions import db, writing
from ..core.security import hash_token, new_token
from .models import Person, Token

KEPT_AFTERWARDS = timedelta(days=7)


class Purpose(StrEnum):
    """What a secret is good for."""

    REGISTER = "register"
    ADDRESS = "address"
    RESET = "reset"
    INVITE = "invite"
    RATE = "rate"


VALID = {
    Purpose.REGISTER: limits.VERIFY_VALID,
    Purpose.ADDRESS: limits.ADDRESS_CHANGE_VALID,
    Purpose.RESET: limits.RESET_VALID,
    Purpose.INVITE: limits.VERIFY_VALID,
    Purpose.RATE: limits.RATE_VALID,
}


def issue(purpose: Purpose, person: Person | None = None, **payload: Any) -> str:
    """A new secret, to be mailed and then forgotten. Call it inside `writing()`."""
    secret = new_token()
    db.session.add(
        Token(
            secret_hash=hash_token(secret),
            purpose=purpose.value,
            person_id=person.id if person else None,
            payload=payload,
            created_at=clock.now(),
            expires_at=clock.now() + VALID[purpose],
        )
    )
    db.session.flush()
    return secret


def find(secret: str, *purposes: Purpose) -> Token | None:
    """The token of this secret if it may still be used for one of `purposes`."""
    token = db.session.scalar(select(Token).where(Token.secret_hash == hash_token(secret), Token.purpose.in_(purposes)))
    if token is None or token.used_at is not None or token.expires_at <= clock.now():
        return None
    if token.person is not None and not token.person.is_active:
        return None
    return token


def use(token: Token) -> None:
    """Use the token up. Raises `Gone` if somebody did so a moment ago. Call it inside `writing()`, before what it allows."""
    used = db.session.execute(
        update(Token)
        .where(Token.id == token.id, Token.used_at.is_(None), Token.expires_at > clock.now())
        .values(used_at=clock.now())
        .returning(Token.id)
        .execution_options(synchronize_session=False)
    )
    if used.first() is None:
        raise is_over()
    db.session.expire(token, ["used_at"])


def is_over() -> Gone:
    """The refusal for a link that was used, replaced or has run out."""
    return Gone(_("This link was used already or has run out. Ask for a new one."))


def void_all(person: Person) -> None:
    """No secret that was mailed to `person` before works any more."""
    db.session.execute(
        update(Token)
        .where(Token.person_id == person.id, Token.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def sweep() -> None:
    """Forget tokens that ran out a week ago."""
    with writing():
        db.session.execute(delete(Token).where(Token.expires_at < clock.now() - KEPT_AFTERWARDS))
