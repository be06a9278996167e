"""Who may be called what, and the few things that change a person: made, renamed, given a role, shut out.

A user name is for addresses and mentions and never changes; a display name is what readers see. Neither may look like
staff, like an address on the web, or hold what could be a phone or contract number (G8).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ..core import clock, events, limits, pages
from ..core.errors import Conflict, Invalid
from ..core.events import Action
from ..core.extensions import db
from ..core.security import hash_token
from ..core.text.normalising import is_blank, normalise_line
from . import sessions, tokens
from .models import ROLES, STAFF_ROLES, Person, ReservedName

NAME_MIN = 2
_LONG_NUMBER = re.compile(r"\d(?:[\s._/-]?\d){5,}")
_LIKE_AN_ADDRESS = re.compile(r"@|://|www\.|\w\.[^\W\d_]{2,}", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\W_]+")

#: A word that begins or ends with one of these would be taken for staff.
_STAFF_STEMS = (
    "admin",
    "moderator",
    "support",
    "kundenservice",
    "kundendienst",
    "kundenbetreu",
    "offiziell",
    "official",
)
#: These only as whole words: "model" and "steam" are fine.
_STAFF_WORDS = frozenset(
    {"mod", "mods", "team", "staff", "service", "system", "root", "helpdesk", "mitarbeiter", "agent"}
)
#: Letters and digits that pass for others: digits in a name, Cyrillic and Greek lookalikes, letters that do not decompose.
_LOOKALIKES = str.maketrans(
    "0134578@$!|ıłøđаеорсхуіѕјԁмткнвοαινρτκηε",
    "oieastbasiiilodaeopcxyisjdmtkhboaivptkne",
)


def key_of(name: str) -> str:
    """What makes two user names the same: case does not count."""
    return unicodedata.normalize("NFC", name).casefold()


def address_key_of(address: str) -> str:
    """What makes two mail addresses the same: case does not count."""
    return address.strip().casefold()


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_LOOKALIKES)


def looks_like_staff(name: str) -> bool:
    """Would a reader take this name for the company's own? Sees through case, accents, digits and lookalike letters."""
    words = [word for word in _SEPARATORS.split(_folded(name)) if word]
    joined = "".join(words)
    site = "".join(_SEPARATORS.split(_folded(current_app.config["SITE_NAME"])))
    return (
        any(word.startswith(_STAFF_STEMS) or word.endswith(_STAFF_STEMS) or word in _STAFF_WORDS for word in words)
        or joined.startswith(_STAFF_STEMS)
        or joined in _STAFF_WORDS
        or (len(site) >= 4 and joined.startswith(site))
    )


def shape_fault(name: str) -> Any:
    """What is wrong with the form of this user name, as a translated sentence; None if nothing is."""
    if not NAME_MIN <= len(name) <= limits.NAME_MAX or len(key_of(name)) > limits.NAME_MAX:
        return _("Use %(least)d to %(most)d characters.", least=NAME_MIN, most=limits.NAME_MAX)
    inner = name.replace("-", "").replace("_", "")
    if not (name[0].isalnum() and name[-1].isalnum()) or not all(_is_plain(char) for char in inner):
        return _("Use letters and digits; hyphens and underscores may stand between them.")
    if not any(char.isalpha() for char in inner):
        return _("Use at least one letter.")
    return None


def _is_plain(char: str) -> bool:
    return char in "0123456789" or (char.isalpha() and unicodedata.name(char, "").startswith("LATIN"))


def name_fault(name: str) -> Any:
    """Why a customer cannot have this user name, as a translated sentence; None if they can (it may still be taken)."""
    return shape_fault(name) or _fault_of_any_name(name)


def display_name_fault(display_name: str) -> Any:
    """Why a customer cannot be shown under this name, as a translated sentence; None if they can."""
    if is_blank(display_name):
        return _("Write a name that can be seen.")
    if len(display_name) > limits.NAME_MAX:
        return _("Use at most %(count)d characters.", count=limits.NAME_MAX)
    if _LIKE_AN_ADDRESS.search(display_name):
        return _("This looks like an address. Names cannot hold mail or web addresses.")
    if _folded(display_name) in _staff_names():
        return _("A member of staff has this name.")
    return _fault_of_any_name(display_name)


def _fault_of_any_name(name: str) -> Any:
    if _LONG_NUMBER.search(name):
        return _("Leave long numbers out: everyone could read your phone or customer number.")
    if looks_like_staff(name):
        return _("This name looks like staff. Choose another one.")
    return None


def _staff_names() -> set[str]:
    rows = db.session.execute(select(Person.name, Person.display_name).where(Person.role.in_(STAFF_ROLES)))
    return {_folded(name) for row in rows for name in row}


