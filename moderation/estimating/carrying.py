"""Where ratings and estimates go when a thread becomes part of another: along, if that is the same asker's, else nowhere.

What somebody said of how they were served is about their own issue and says nothing of another's. It stays with the thread that
went, and is there again if the merge is undone. What was said of both threads stays as it was said of each.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from community.core.extensions import db, rows_changed
from community.threads.models import Thread
from community.threads.rating.models import Rating

from .models import Estimate

TABLES: dict[str, type[Rating] | type[Estimate]] = {"ratings": Rating, "estimates": Estimate}


def carry_ratings(source: Thread, to: Thread) -> dict[str, list[int]]:
    """Returns whose ratings and estimates went along, for `return_ratings`."""
    if source.author_id != to.author_id:
        return {}
    return {name: _carry(table, source, to) for name, table in TABLES.items()}


def return_ratings(source: Thread, to: Thread, carried: dict[str, list[int]]) -> None:
    """Those are about `source` again."""
    for name, person_ids in carried.items():
        _turn(TABLES[name], to, source, person_ids)


def _carry(table: Any, source: Thread, to: Thread) -> list[int]:
    known = select(table.person_id).where(table.thread_id == to.id)
    rows = select(table.person_id).where(table.thread_id == source.id, table.person_id.not_in(known))
    person_ids = list(db.session.scalars(rows))
    _turn(table, source, to, person_ids)
    return person_ids


def _turn(table: Any, one: Thread, other: Thread, person_ids: list[int]) -> None:
    theirs = (table.thread_id == one.id) & table.person_id.in_(person_ids)
    rows_changed(update(table).where(theirs).values(thread_id=other.id))
