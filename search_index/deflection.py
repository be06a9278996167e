"""What the asking flow achieved, without a person: how many cases were shown and opened, and how the asking ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, func, literal_column, select

from community.core import clock
from community.core.events import Action, Event
from community.core.extensions import db
from community.intake.models import Draft
from community.threads.models import Thread

from .models import Deflection, Unhelped

WHY_MAX = 80

OUTCOMES = {Action.DRAFT_SOLVED: "solved", Action.DRAFT_POSTED: "posted", Action.DRAFT_ABANDONED: "abandoned"}


def note_outcome(event: Event) -> None:
    """Witness: an asking has ended."""
    draft = db.session.get(Draft, event.payload["draft"])
    if draft is None or db.session.scalar(select(Deflection.id).where(Deflection.draft_id == draft.id)):
        return
    db.session.add(
        Deflection(
            draft_id=draft.id,
            at=event.at,
            shown_count=len(draft.shown),
            opened_count=len(draft.opened),
            outcome=OUTCOMES[Action(event.action)],
            thread_id=event.thread_id,
        )
    )


def note_unhelped(thread: Thread, why: str) -> None:
    """Somebody says that this solved case did not help. Call it inside `writing()`."""
    db.session.add(Unhelped(thread_id=thread.id, at=clock.now(), why=why))


@dataclass(frozen=True)
class Figures:
    """How the askings of some days ended: their number, and of how many solved cases were shown and opened."""

    asked: int
    shown: int
    opened: int
    solved: int
    posted: int
    abandoned: int

    @property
    def spared(self) -> float | None:
        """The share of finished askings (solved or posted) that a solved case made unnecessary; None while there are none."""
        finished = self.solved + self.posted
        return self.solved / finished if finished else None


def figures(days: int) -> Figures:
    """The askings that ended within so many days."""
    nothing = literal_column(
        "0", Integer
    )  # a parameter would make two expressions of what is grouped by and what is asked for
    kinds = (Deflection.outcome, Deflection.shown_count > nothing, Deflection.opened_count > nothing)
    rows = db.session.execute(
        select(*kinds, func.count()).where(Deflection.at > clock.ago(days=days)).group_by(*kinds)
    ).all()

    def count(outcome: str | None = None, *, shown: bool = False, opened: bool = False) -> int:
        return sum(
            number
            for ended, was_shown, was_opened, number in rows
            if outcome in (None, ended) and (was_shown or not shown) and (was_opened or not opened)
        )

    return Figures(
        asked=count(),
        shown=count(shown=True),
        opened=count(opened=True),
        solved=count("solved"),
        posted=count("posted"),
        abandoned=count("abandoned"),
    )


@dataclass(frozen=True)
class DidNotHelp:
    """A solved case of which somebody said that it did not help: how often, and the words why, newest first."""

    thread: Thread
    count: int
    why: list[str]


def did_not_help(days: int, most: int = 20) -> list[DidNotHelp]:
    """The cases that helped least, of those days."""
    since = clock.ago(days=days)
    counted = db.session.execute(
        select(Unhelped.thread_id, func.count())
        .where(Unhelped.at > since)
        .group_by(Unhelped.thread_id)
        .order_by(func.count().desc(), Unhelped.thread_id)
        .limit(most)
    ).all()
    ids = [thread_id for thread_id, _count in counted]
    threads = {thread.id: thread for thread in db.session.scalars(select(Thread).where(Thread.id.in_(ids)))}
    why: dict[int, list[str]] = {thread_id: [] for thread_id in ids}
    for thread_id, said in _said(ids, since):
        why[thread_id].append(said)
    return [DidNotHelp(threads[thread_id], count, why[thread_id]) for thread_id, count in counted]


def _said(ids: Sequence[int], since: object) -> Sequence[tuple[int, str]]:
    rows = db.session.execute(
        select(Unhelped.thread_id, Unhelped.why)
        .where(Unhelped.thread_id.in_(ids), Unhelped.at > since, Unhelped.why != "")
        .order_by(Unhelped.id.desc())
        .limit(200)
    )
    return [(thread_id, said) for thread_id, said in rows]
