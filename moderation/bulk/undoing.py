"""Undoing an act on many threads: within a quarter of an hour, by whoever did it.

Only what still stands is undone: what somebody else has changed since, or whoever undoes may not change any more, is left as
it is and said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock
from community.core.errors import Conflict, Invalid
from community.core.extensions import db
from community.threads.models import Thread

from .acting import Allows, Obstacle, hold_all, reason_of
from .kinds import KINDS, MOVE, Kind
from .models import BulkAct

WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Undone:
    """How many threads are as they were, and which were left."""

    count: int
    left: list[Obstacle]


def can_still_be_undone(done: BulkAct, now: datetime) -> bool:
    """Is it young enough, and not undone yet?"""
    return done.undone_at is None and now - done.at <= WITHIN


def bulk_act(bulk_id: int, by: Person) -> BulkAct | None:
    """An act of theirs; nobody undoes another's."""
    return db.session.scalar(select(BulkAct).where(BulkAct.id == bulk_id, BulkAct.by_id == by.id))


def undo(done: BulkAct, *, by: Person, allows: Allows) -> Undone:
    """Bring back what still stands. Raises Conflict if it was undone already, or if it is too late."""
    db.session.refresh(done, with_for_update=True)
    if done.undone_at is not None:
        raise Conflict(_l("This was undone already."))
    if not can_still_be_undone(done, clock.now()):
        raise Conflict(_l("It is too late to undo this at once. Each thread can still be changed back."))
    kind, left = KINDS[done.kind], []
    threads = _threads(done)
    gone = hold_all(list(threads.values()))
    for change in done.changes:
        try:
            if change["thread"] in gone:
                raise Conflict(gone[change["thread"]])
            _undo_one(kind, threads[change["thread"]], change, by, allows)
        except (Conflict, Invalid) as error:
            left.append(Obstacle(change["thread"], reason_of(error)))
    done.undone_at = clock.now()
    return Undone(len(done.changes) - len(left), left)


def _threads(done: BulkAct) -> dict[int, Thread]:
    rows = select(Thread).where(Thread.id.in_([change["thread"] for change in done.changes]))
    return {thread.id: thread for thread in db.session.scalars(rows)}


def _undo_one(kind: Kind, thread: Thread, change: dict[str, Any], by: Person, allows: Allows) -> None:
    places = [thread.category_id, *([change["before"]["category_id"]] if kind is MOVE else [])]
    if not all(allows(place) for place in places):
        raise Conflict(_("You may not do this in its category."))
    if kind.noted(thread) != change["after"]:
        raise Conflict(_("Somebody has changed it since."))
    kind.undo(thread, change["before"], by)
