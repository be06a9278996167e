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
    }
)
_ADMINS = frozenset({Verb.TARGETS, Verb.CATEGORIES, Verb.STAFF})
_NOT_AGENTS = frozenset(
    {Verb.REDACT, Verb.NOTICES, Verb.SANCTION, Verb.BLOCK, Verb.CANNED_REPLIES, Verb.WORDS, Verb.TAGS}
)
#: What each role may where the site has said nothing else.
USUALLY: dict[str, frozenset[Verb]] = {
    "agent": frozenset(Verb) - _NOT_AGENTS - _ADMINS,
    "moderator": frozenset(Verb) - _ADMINS,
    "admin": frozenset(Verb),
}


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
    said, place = _said_of(person), None if verb in SITE_WIDE else category_id
    for is_of_person in (True, False):
        for where in dict.fromkeys((place, None)):
            if (is_allowed := said.get((is_of_person, verb, where))) is not None:
                return is_allowed
    return verb in USUALLY[person.role]


def may_somewhere(person: Person, verb: Verb) -> bool:
    """May they do it in any category at all?"""
    if may(person, verb):
        return True
    if not is_on_staff(person):
        return False
    said = _said_of(person)
    return any(may(person, verb, place) for _of_person, about, place in said if about == verb and place is not None)


Said = dict[tuple[bool, str, int | None], bool]


def _said_of(person: Person) -> Said:
    """What the site says of a person and their role; asked once a request."""
    if not has_request_context():
        return _read(person)
    kept: dict[int, Said] = g.setdefault("theke_permissions", {})
    if person.id not in kept:
        kept[person.id] = _read(person)
    return kept[person.id]


def _read(person: Person) -> Said:
    rows = db.session.scalars(
        select(Permission).where(or_(Permission.role == person.role, Permission.person_id == person.id))
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