def is_name_taken(name: str) -> bool:
    """Does somebody have this user name, or did somebody who was erased?"""
    has_it = db.session.scalar(select(Person.id).where(Person.name_key == key_of(name))) is not None
    return has_it or db.session.get(ReservedName, hash_token(key_of(name))) is not None


def reserve_name(name_key: str) -> None:
    """Nobody can have this user name from now on."""
    db.session.add(ReservedName(name_hash=hash_token(name_key), reserved_at=clock.now()))


def is_address_taken(address: str) -> bool:
    """Does somebody have this mail address? Never let an answer depend on it."""
    return db.session.scalar(select(Person.id).where(Person.email_key == address_key_of(address))) is not None


def free_name(wished: str) -> str:
    """A user name that nobody has, as near to `wished` (any text) as may be. For imports."""
    letters = ["-" if char in " ._-" else char for char in normalise_line(wished) if _is_plain(char) or char in " ._-"]
    stem = re.sub("-+", "-", "".join(letters)).strip("-")[: limits.NAME_MAX - 7].strip("-")
    if name_fault(stem) is not None:
        stem = "guest"
    name, number = stem, 1
    while is_name_taken(name):
        number += 1
        name = f"{stem}-{number}"
    return name


def create(
    *,
    name: str,
    display_name: str | None = None,
    address: str | None = None,
    is_verified: bool = False,
    password_hash: str | None = None,
    role: str = "customer",
    language: str = "de",
    created_at: datetime | None = None,
) -> Person:
    """A new person. Without an address and a password nobody can log in as them (imported authors).

    Records no event: whoever calls knows whether this is a registration, an import or a new colleague.
    Raises `Invalid` for a malformed name, `Conflict` when the name or the address belongs to somebody.
    """
    if (fault := shape_fault(name)) is not None:
        raise Invalid(fault, field="name")
    if is_name_taken(name):
        raise name_is_taken()
    if address and is_address_taken(address):
        raise _address_is_taken()
    person = Person(
        name=name,
        name_key=key_of(name),
        display_name=display_name or name,
        email=address,
        email_key=address_key_of(address) if address else None,
        email_verified_at=clock.now() if address and is_verified else None,
        password_hash=password_hash,
        role=role,
        language=language,
        created_at=created_at or clock.now(),
    )
    db.session.add(person)
    flush_unique()
    return person


def flush_unique() -> None:
    """Send the changes to the database; raises `Conflict` if somebody was faster with the same name or address."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(_("Somebody took this name or address a moment ago. Choose another one.")) from error


def name_is_taken() -> Invalid:
    """The refusal for a user name that somebody has."""
    return Invalid(_("This user name is taken. Choose another one."), field="name")


def _address_is_taken() -> Conflict:
    return Conflict(_("There is an account with this address already. Log in, or ask for a new password."))


def rename(person: Person, display_name: str, *, by: Person) -> None:
    """Show `person` under another name. Cached pages show names, so all of them are made anew. Raises `Invalid`."""
    if display_name == person.display_name:
        return
    fault = display_name_fault(display_name) if not person.is_staff else None
    if fault is not None:
        raise Invalid(fault, field="display_name")
    before, person.display_name = person.display_name, display_name
    pages.touch(pages.SITE)
    events.record(Action.PERSON_RENAMED, actor_id=by.id, person_id=person.id, before=before, after=display_name)


def set_language(person: Person, language: str) -> None:
    """The language in which `person` sees the site and gets mails: 'de' or 'en'."""
    person.language = language


def set_role(person: Person, role: str, *, by: Person | None = None) -> None:
    """Make `person` a customer, agent, moderator or admin. Ends their sessions, so it counts at once. `by` None: the operator."""
    if role not in ROLES:
        raise Invalid(_("There is no such role."), field="role")
    if role == person.role:
        return
    before, person.role = person.role, role
    sessions.end_sessions(person)
    pages.touch(pages.SITE)
    events.record(
        Action.PERSON_ROLE_CHANGED, actor_id=by.id if by else None, person_id=person.id, before=before, after=role
    )


def disable(person: Person, *, by: Person | None = None, reason: str | None = None) -> None:
    """Shut `person` out: all sessions end, no mailed link works, nobody can log in. What they wrote stays."""
    if person.disabled_at is not None:
        return
    person.disabled_at = clock.now()
    sessions.end_sessions(person)
    tokens.void_all(person)
    events.record(Action.PERSON_DISABLED, actor_id=by.id if by else None, person_id=person.id, reason=reason)


def enable(person: Person, *, by: Person | None = None) -> None:
    """Let `person` in again."""
    if person.disabled_at is None:
        return
    person.disabled_at = None
    events.record(Action.PERSON_ENABLED, actor_id=by.id if by else None, person_id=person.id)
