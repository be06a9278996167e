"""Opening hours: what counts as time when somebody is there. Pure sums over days, never minute by minute.

A moment is open if the clock on the wall (in the calendar's time zone) shows a time within one of the weekday's blocks, and the
date is no holiday. So an hour that a summer-time change skips is never open, and one that it repeats is open twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

#: From and until, in minutes since midnight on the clock; 1440 is the end of the day.
Block = tuple[int, int]
DAY_MINUTES = 24 * 60
DAY = timedelta(days=1)
#: How far `after` looks ahead.
HORIZON = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Hours:
    """A week of blocks (Monday first; several a day, which may touch, overlap or be empty), holidays, a time zone."""

    week: tuple[tuple[Block, ...], ...]
    zone: ZoneInfo
    holidays: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        if any(not 0 <= begin <= end <= DAY_MINUTES for blocks in self.week for begin, end in blocks):
            raise ValueError("a block begins and ends within its day")
        object.__setattr__(self, "week", tuple(merged(blocks) for blocks in self.week))

    @property
    def is_ever_open(self) -> bool:
        """Is there any block at all?"""
        return any(self.week)


def merged(blocks: Iterable[Sequence[int]]) -> tuple[Block, ...]:
    """The same minutes in order, without empty, touching or overlapping blocks."""
    found: list[Block] = []
    for begin, end in sorted((block[0], block[1]) for block in blocks if block[0] < block[1]):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)


def open_between(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """How much open time lies between two moments (aware); nothing if `end` comes first."""
    total = timedelta()
    for opens, closes in _stretches(start.astimezone(UTC), end.astimezone(UTC), hours):
        total += closes - opens
    return total


def after(start: datetime, span: timedelta, hours: Hours) -> datetime | None:
    """The first moment (UTC) by which `span` of open time has passed since `start`; None if that takes over five years."""
    left, begin = span, start.astimezone(UTC)
    if left <= timedelta():
        return begin
    if not hours.is_ever_open:
        return None
    for opens, closes in _stretches(begin, begin + HORIZON, hours):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def _stretches(start: datetime, end: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """The open time between two moments in UTC, in order, cut to them. None overlap."""
    day = start.date()
    while start < end:
        for since, until, offset in _offsets(hours.zone, day):
            yield from _open_within(max(since, start), min(until, end), offset, hours)
        if datetime.combine(day + DAY, datetime.min.time(), UTC) >= end:
            return
        day += DAY


def _open_within(
    start: datetime, end: datetime, offset: timedelta, hours: Hours
) -> Iterator[tuple[datetime, datetime]]:
    """The open time between two moments of one UTC day, while clocks are `offset` ahead of UTC."""
    if start >= end:
        return
    here = (start + offset).date()
    while True:
        midnight = datetime.combine(here, datetime.min.time(), UTC) - offset
        if midnight >= end:
            return
        for begin, until in () if here in hours.holidays else hours.week[here.weekday()]:
            opens = max(midnight + timedelta(minutes=begin), start)
            closes = min(midnight + timedelta(minutes=until), end)
            if opens < closes:
                yield opens, closes
        here += DAY


@lru_cache(maxsize=20_000)
def _offsets(zone: ZoneInfo, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The pieces of a UTC day in which clocks do not change: from, until, how far they are ahead of UTC."""
    start = datetime.combine(day, datetime.min.time(), UTC)
    return tuple(_pieces(zone, start, start + DAY))


def _pieces(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    before, later = _ahead(zone, start), _ahead(zone, end - timedelta(seconds=1))
    if before == later:
        yield start, end, before
        return
    change = _change(zone, start, end, before)
    yield start, change, before
    yield from _pieces(zone, change, end)


def _change(zone: ZoneInfo, start: datetime, end: datetime, before: timedelta) -> datetime:
    """The first second after `start` at which clocks show something else than `before`; halving the stretch each time."""
    while end - start > timedelta(seconds=1):
        middle = start + timedelta(seconds=int((end - start).total_seconds()) // 2)
        start, end = (middle, end) if _ahead(zone, middle) == before else (start, middle)
    return end


def _ahead(zone: ZoneInfo, moment: datetime) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset
