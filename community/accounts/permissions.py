"""What staff may do, verb by category: what a role usually may, unless the site says otherwise for the role or for one person.

The nearest word wins: what is said of the person in this category, of the person everywhere, of the role in this category, of
the role everywhere; where nothing is said, `USUALLY`. Only staff may ever do any of it. What admins may cannot be changed:
whoever gives permissions could otherwise shut everybody out, themselves included.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask import g, has_request_context
from sqlalchemy import or_, select

from ..core import events
from ..core.errors import Conflict
from ..core.events import Action
from ..core.extensions import db
from .models import STAFF_ROLES, Permission, Person
from .policy import is_on_staff


class Verb(StrEnum):
    """Everything that staff do and customers do not."""

    ANSWER = "answer"
    EDIT = "edit"
    HIDE = "hide"
    LOCK = "lock"
    MOVE = "move"
    TAG = "tag"
    LINK = "link"
    RESTRUCTURE = "restructure"
    SOLVE = "solve"
    CLOSE = "close"
    ENDORSE = "endorse"
    REDACT = "redact"
    CLAIM = "claim"
    NOTE = "note"
    APPROVE = "approve"
    FLAGS = "flags"
    NOTICES = "notices"
    WARN = "warn"
    SANCTION = "sanction"
    BLOCK = "block"
    SYNONYMS = "synonyms"
    CANNED_REPLIES = "canned_replies"
    WORDS = "words"
    TAGS = "tags"
    TARGETS = "targets"
    CATEGORIES = "categories"
    STAFF = "staff"
    DETAILS = "details"
    ENTRIES = "entries"
    REQUESTS = "requests"
    GUARD = "guard"
    HOOKS = "hooks"
    ERASE = "erase"


#: These are about the whole site: nobody may them in one category alone.
SITE_WIDE = frozenset(
    {
        Verb.WARN,
        Verb.SANCTION,
        Verb.BLOCK,
        Verb.SYNONYMS,
        Verb.CANNED_REPLIES,
        Verb.WORDS,
        Verb.TAGS,
        Verb.TARGETS,
        Verb.CATEGORIES,
        Verb.STAFF,
        Verb.REQUESTS,
        Verb.GUARD,
        Verb.HOOKS,
        Verb.ERASE,
    }
)
_ADMINS = frozenset({Verb.TARGETS, Verb.CATEGORIES, Verb.STAFF, Verb.HOOKS, Verb.ERASE})
_NOT_AGENTS = frozenset(
    {
        Verb.REDACT,
        Verb.NOTICES,
        Verb.SANCTION,
        Verb.BLOCK,
        Verb.CANNED_REPLIES,
        Verb.WORDS,
        Verb.TAGS,
        Verb.REQUESTS,
        Verb.GUARD,
    }
)
#: What each role may where the site has said nothing else.
USUALLY: dict[str, frozenset[Verb]] = {
    "agent": frozenset(Verb) - _NOT_AGENTS - _ADMINS,
    "moderator": frozenset(Verb) - _ADMINS,
    "admin": frozenset(Verb),
}


#: (of the person? else of the role, what, where or None) -> may they?
Said = dict[tuple[bool, str, int | None], bool]


@dataclass(frozen=True)
class Holder:
    """Of whom a permission speaks: everyone of a role, or one person. Exactly one of the two is given."""

    role: str | None = None
    person_id: int | None = None


def may(person: Person, verb: Verb, category_id: int | None = None) -> bool:
    """May this person do this (in this category)? Never for customers, nor for staff who are suspended or shut out."""
    if not is_on_staff(person):
        return False
    if person.role == "admin":
        return True
    return decided(_said_of(person), person.role, verb, category_id).is_allowed


class Why(StrEnum):
    """Which word was the nearest."""

    PERSON_HERE = "person_here"
    PERSON_EVERYWHERE = "person_everywhere"
    ROLE_HERE = "role_here"
    ROLE_EVERYWHERE = "role_everywhere"
    USUAL = "usual"


@dataclass(frozen=True)
class Decision:
    """What comes of all that is said."""

    is_allowed: bool
    why: Why


_WHY = {(True, True): Why.PERSON_HERE, (True, False): Why.PERSON_EVERYWHERE, (False, True): Why.ROLE_HERE}


def decided(said: Said, role: str, verb: Verb, category_id: int | None = None) -> Decision:
    """What staff of this role may (there), by what the site says of them; for admins it is always what is usual."""
    place = None if verb in SITE_WIDE else category_id
    for is_of_person in (True, False) if role != "admin" else ():
        for where in dict.fromkeys((place, None)):
            if (is_allowed := said.get((is_of_person, verb, where))) is not None:
                return Decision(is_allowed, _WHY.get((is_of_person, where is not None), Why.ROLE_EVERYWHERE))
    return Decision(verb in USUALLY[role], Why.USUAL)


def may_somewhere(person: Person, verb: Verb) -> bool:
    """May they do it in any category at all?"""
    if may(person, verb):
        return True
    if not is_on_staff(person):
        return False
    said = _said_of(person)
    return any(may(person, verb, place) for _of_person, about, place in said if about == verb and place is not None)


def _said_of(person: Person) -> Said:
    """What the site says of a person and their role; asked once a request."""
    if not has_request_context():
        return _read(person)
    kept: dict[int, Said] = g.setdefault("theke_permissions", {})
    if person.id not in kept:
        kept[person.id] = _read(person)
    return kept[person.id]


def _read(person: Person) -> Said:
    return said_of(person.role, person.id)


def said_of(role: str, person_id: int | None = None) -> Said:
    """All that the site says of a role, and of one person besides."""
    rows = db.session.scalars(
        select(Permission).where(or_(Permission.role == role, Permission.person_id == person_id))
        if person_id is not None
        else select(Permission).where(Permission.role == role)
    )
    return {(row.person_id is not None, row.verb, row.category_id): row.is_allowed for row in rows}


def forget() -> None:
    """What was read is read again: at the beginning of a request, and after a change."""
    g.pop("theke_permissions", None)


def holders(verb: Verb, category_id: int | None = None) -> list[Person]:
    """All staff who may do this (there), by name."""
    staff = db.session.scalars(select(Person).where(Person.role.in_(STAFF_ROLES)).order_by(Person.display_name))
    return [person for person in staff if may(person, verb, category_id)]


def put(holder: Holder, verb: Verb, category_id: int | None, is_allowed: bool | None, *, by: Person) -> None:
    """Say from now on that they may or may not; None: what is usual again. Raises Conflict for what cannot be said."""
    if holder.role == "admin" or (verb in SITE_WIDE and category_id is not None):
        raise Conflict
    said_key = f"{holder.role or holder.person_id}/{verb.value}/{category_id or '*'}"
    row = db.session.scalar(select(Permission).where(Permission.said_key == said_key))
    before = row.is_allowed if row else None
    if before == is_allowed:
        return
    if is_allowed is None:
        db.session.delete(row)
    elif row is None:
        row = Permission(role=holder.role, person_id=holder.person_id, verb=verb.value, category_id=category_id)
        row.is_allowed, row.said_key = is_allowed, said_key
        db.session.add(row)
    else:
        row.is_allowed = is_allowed
    db.session.flush()
    forget()
    events.record(
        Action.PERMISSION_CHANGED,
        actor_id=by.id,
        person_id=holder.person_id,
        before=_written(holder, verb, category_id, before),
        after=_written(holder, verb, category_id, is_allowed),
    )


def _written(holder: Holder, verb: Verb, category_id: int | None, is_allowed: bool | None) -> dict[str, object]:
    return {"role": holder.role, "verb": verb.value, "category_id": category_id, "may": is_allowed}
