"""Doing something to many threads, all or none: nothing stays half done.

Every thread is tried, so that whoever acts learns of all obstacles at once; if there is one, nothing is changed at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete

from community.accounts.models import Person
from community.core import clock
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.threads.changing import hold
from community.threads.models import Thread

from .kinds import Kind, Wish
from .models import BulkAct

MOST = 100
KEPT_FOR = timedelta(days=1)
#: May whoever acts do this in the category of this number?
Allows = Callable[[int], bool]


@dataclass(frozen=True)
class Obstacle:
    """Why it cannot be done to one of the threads."""

    thread_id: int
    why: str


class NotAll(Conflict):
    """It cannot be done to some of the threads, so it was done to none."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__(_("Nothing was changed, because it cannot be done to all of these threads."))
        self.obstacles = list(obstacles)


def act(wish: Wish, threads: Sequence[Thread], *, by: Person, allows: Allows) -> BulkAct | None:
    """Do what is wished to all of these threads. Returns what was changed; None if everything was so already.

    Raises NotAll, naming every thread that it cannot be done to and why.
    """
    obstacles: list[Obstacle] = []
    changes: list[dict[str, Any]] = []
    gone = hold_all([*threads, *([wish.master] if wish.master else [])])
    for thread in threads:
        try:
            if thread.id in gone:
                raise Conflict(gone[thread.id])
            if (change := _change(wish, thread, by, allows)) is not None:
                changes.append(change)
        except (Conflict, Invalid) as error:
            obstacles.append(Obstacle(thread.id, reason_of(error)))
    if obstacles:
        raise NotAll(obstacles)
    return _noted(wish.kind, changes, by) if changes else None


def hold_all(threads: Sequence[Thread]) -> dict[int, str]:
    """Hold them in one order, so that two who do this never wait for each other. Returns which are gone, and how that is said."""
    gone = {}
    for thread in sorted(threads, key=lambda one: one.id):
        try:
            hold(thread)
        except Conflict as error:
            gone[thread.id] = reason_of(error)
    return gone


def reason_of(error: Conflict | Invalid) -> str:
    """What a verb's refusal says, in a line of its own."""
    return str(error.message) if error.message else _("It has changed meanwhile.")


def _change(wish: Wish, thread: Thread, by: Person, allows: Allows) -> dict[str, Any] | None:
    if not allows(thread.category_id):
        raise Conflict(_("You may not do this in its category."))
    before = wish.kind.noted(thread)
    wish.kind.do(thread, wish, by)
    after = wish.kind.noted(thread)
    return {"thread": thread.id, "before": before, "after": after} if before != after else None


def _noted(kind: Kind, changes: list[dict[str, Any]], by: Person) -> BulkAct:
    done = BulkAct(kind=kind.key, by_id=by.id, at=clock.now(), changes=changes)
    db.session.add(done)
    db.session.flush()
    return done


def sweep() -> None:
    """Forget what can no longer be undone."""
    with writing():
        db.session.execute(delete(BulkAct).where(BulkAct.at < clock.now() - KEPT_FOR))
