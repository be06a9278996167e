"""What can be appealed against. Each package that decides about persons or posts adds its own kind of subject at start."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.core.incoming import LARGEST_ID


def _nowhere(thing: Any) -> tuple[int | None, int | None]:
    return None, None


def _undated(thing: Any) -> datetime | None:
    return None


@dataclass(frozen=True)
class Subject:
    """One kind of decision. The functions take the thing that `load` finds by its id (None: there is none)."""

    kind: str
    load: Callable[[int], Any | None]
    #: The ids of those who made the decision; they may not decide about the appeal.
    deciders: Callable[[Any], set[int]]
    #: What one must be allowed to do, and where, to decide about the appeal.
    verb: Verb
    category_id: Callable[[Any], int | None]
    #: May this person appeal now? Asked with None for whoever holds a receipt.
    may_appeal: Callable[[Any, Person | None], bool]
    #: Overturns the decision; called inside `writing()` with who decides and the reason. The event it records needs no audit
    #: row and no notification of its own: the appeal's stands for both.
    grant: Callable[[Any, Person, str], None]
    #: The template that shows the thing to staff, as `thing`.
    template: str
    #: What it is called, as a (lazy) text: "A hidden post".
    name: Any = ""
    #: The thread and the post that it is about, for the logs.
    place: Callable[[Any], tuple[int | None, int | None]] = _nowhere
    #: When it was decided, if the same thing can be decided about again: each decision may be appealed against.
    decided_at: Callable[[Any], datetime | None] = _undated


@dataclass(frozen=True)
class Matter:
    """A thing that a decision was made about, with its kind of subject."""

    subject: Subject
    id: int
    thing: Any

    @property
    def about(self) -> str:
        """Its name in addresses."""
        return f"{self.subject.kind}-{self.id}"

    @property
    def category_id(self) -> int | None:
        """Where it belongs; None: to the whole site."""
        return self.subject.category_id(self.thing)

    def heard_key(self, appellant: Person | None) -> str:
        """This decision and who appeals against it, in a word."""
        decided_at = self.subject.decided_at(self.thing)
        which = round(decided_at.timestamp() * 1_000_000) if decided_at else ""
        return f"{self.about}/{which}/{appellant.id if appellant else 'receipt'}"


_KNOWN = "theke-appeal-subjects"
_ABOUT = re.compile(r"([a-z][a-z_]{0,30})-([1-9][0-9]{0,9})", re.ASCII)


def add_subject(app: Flask, subject: Subject) -> None:
    """From now on its decisions can be appealed against."""
    app.extensions.setdefault(_KNOWN, {})[subject.kind] = subject


def subjects() -> list[Subject]:
    """All kinds of them."""
    return list(current_app.extensions.get(_KNOWN, {}).values())


def matter_of(kind: str, subject_id: int) -> Matter | None:
    """The thing of this kind and id, if there is one."""
    subject: Subject | None = current_app.extensions.get(_KNOWN, {}).get(kind)
    thing = subject.load(subject_id) if subject is not None and subject_id <= LARGEST_ID else None
    return Matter(subject, subject_id, thing) if subject is not None and thing is not None else None


def matter_named(about: str) -> Matter | None:
    """The thing that an address names, as in "post-12"."""
    match = _ABOUT.fullmatch(about)
    return matter_of(match[1], int(match[2])) if match else None
