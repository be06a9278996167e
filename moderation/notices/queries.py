"""Notices as lists: those that wait, oldest first; and the yearly figures, which identify nobody."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.core.extensions import db
from community.core.limits import LIST_ROWS
from community.threads.models import Post

from ..appeals import queries as appeal_queries
from ..appeals.models import Appeal
from ..reach import within_reach
from .models import Kind, Notice, Outcome

COUNTED_UP_TO = 100
YEARS = 6


def _open(person: Person) -> Select[Notice]:
    return (
        select(Notice)
        .join(Notice.post)
        .join(Post.thread)
        .where(Notice.decided_at.is_(None), within_reach(person, Verb.NOTICES))
        .order_by(Notice.id)
    )


def open_notices(person: Person, after_id: int | None = None, most: int = LIST_ROWS) -> list[Notice]:
    """What this member of staff may decide about, oldest first, from behind a notice's id on."""
    rows = _open(person) if after_id is None else _open(person).where(Notice.id > after_id)
    return list(db.session.scalars(rows.limit(most)))


def open_count(person: Person) -> int:
    """How many wait for them, counted up to a hundred."""
    first = _open(person).with_only_columns(Notice.id).order_by(None).limit(COUNTED_UP_TO).subquery()
    return db.session.scalar(select(func.count()).select_from(first)) or 0


def next_for(person: Person) -> Notice | None:
    """The oldest one that is not about a post of theirs."""
    return db.session.scalars(_open(person).where(Post.author_id != person.id).limit(1)).first()


def notice(notice_id: int) -> Notice | None:
    """One of them, with its post, thread, author and who decided."""
    return db.session.scalar(
        select(Notice)
        .where(Notice.id == notice_id)
        .options(
            joinedload(Notice.post).joinedload(Post.thread),
            joinedload(Notice.post).joinedload(Post.author),
            joinedload(Notice.decided_by),
        )
    )


def decided_appeals(about: Notice) -> list[Appeal]:
    """What was decided on appeal, in order, with who decided."""
    return list(
        db.session.scalars(
            select(Appeal)
            .where(Appeal.kind == "notice", Appeal.subject_id == about.id, Appeal.decided_at.is_not(None))
            .order_by(Appeal.decided_at, Appeal.id)
            .options(joinedload(Appeal.decided_by))
        )
    )


def hidden_by_notice(post: Post) -> str | None:
    """What hid this post, as appeals name it, if it was the decision about a notice."""
    rows = select(Notice).where(Notice.post_id == post.id, Notice.is_removed).options(joinedload(Notice.post))
    found = db.session.scalars(rows.order_by(Notice.id.desc()))
    return next((f"notice-{notice.id}" for notice in found if is_hidden_by(notice)), None)


def is_hidden_by(about: Notice) -> bool:
    """Is the post hidden by whoever decided about the notice? If somebody else hid it, that is another decision."""
    deciders = {about.decided_by_id, *about.overturned_by}
    return about.is_removed and about.post.visibility == "hidden" and about.post.hidden_by_id in deciders


@dataclass(frozen=True)
class Year:
    """The figures of one year: of the notices received in it, and of the appeals made in it."""

    year: int
    received: int
    kinds: dict[str, int]
    removed: int
    kept: int
    median_minutes: int | None
    appeals: dict[str, int]

    @property
    def open(self) -> int:
        """How many are not decided yet."""
        return self.received - self.removed - self.kept


def years(this_year: int) -> list[Year]:
    """The last years in which there was something to count, the newest first; the present one always."""
    kinds = _counted(Notice.kind, this_year)
    outcomes = _counted(Notice.outcome, this_year)
    found = [
        _year(year, kinds.get(year, {}), outcomes.get(year, {})) for year in range(this_year, this_year - YEARS, -1)
    ]
    return [one for one in found if one.year == this_year or one.received or any(one.appeals.values())]


def _counted(column: object, this_year: int) -> dict[int, dict[str, int]]:
    rows = db.session.execute(
        select(Notice.year, column, func.count())  # type: ignore[call-overload]
        .where(Notice.year > this_year - YEARS)
        .group_by(Notice.year, column)
    )
    found: dict[int, dict[str, int]] = {}
    for year, value, count in rows:
        found.setdefault(year, {})[value or ""] = count
    return found


def _year(year: int, kinds: dict[str, int], outcomes: dict[str, int]) -> Year:
    removed, kept = outcomes.get(Outcome.REMOVED, 0), outcomes.get(Outcome.KEPT, 0)
    return Year(
        year=year,
        received=sum(kinds.values()),
        kinds={kind.value: kinds.get(kind, 0) for kind in Kind},
        removed=removed,
        kept=kept,
        median_minutes=_median(year, removed + kept),
        appeals=appeal_queries.outcomes_in(year),
    )


def _median(year: int, decided: int) -> int | None:
    """The middle one, or what lies between the two in the middle."""
    if not decided:
        return None
    middle = (
        select(Notice.minutes_taken)
        .where(Notice.year == year, Notice.minutes_taken.is_not(None))
        .order_by(Notice.minutes_taken)
        .offset((decided - 1) // 2)
        .limit(2 - decided % 2)
    )
    found = [minutes for minutes in db.session.scalars(middle) if minutes is not None]
    return sum(found) // len(found) if found else None
