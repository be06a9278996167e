"""Staff open the private details of a case: that they did, when and what for is written down first, and shown to whose they are.

A row and the values come in one transaction: there is no reading that nobody knows of. The right is asked here once more,
although a verb asks nothing else: whoever lost it while the page was open reads nothing.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..accounts import permissions
from ..accounts.models import Person
from ..accounts.permissions import Verb
from ..core import clock, events, sealing
from ..core.errors import require
from ..core.events import Action
from ..core.extensions import db
from ..threads.models import Thread
from .details import about, of_case, values_for_staff
from .models import Detail, Reading

#: So long after a reading its reader may fetch the photos that they opened.
OPEN_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Opened:
    """A detail and what it says; None if no key opens it."""

    detail: Detail
    value: str | None


def open_details(thread: Thread, *, by: Person, purpose: str = "") -> list[Opened]:
    """All private details of the case, opened by `by` for `purpose` (`grounds.purpose_of`). Call it inside `writing()`.
    Raises NotAllowed."""
    permissions.forget()
    db.session.refresh(by)
    require(
        permissions.may(by, Verb.DETAILS, thread.category_id),
        _("You may not read private details here. An admin can allow it."),
    )
    found = of_case(thread.id)
    for person_id in dict.fromkeys(detail.person_id for detail in found):
        _note(thread, person_id, [detail for detail in found if detail.person_id == person_id], by, purpose)
    values = values_for_staff(found)
    return [Opened(detail, values.get(detail.id)) for detail in found]


def _note(thread: Thread, person_id: int, details: list[Detail], by: Person, purpose: str) -> None:
    db.session.add(
        Reading(
            person_id=person_id,
            thread_id=thread.id,
            reader_id=by.id,
            at=clock.now(),
            labels=[[detail.label_de, detail.label_en] for detail in details],
            sealed_purpose=sealing.seal(purpose, about(person_id)) if purpose else "",
        )
    )
    db.session.flush()
    events.record(Action.DETAIL_READ, actor_id=by.id, thread_id=thread.id, person_id=person_id, count=len(details))


def readings_of(
    person: Person, thread_id: int | None = None, most: int = 50, before_id: int | None = None
) -> list[tuple[Reading, str]]:
    """Who read the details of `person`, who asks: with what for, the last first, from before a reading's id on."""
    rows = (
        select(Reading)
        .where(Reading.person_id == person.id)
        .order_by(Reading.id.desc())
        .limit(most)
        .options(joinedload(Reading.reader), joinedload(Reading.thread))
    )
    if thread_id is not None:
        rows = rows.where(Reading.thread_id == thread_id)
    if before_id is not None:
        rows = rows.where(Reading.id < before_id)
    return [(row, _purpose(row)) for row in db.session.scalars(rows)]


def _purpose(row: Reading) -> str:
    with suppress(sealing.Unreadable):
        return sealing.unseal(row.sealed_purpose, about(row.person_id)) if row.sealed_purpose else ""
    return ""


def has_open(reader: Person, detail: Detail) -> bool:
    """Did they open this detail a moment ago, and may they still? Then they may fetch its photo."""
    if detail.thread_id is None:
        return False
    thread = db.session.get_one(Thread, detail.thread_id)
    lately = select(Reading.id).where(
        Reading.reader_id == reader.id,
        Reading.thread_id == detail.thread_id,
        Reading.person_id == detail.person_id,
        Reading.at > clock.now() - OPEN_FOR,
        Reading.at >= detail.created_at,
    )
    return permissions.may(reader, Verb.DETAILS, thread.category_id) and db.session.scalar(lately.limit(1)) is not None
