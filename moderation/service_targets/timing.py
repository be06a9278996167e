"""Which clocks of a thread run, how much they have used, when each is due. Functions of facts, target, hours and now alone.

A clock runs while a customer waits for staff: from the first post of a customer that staff have not answered, until staff's
next post; never while the thread is over (solved, closed, locked, a duplicate). The *first response* has one such wait, the
*next response* each later one, the *resolution* all of them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .hours import Hours, after, open_between

#: A stretch of time; without an end it goes on.
Stretch = tuple[datetime, datetime | None]


class Kind(StrEnum):
    """What is promised."""

    FIRST = "first_response"
    NEXT = "next_response"
    RESOLUTION = "resolution"


@dataclass(frozen=True)
class Target:
    """How much open time staff give themselves for each; None: no promise."""

    first: timedelta | None = None
    next: timedelta | None = None
    resolution: timedelta | None = None

    def of(self, kind: Kind) -> timedelta | None:
        """The time for one of them."""
        return {Kind.FIRST: self.first, Kind.NEXT: self.next, Kind.RESOLUTION: self.resolution}[kind]


@dataclass(frozen=True)
class Said:
    """A published post: when, and by whom."""

    at: datetime
    by_staff: bool


@dataclass(frozen=True)
class Facts:
    """A thread's published posts in their order, and the stretches in which it was (or is) over."""

    posts: tuple[Said, ...]
    over: tuple[Stretch, ...] = ()


@dataclass(frozen=True)
class Clock:
    """One promise to one thread, as it stands."""

    kind: Kind
    #: When the wait began that it measures.
    since: datetime
    allowed: timedelta
    used: timedelta
    is_running: bool
    #: Did staff have the last word in what it measures?
    is_answered: bool
    #: When the time is, or was, used up if the clock goes on as it does; None: it stands, with time left.
    due_at: datetime | None
    is_breached: bool


@dataclass(frozen=True)
class _Wait:
    """From a customer's unanswered post to staff's next one."""

    is_first: bool
    since: datetime
    until: datetime | None


def clocks(facts: Facts, target: Target, hours: Hours, now: datetime) -> list[Clock]:
    """The clocks of all promises that apply to the thread: first response, the latest next response, resolution."""
    waits = list(_waits(facts.posts))
    found = []
    for kind in Kind:
        allowed, measured = target.of(kind), _measured(kind, waits)
        if allowed is not None and measured:
            found.append(_clock(kind, allowed, measured, facts.over, hours, now))
    return found


def running(facts: Facts, target: Target, hours: Hours, now: datetime) -> list[Clock]:
    """Those that run, the one that is due first at the front. One that is never due comes last."""
    return sorted(
        (clock for clock in clocks(facts, target, hours, now) if clock.is_running),
        key=lambda clock: (clock.due_at is None, clock.due_at or clock.since),
    )


def _waits(posts: Sequence[Said]) -> Iterator[_Wait]:
    """After a merge older posts may stand below newer ones: what staff said earlier answers nobody (`states.derive`)."""
    since, has_answer = None, False
    for post in posts:
        if post.by_staff and (since is None or post.at >= since):
            if since is not None:
                yield _Wait(not has_answer, since, post.at)
            since, has_answer = None, True
        elif since is None and not post.by_staff:
            since = post.at
    if since is not None:
        yield _Wait(not has_answer, since, None)


def _measured(kind: Kind, waits: list[_Wait]) -> list[_Wait]:
    if kind is Kind.RESOLUTION:
        return waits
    return [wait for wait in waits if wait.is_first == (kind is Kind.FIRST)][-1:]


def _clock(
    kind: Kind, allowed: timedelta, waits: list[_Wait], over: Sequence[Stretch], hours: Hours, now: datetime
) -> Clock:
    runs = [piece for wait in waits for piece in without((wait.since, wait.until), over)]
    used = sum((open_between(since, min(until or now, now), hours) for since, until in runs), timedelta())
    due_at, is_late = _due(allowed, runs, hours)
    return Clock(
        kind=kind,
        since=waits[0].since,
        allowed=allowed,
        used=used,
        is_running=any(since <= now and (until is None or now < until) for since, until in runs),
        is_answered=waits[-1].until is not None,
        due_at=due_at,
        is_breached=is_late and due_at is not None and due_at <= now,
    )


def _due(allowed: timedelta, runs: list[Stretch], hours: Hours) -> tuple[datetime | None, bool]:
    """When the time is used up, and whether the clock goes on then: staff who answer at the last moment are in time."""
    left = allowed
    for since, until in runs:
        moment = after(since, left, hours)
        if moment is not None and (until is None or moment < until):
            return moment, True
        if until is None:
            return None, False
        left -= open_between(since, until, hours)
    return None, False


def without(stretch: Stretch, holes: Sequence[Stretch]) -> list[Stretch]:
    """What is left of a stretch of time without `holes`, which may overlap, in order."""
    begin, end = stretch
    left: list[Stretch] = []
    for since, until in sorted(holes, key=lambda hole: hole[0]):
        if end is not None and since >= end:
            break
        if since > begin:
            left.append((begin, since))
        if until is None:
            return left
        begin = max(begin, until)
    if end is None or begin < end:
        left.append((begin, end))
    return left
