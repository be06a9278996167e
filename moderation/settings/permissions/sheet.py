"""The table of one role or one person: what is said in each cell, and what comes of it; only changed cells are stored.

A form says what its sender saw (`seen`), so that a change is what differs from that. Who is no admin cannot give what they
may not do themselves, nor change what is said of themselves, of their own role, or about who sets staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from community.accounts import permissions
from community.accounts.models import Person
from community.accounts.permissions import SITE_WIDE, Decision, Holder, Said, Verb
from community.core import pages
from community.core.errors import Conflict, NotAllowed

#: A cell: what, and in which category, or (None) everywhere.
Cell = tuple[Verb, int | None]
ROLES = ("agent", "moderator", "admin")
USUAL, MAY, MAY_NOT = "", "may", "not"
_SAID = {USUAL: None, MAY: True, MAY_NOT: False}


@dataclass(frozen=True)
class Sheet:
    """All that concerns one holder: of a role, or of a person of that role."""

    role: str
    person: Person | None
    said: Said

    @property
    def is_fixed(self) -> bool:
        """What admins may cannot be changed."""
        return self.role == "admin"

    @property
    def holder(self) -> Holder:
        """Of whom a changed cell speaks."""
        return Holder(person_id=self.person.id) if self.person is not None else Holder(role=self.role)

    @property
    def cells(self) -> dict[Cell, bool]:
        """The cells in which something is said of the holder itself."""
        is_of_person = self.person is not None
        return {(Verb(verb), place): is_so for (of, verb, place), is_so in self.said.items() if of == is_of_person}

    def choice(self, verb: Verb, place: int | None) -> str:
        """What the cell's select stands at."""
        return word_of(self.cells.get((verb, place)))

    def decision(self, verb: Verb, place: int | None) -> Decision:
        """What they may there, and why."""
        return permissions.decided(self.said, self.role, verb, place)

    @property
    def seen(self) -> str:
        """What is said now, in one line, for the form."""
        return ",".join(sorted(f"{field_of(cell)}-{word_of(is_so)}" for cell, is_so in self.cells.items()))


def word_of(is_so: bool | None) -> str:
    """What a select stands at that says this."""
    return USUAL if is_so is None else MAY if is_so else MAY_NOT


def sheet_of(role: str, person: Person | None = None) -> Sheet:
    """As it is stored now."""
    return Sheet(role, person, permissions.said_of(role, person.id if person is not None else None))


def field_of(cell: Cell) -> str:
    """The name of the cell's select."""
    return f"{cell[0].value}-{cell[1] or 0}"


def cells_of(category_ids: Iterable[int]) -> list[Cell]:
    """Every cell that there is."""
    places = list(category_ids)
    return [(verb, place) for verb in Verb for place in (None, *(() if verb in SITE_WIDE else places))]


def changes(sent: Mapping[str, str], cells: Iterable[Cell]) -> dict[Cell, bool | None]:
    """The cells that the sender changed from what they saw, and to what."""
    saw = dict(item.rsplit("-", 1) for item in sent.get("seen", "").split(",") if "-" in item)
    found: dict[Cell, bool | None] = {}
    for cell in cells:
        name = field_of(cell)
        wanted = sent.get(name, saw.get(name, USUAL))
        if wanted in _SAID and wanted != saw.get(name, USUAL):
            found[cell] = _SAID[wanted]
    return found


def store(sheet: Sheet, wanted: Mapping[Cell, bool | None], *, seen: str, by: Person) -> None:
    """Say so from now on, each changed cell a fact of its own. Raises Conflict if something else is said than was `seen`
    or nothing can be said of them, NotAllowed for what `by` cannot give."""
    pages.touch("permissions")  # one at a time
    if sheet.is_fixed:
        raise Conflict(_("What admins may cannot be changed."))
    check_giver(sheet, wanted, by)
    if sheet_of(sheet.role, sheet.person).seen != seen:
        raise StaleSheet
    for (verb, place), is_allowed in wanted.items():
        permissions.put(sheet.holder, verb, place, is_allowed, by=by)


class StaleSheet(Conflict):
    """Somebody else has changed the same table meanwhile."""


def check_giver(sheet: Sheet, wanted: Mapping[Cell, bool | None], by: Person) -> None:
    """Raises NotAllowed for what somebody who is no admin cannot give."""
    if by.role == "admin":
        return
    if by.role == sheet.role and sheet.person in (None, by):
        raise NotAllowed(_("Only admins change what is said of you and of your role."))
    if any(verb == Verb.STAFF for verb, _place in wanted):
        raise NotAllowed(_("Only admins decide who sets staff and permissions."))
    if not all(permissions.may(by, verb, place) for (verb, place), is_allowed in wanted.items() if is_allowed):
        raise NotAllowed(_("You cannot give what you may not do yourself."))
