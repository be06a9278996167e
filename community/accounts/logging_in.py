"""Who is it? One answer, and one time, for an unknown name, a wrong password and an account that is shut."""

from __future__ import annotations

from flask_babel import gettext as _

from ..core import limits
from ..core.errors import Invalid, TooMany
from ..core.security import hash_token
from . import passwords, policy, queries
from .models import Person


def recognise(known_as: str, password: str, *, network: str) -> Person:
    """The person of this user name or mail address and password. Call it outside `writing()`.

    Raises `TooMany` after five tries in 15 minutes for what was typed, or twenty from the network; else `Invalid`, always
    with the same words. Five tries also count per person, whichever way they were named: that limit answers like a wrong
    password, since a word about it would say that a name and an address belong together.
    """
    typed = hash_token(known_as.casefold())[:32]
    limits.spend("login-network", network)
    limits.spend("login-account", typed)
    person = queries.person_known_as(known_as)
    account, password_hash = (f"person {person.id}", person.password_hash) if person else (f"nobody {typed}", None)
    is_paused = _is_paused(account)
    is_right = passwords.is_right(password, password_hash)
    if person is None or not is_right or is_paused or not policy.can_log_in(person):
        raise Invalid(
            _(
                "This name and password do not belong together. After five tries wait 15 minutes. "
                "If you have just registered, open the link in our mail first."
            )
        )
    return person


def _is_paused(account: str) -> bool:
    try:
        limits.spend("login-account", account)
    except TooMany:
        return True
    return False


def confirm_password(person: Person, password: str) -> None:
    """Before a grave act: is it really them? Raises `Invalid` on `current_password`, `TooMany` after five tries."""
    limits.spend("login-account", f"confirm {person.id}")
    if not passwords.is_right(password, person.password_hash):
        raise Invalid(_("This is not your present password."), field="current_password")
