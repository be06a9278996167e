"""What staff see of a person, and what a person sees of the sanctions on themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.core import clock
from community.core.extensions import db
from community.threads.models import Post, Thread

from ..notes.models import StaffNote
from .models import Kind, Sanction

#: A page shows so many, the newest; nobody has more.
MOST = 100


@dataclass(frozen=True)
class PersonCard:
    """What staff see of somebody: how much they wrote and what became of it, all that was decided about them."""

    person: Person
    thread_count: int
    post_count: int
    out_of_sight: dict[str, int]
    note_count: int
    sanctions: list[Sanction]

    @property
    def warning_count(self) -> int:
        """Warnings that stand."""
        return len([row for row in self.sanctions if row.kind == Kind.WARN and row.lifted_at is None])


def person_card(person: Person) -> PersonCard:
    """The card of this person. The number of questions is always the same."""
    posts = dict(
        db.session.execute(
            select(Post.visibility, func.count()).where(Post.author_id == person.id).group_by(Post.visibility)
        ).all()
    )
    notes = (
        select(func.count())
        .select_from(StaffNote)
        .join(Thread, Thread.id == StaffNote.thread_id)
        .where(Thread.author_id == person.id, StaffNote.deleted_at.is_(None))
    )
    threads = select(func.count()).where(Thread.author_id == person.id, Thread.visibility != "removed")
    return PersonCard(
        person,
        thread_count=db.session.scalar(threads) or 0,
        post_count=sum(posts.values()),
        out_of_sight={name: count for name, count in posts.items() if name != "published"},
        note_count=db.session.scalar(notes) or 0,
        sanctions=sanctions_of(person),
    )


def sanctions_of(person: Person) -> list[Sanction]:
    """All of them, newest first, with who decided."""
    return list(
        db.session.scalars(
            select(Sanction)
            .where(Sanction.person_id == person.id)
            .order_by(Sanction.id.desc())
            .limit(MOST)
            .options(joinedload(Sanction.by), joinedload(Sanction.lifted_by))
        )
    )


def sanction(sanction_id: int) -> Sanction | None:
    """One of them, with whom it is about."""
    return db.session.scalar(select(Sanction).where(Sanction.id == sanction_id).options(joinedload(Sanction.person)))


def in_force(sanctions: Iterable[Sanction]) -> list[Sanction]:
    """Those that keep the person from something now."""
    return [row for row in sanctions if row.is_in_force(clock.now())]


@dataclass(frozen=True)
class Brief:
    """What the desk shows beside a case: how many warnings stand, and what is in force."""

    warning_count: int
    in_force: list[Sanction]


def brief_of(person: Person) -> Brief:
    """One question, whatever there is."""
    rows = list(
        db.session.scalars(
            select(Sanction)
            .where(Sanction.person_id == person.id, Sanction.lifted_at.is_(None))
            .order_by(Sanction.id.desc())
            .limit(MOST)
        )
    )
    return Brief(len([row for row in rows if row.kind == Kind.WARN]), in_force(rows))


def weightiest(person: Person) -> Sanction | None:
    """The sanction that a person is told of on every page: a suspension before a silence, the latest end first."""
    rows = in_force(sanctions_of(person))
    rows.sort(key=lambda row: (row.kind == Kind.SUSPEND, row.ends_at is None, row.ends_at or row.at), reverse=True)
    return rows[0] if rows else None
