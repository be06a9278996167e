"""What staff see of a case's private details before they open them: names to whoever may open them, to other staff a number.

Why a number: whoever answers must know that there is something that the customer need not be asked for again, and can hand
the case to a colleague who may read it. What it is called may tell already ("IBAN", "death certificate"), so names are not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.permissions import Verb, may
from community.case_file import asking, details
from community.case_file.models import Detail, DetailRequest
from community.core.extensions import db
from community.threads.models import Thread


@dataclass(frozen=True)
class Told:
    """What one person told of the case, through one door: the details, without what they say."""

    person: Person
    source: str
    details: Sequence[Detail]


@dataclass(frozen=True)
class Private:
    """What `may_open` says of a case: names and what was asked for, or a number alone."""

    may_open: bool
    count: int
    told: Sequence[Told] = ()
    asked: Sequence[DetailRequest] = ()
    #: Whose details can stand here.
    persons: Sequence[Person] = ()


def private_of(thread: Thread, reader: Person) -> Private:
    """What the reader sees of the case's private details while they are closed."""
    found = details.of_case(thread.id)
    if not may(reader, Verb.DETAILS, thread.category_id):
        return Private(False, len(found))
    return Private(True, len(found), _told(found), asking.requests_of_case(thread.id), _concerned(thread, found))


def _told(found: Sequence[Detail]) -> list[Told]:
    groups: dict[tuple[int, str], list[Detail]] = {}
    for detail in found:
        groups.setdefault((detail.person_id, detail.source), []).append(detail)
    return [Told(rows[0].person, source, rows) for (_person_id, source), rows in groups.items()]


def concerned(thread: Thread) -> list[Person]:
    """Whose details can stand on the case: who asked, then whoever has some there."""
    return _concerned(thread, details.of_case(thread.id))


def _concerned(thread: Thread, found: Sequence[Detail]) -> list[Person]:
    persons = [db.session.get_one(Person, thread.author_id), *(detail.person for detail in found)]
    return list(dict.fromkeys(persons))


def detail_with_thread(detail_id: int) -> Detail | None:
    """A detail with its case, to be removed by staff; its value stays sealed."""
    return db.session.get(Detail, detail_id, options=(joinedload(Detail.thread), joinedload(Detail.person)))
