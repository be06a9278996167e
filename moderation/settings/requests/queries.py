"""What the page of requests shows: each with its number of fields, and how often it was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import and_, func, select

from community.accounts.models import Person
from community.core.extensions import db
from community.intake.requests.models import FormVersion, Request, ThreadForm
from community.intake.requests.queries import all_requests
from community.threads.models import Category


@dataclass(frozen=True)
class Entry:
    """A request, how many fields its form has, and how many threads were asked with any version of it."""

    request: Request
    fields: int
    threads: int


@dataclass(frozen=True)
class Menu:
    """A category's requests, in order; archived ones last."""

    category: Category
    entries: list[Entry]


def menus() -> list[Menu]:
    """All requests by category; three queries."""
    fields, threads = _numbers_of_fields(), _numbers_of_threads()
    return [
        Menu(category, [Entry(each, fields.get(each.id, 0), threads.get(each.id, 0)) for each in requests])
        for category, requests in groupby(all_requests(), lambda request: request.category)
    ]


def _numbers_of_fields() -> dict[int, int]:
    latest = and_(FormVersion.request_id == Request.id, FormVersion.number == Request.version)
    rows = db.session.scalars(select(FormVersion).join(Request, latest))
    return {version.request_id: len(version.form().fields) for version in rows}


def _numbers_of_threads(request: Request | None = None) -> dict[int, int]:
    rows = select(FormVersion.request_id, func.count()).join(ThreadForm).group_by(FormVersion.request_id)
    if request is not None:
        rows = rows.where(FormVersion.request_id == request.id)
    return {row[0]: row[1] for row in db.session.execute(rows)}


def threads_asked(request: Request) -> int:
    """How many threads were asked with it."""
    return _numbers_of_threads(request).get(request.id, 0)


def versions_of(request: Request, most: int = 20) -> Sequence[tuple[FormVersion, Person | None]]:
    """Its latest versions with who made them, the newest first."""
    rows = (
        select(FormVersion, Person)
        .outerjoin(Person, Person.id == FormVersion.by_id)
        .where(FormVersion.request_id == request.id)
        .order_by(FormVersion.number.desc())
        .limit(most)
    )
    return [(version, person) for version, person in db.session.execute(rows)]


def open_categories() -> Sequence[Category]:
    """Those that take threads, in order."""
    rows = select(Category).where(Category.archived_at.is_(None)).order_by(Category.position, Category.id)
    return db.session.scalars(rows).all()


def swapped(request: Request, neighbour_id: int) -> list[int] | None:
    """The order of the category's requests with these two in each other's place; None if they are no neighbours there."""
    rows = select(Request).where(Request.category_id == request.category_id)
    found = sorted(db.session.scalars(rows), key=lambda each: (each.archived_at is not None, each.position, each.id))
    order = [each.id for each in found]
    if neighbour_id not in order or abs(order.index(request.id) - order.index(neighbour_id)) != 1:
        return None
    here, there = order.index(request.id), order.index(neighbour_id)
    order[here], order[there] = order[there], order[here]
    return order
