"""Saving and deleting filters. Each belongs to one person, who has at most twenty, each under a name of its own.

They change nothing for anybody else, so they are no acts that the audit log tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from community.accounts.models import Person
from community.core import clock
from community.core.errors import Invalid
from community.core.extensions import db
from community.core.text import is_blank

from .models import SavedFilter

MOST = 20
NAME_MAX = 40


def saved_filters(person: Person) -> Sequence[SavedFilter]:
    """Theirs, by name."""
    mine = select(SavedFilter).where(SavedFilter.person_id == person.id).order_by(SavedFilter.name_key)
    return db.session.scalars(mine).all()


def saved_filter(filter_id: int, person: Person) -> SavedFilter | None:
    """One of theirs."""
    return db.session.scalar(select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.person_id == person.id))


def save(name: str, chosen: dict[str, Any], *, by: Person) -> SavedFilter:
    """Keep a filter under a name. Raises Invalid if the name is empty, long or taken, or if there are twenty already."""
    if is_blank(name):
        raise Invalid(_("Give the filter a name."), "name")
    if len(name) > NAME_MAX:
        raise Invalid(_("Use at most %(count)d characters for the name.", count=NAME_MAX), "name")
    _hold(by)
    if (db.session.scalar(select(func.count()).where(SavedFilter.person_id == by.id)) or 0) >= MOST:
        raise Invalid(_("You have %(count)d saved filters. Delete one first.", count=MOST), "name")
    row = SavedFilter(person_id=by.id, name=name, name_key=name.casefold(), chosen=chosen, saved_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Invalid(_("You have a filter of this name already. Choose another name."), "name") from error
    return row


def _hold(person: Person) -> None:
    """One at a time, so that nobody has more than there may be."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())


def forget(filter_id: int) -> None:
    """It is not needed any more. Nothing happens if it is gone already."""
    db.session.execute(delete(SavedFilter).where(SavedFilter.id == filter_id))
