"""Private details go along when all posts of their thread become part of another one, and back if that is undone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from ..core.extensions import db, rows_changed
from ..threads.models import Thread
from .models import Detail, DetailRequest, Reading

_TABLES: tuple[type[Detail] | type[Reading] | type[DetailRequest], ...] = (Detail, Reading, DetailRequest)


def carry(source: Thread, to: Thread) -> dict[str, list[int]]:
    """What is private of `source`, who read it and what was asked for stand on `to` from now on, each of its own person.
    Returns the ids, for `give_back`."""
    carried = {}
    for table in _TABLES:
        carried[table.__tablename__] = list(db.session.scalars(select(table.id).where(table.thread_id == source.id)))
        rows_changed(update(table).where(table.thread_id == source.id).values(thread_id=to.id))
    return carried


def give_back(source: Thread, to: Thread, carried: dict[str, Any]) -> None:
    """All of that stands on `source` again; what was told on `to` since stays there."""
    for table in _TABLES:
        ours = table.id.in_(carried.get(table.__tablename__, [])) & (table.thread_id == to.id)
        rows_changed(update(table).where(ours).values(thread_id=source.id))
