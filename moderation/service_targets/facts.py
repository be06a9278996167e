"""What posts and events say of a thread, as `timing` wants it: who wrote when, and when the thread was over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from community.core.events import Action, Event
from community.core.extensions import db
from community.threads.models import Post, Thread
from community.threads.visibility import PUBLISHED

from .timing import Facts, Said, Stretch

#: What makes a thread over, and what opens it again.
TURNS = (
    Action.THREAD_SOLVED,
    Action.THREAD_UNSOLVED,
    Action.THREAD_REOPENED,
    Action.POST_HIDDEN,
    Action.POST_RESTORED,
    Action.THREAD_LOCKED,
    Action.THREAD_UNLOCKED,
    Action.THREAD_MARKED_DUPLICATE,
    Action.THREAD_CLOSED,
    Action.THREAD_OPENED,
    Action.THREAD_UNMARKED_DUPLICATE,
)


_BEGINS = {
    Action.THREAD_LOCKED: "locked",
    Action.THREAD_CLOSED: "closed",
    Action.THREAD_MARKED_DUPLICATE: "duplicate",
}
_ENDS = {
    Action.THREAD_UNLOCKED: "locked",
    Action.THREAD_OPENED: "closed",
    Action.THREAD_UNMARKED_DUPLICATE: "duplicate",
}


class Turn(NamedTuple):
    """One of those events."""

    action: str
    at: datetime
    post_id: int | None


def facts_of(threads: Sequence[Thread]) -> dict[int, Facts]:
    """The facts of each of these threads, by its id; two queries."""
    ids = [thread.id for thread in threads]
    said, turns = _said(ids), _turns(ids)
    return {
        thread.id: Facts(tuple(said[thread.id]), over(turns[thread.id], is_over=thread.is_over)) for thread in threads
    }


def _said(ids: list[int]) -> dict[int, list[Said]]:
    found: dict[int, list[Said]] = defaultdict(list)
    rows = (
        select(Post.thread_id, Post.created_at, Post.by_staff)
        .where(Post.thread_id.in_(ids), Post.visibility == PUBLISHED)
        .order_by(Post.thread_id, Post.number)
    )
    for thread_id, at, by_staff in db.session.execute(rows):
        found[thread_id].append(Said(at, by_staff))
    return found


def _turns(ids: list[int]) -> dict[int, list[Turn]]:
    found: dict[int, list[Turn]] = defaultdict(list)
    rows = (
        select(Event.thread_id, Event.action, Event.at, Event.post_id)
        .where(Event.thread_id.in_(ids), Event.action.in_(TURNS))
        .order_by(Event.id)
    )
    for thread_id, action, at, post_id in db.session.execute(rows):
        found[thread_id or 0].append(Turn(action, at, post_id))
    return found


def over(turns: Iterable[Turn], *, is_over: bool) -> tuple[Stretch, ...]:
    """When a thread was over. The last stretch goes on if the thread `is_over` now; else what ended it left no event
    known here, and it does not count."""
    reasons: set[object] = set()
    asleep: set[object] = set()
    found: list[Stretch] = []
    since: datetime | None = None
    for turn in turns:
        _apply(turn, reasons, asleep)
        if reasons and since is None:
            since = turn.at
        elif not reasons and since is not None:
            found.append((since, turn.at))
            since = None
    if since is not None and is_over:
        found.append((since, None))
    return tuple(found)


def _apply(turn: Turn, reasons: set[object], asleep: set[object]) -> None:
    """Change the set of reasons for which the thread is over: each solution by its post, the lock, being closed or a duplicate.

    A solution that is hidden sleeps until it is restored."""
    match turn.action:
        case Action.THREAD_SOLVED:
            reasons.add(turn.post_id)
        case Action.THREAD_UNSOLVED:
            reasons.discard(turn.post_id)
            asleep.discard(turn.post_id)
        case Action.THREAD_REOPENED:
            reasons.intersection_update({"locked", "duplicate"})
            asleep.clear()
        case Action.POST_HIDDEN if turn.post_id in reasons:
            reasons.discard(turn.post_id)
            asleep.add(turn.post_id)
        case Action.POST_RESTORED if turn.post_id in asleep:
            asleep.discard(turn.post_id)
            reasons.add(turn.post_id)
        case action if action in _BEGINS:
            reasons.add(_BEGINS[Action(action)])
        case action if action in _ENDS:
            reasons.discard(_ENDS[Action(action)])
