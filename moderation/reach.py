"""What a member of staff finds in lists that wait for a decision: what stands in categories where they may decide."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, true

from community.accounts.models import Person
from community.accounts.permissions import Verb, may
from community.core.extensions import db
from community.threads.models import Category, Thread


def within_reach(person: Person, verb: Verb) -> ColumnElement[bool]:
    """The condition on Thread: in a category where `person` may do this."""
    places = db.session.scalars(select(Category.id)).all()
    allowed = [place for place in places if may(person, verb, place)]
    return true() if len(allowed) == len(places) else Thread.category_id.in_(allowed)
