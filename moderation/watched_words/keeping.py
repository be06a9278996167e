"""Writing, changing and deleting watched words. Every change is a fact with before and after, and acts on the next post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from community.accounts.models import Person
from community.core import clock, events, pages
from community.core.errors import Conflict, Invalid
from community.core.events import Action
from community.core.extensions import db, insert

from .matching import Watched
from .models import WatchedWord
from .watching import SCOPE

MOST = 2_000


def add(watched: Sequence[Watched], note: str = "", *, by: Person) -> int:
    """Watch these from now on, in one act; those that are watched already stay as they are. Returns how many are new.

    Raises Invalid if none is new, or if the list would be too long."""
    new = [each for each in watched if _put(each, note, by)]
    if not new:
        raise Invalid(_("This is watched already."), "written")
    if (db.session.scalar(select(func.count(WatchedWord.id))) or 0) > MOST:
        raise Invalid(_("At most %(count)s words can be watched.", count=MOST), "written")
    _record(by, before=None, after=[_said(each.written, each.act, note) for each in new])
    return len(new)


def _put(watched: Watched, note: str, by: Person) -> bool:
    row = insert(WatchedWord).values(**_columns(watched, note, by), version=1)
    return db.session.scalar(row.on_conflict_do_nothing().returning(WatchedWord.id)) is not None


def change(row: WatchedWord, watched: Watched, note: str = "", *, by: Person, started_from: int) -> None:
    """Look for something else, or do something else about it. Raises Conflict if it changed since version `started_from`,
    Invalid if another one looks for the same."""
    _hold(row)
    if row.version != started_from:
        raise Conflict
    before, after = _said(row.written, row.act, row.note), _said(watched.written, watched.act, note)
    if before == after:
        return
    _store(row, _columns(watched, note, by) | {"version": row.version + 1})
    _record(by, before=[before], after=[after])


def remove(row: WatchedWord, *, by: Person) -> None:
    """Watch it no longer. Raises Conflict if it is gone already."""
    _hold(row)
    db.session.delete(row)
    _record(by, before=[_said(row.written, row.act, row.note)], after=None)


def _store(row: WatchedWord, columns: dict[str, Any]) -> None:
    """The database decides which row looks for it."""
    try:
        with db.session.begin_nested():
            for name, value in columns.items():
                setattr(row, name, value)
    except IntegrityError as error:
        raise Invalid(_("This is watched already."), "written") from error


def _hold(row: WatchedWord) -> None:
    held = select(WatchedWord).where(WatchedWord.id == row.id).with_for_update()
    if db.session.scalar(held.execution_options(populate_existing=True)) is None:
        raise Conflict


def _columns(watched: Watched, note: str, by: Person) -> dict[str, Any]:
    return {
        "written": watched.written,
        "key": watched.key,
        "act": watched.act.value,
        "note": note,
        "changed_at": clock.now(),
        "changed_by_id": by.id,
    }


def _said(written: str, act: str, note: str) -> dict[str, str]:
    return {"word": written, "act": str(act), "note": note}


def _record(by: Person, *, before: Any, after: Any) -> None:
    db.session.flush()
    pages.touch(SCOPE)
    events.record(Action.WORDS_CHANGED, actor_id=by.id, before=before, after=after)
