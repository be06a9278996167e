"""What stands before registering and writing: sanctions, blocked networks, blocked mail domains. Reading is always open.

Rooms above this one say what is blocked; they are asked at these few acts alone, never when a page is read. Staff are never
held up by their network, and who has been here for a week is not either: a network is shared by many.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _

from ..core import clock
from ..core.errors import Invalid, require
from ..core.i18n import exact
from .models import Person
from .policy import is_silenced, is_suspended

NEW_FOR = timedelta(days=7)
#: Ends that are further away are no ends; whoever keeps `silenced_until` and `suspended_until` says "for good" by them.
NEVER_ENDS_AFTER = timedelta(days=50 * 365)

Blocks = Callable[[str], bool]
_networks: dict[Blocks, None] = {}
_addresses: dict[Blocks, None] = {}


def ask_of_networks(function: Blocks) -> None:
    """Let `function(network)` say whether new accounts are refused from there; it may note that it did. Idempotent."""
    _networks[function] = None


def ask_of_addresses(function: Blocks) -> None:
    """Let `function(mail address)` say whether it is refused; it may note that it did. Idempotent."""
    _addresses[function] = None


def require_open(person: Person, network: str) -> None:
    """Whoever writes is neither suspended nor silenced, nor a newcomer in a blocked network. Raises `NotAllowed`.

    `network`: see `core.security.client_network`. Call it outside `writing()`.
    """
    for until, is_shut in (
        (person.suspended_until, is_suspended(person)),
        (person.silenced_until, is_silenced(person)),
    ):
        if is_shut and until is not None:
            require(False, _cannot_write(until - clock.now() > NEVER_ENDS_AFTER, exact(until)))
    if is_newcomer(person):
        require(not _is_blocked(network), _blocked_here())


def is_newcomer(person: Person) -> bool:
    """A customer whose account is younger than a week."""
    return not person.is_staff and clock.now() - person.created_at < NEW_FOR


def require_network(network: str) -> None:
    """Nobody registers from a blocked network. Raises `NotAllowed`. Call it outside `writing()`."""
    require(not _is_blocked(network), _blocked_here())


def require_address(address: str, person: Person | None = None) -> None:
    """Nobody but staff takes an address of a blocked domain. Raises `Invalid` on `email`. Call it outside `writing()`."""
    if person is not None and person.is_staff:
        return
    if any(blocks(address) for blocks in _addresses):
        raise Invalid(
            _(
                "We take no addresses of this mail provider. Use another one, or write to us: %(address)s",
                address=current_app.config["MAIL_FROM"],
            ),
            field="email",
        )


def _is_blocked(network: str) -> bool:
    return any(blocks(network) for blocks in _networks)


def _cannot_write(is_for_good: bool, until: str) -> str:
    if is_for_good:
        decided = _("Staff have decided that you can write nothing here for good.")
    else:
        decided = _("Staff have decided that you can write nothing here until %(moment)s.", moment=until)
    where = _("The reason stands in your settings, under “Your standing”; you can appeal there.")
    return f"{decided} {where}"


def _blocked_here() -> str:
    return str(
        _(
            "There was abuse from your network, so nobody can register from there, nor write in the first week. You can read "
            "everything, and write from another network. If this is wrong, write to us: %(address)s",
            address=current_app.config["MAIL_FROM"],
        )
    )
