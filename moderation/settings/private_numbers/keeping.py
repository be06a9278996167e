"""Adding, changing and removing what the site's own numbers look like. Every change is a fact and acts on the next text."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from community.accounts.models import Person
from community.case_file.number_patterns import SCOPE, NumberPattern
from community.core import clock, events, pages
from community.core.errors import Conflict, Invalid
from community.core.events import Action
from community.core.extensions import db

MOST = 50


def add(columns: dict[str, Any], *, by: Person) -> NumberPattern:
    """Look for one more from now on. Raises Invalid if it is looked for already, or if there are too many."""
    if (db.session.scalar(select(func.count(NumberPattern.id))) or 0) >= MOST:
        raise Invalid(_("At most %(count)s kinds of numbers can be looked for.", count=MOST), "written")
    row = NumberPattern(version=1)
    _store(row, columns, by)
    _record(by, before=None, after=_said(row))
    return row


def change(row: NumberPattern, columns: dict[str, Any], *, by: Person, started_from: int) -> None:
    """Look for something else, or call it something else. Raises Conflict if it changed since version `started_from`,
    Invalid if another one looks for the same."""
    _hold(row)
    if row.version != started_from:
        raise Conflict
    if all(getattr(row, name) == value for name, value in columns.items()):
        return
    before = _said(row)
    _store(row, columns | {"version": row.version + 1}, by)
    _record(by, before=before, after=_said(row))


def remove(row: NumberPattern, *, by: Person) -> None:
    """Look for it no longer. Raises Conflict if it is gone already."""
    _hold(row)
    before = _said(row)
    db.session.delete(row)
    _record(by, before=before, after=None)


def _store(row: NumberPattern, columns: dict[str, Any], by: Person) -> None:
    """The database decides which row looks for it."""
    try:
        with db.session.begin_nested():
            for name, value in columns.items():
                setattr(row, name, value)
            row.changed_at, row.changed_by_id = clock.now(), by.id
            db.session.add(row)
    except IntegrityError as error:
        raise Invalid(_("This is looked for already."), "written") from error


def _hold(row: NumberPattern) -> None:
    held = select(NumberPattern).where(NumberPattern.id == row.id).with_for_update()
    if db.session.scalar(held.execution_options(populate_existing=True)) is None:
        raise Conflict


def _said(row: NumberPattern) -> dict[str, Any]:
    """Without the example: it may be somebody's after all."""
    return {"name": row.name_en, "name_de": row.name_de, "pattern": row.written, "is_expression": row.is_expression}


def _record(by: Person, *, before: Any, after: Any) -> None:
    db.session.flush()
    pages.touch(SCOPE)
    events.record(Action.GUARD_CHANGED, actor_id=by.id, before=before, after=after)
