"""Opening hours and clocks, against a simulation that walks every single minute and asks the clock on the wall.

The simulation shares no line with the program: it knows minutes, a wall clock and a list of posts, and adds up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.service_targets.hours import Hours, after, merged, open_between
from moderation.service_targets.timing import Facts, Kind, Said, Target, clocks, running, without

EXAMPLES = 500
MINUTE = timedelta(minutes=1)
ZONES = ("Europe/Berlin", "Australia/Lord_Howe")  # the second one moves its clocks by half an hour, in the other months
#: Around these, clocks change (both ways, in both zones), a year ends, nothing happens.
AROUND = (
    datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC),
)  # fmt: skip

# --- The simulation


@dataclass(frozen=True)
class Plan:
    """Opening hours as somebody would write them down."""

    zone: str
    week: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date]

    def hours(self) -> Hours:
        return Hours(week=self.week, zone=ZoneInfo(self.zone), holidays=self.holidays)

    def is_open(self, moment: datetime) -> bool:
        day, weekday, minute = wall(self.zone, moment)
        return day not in self.holidays and any(begin <= minute < end for begin, end in self.week[weekday])


@lru_cache(maxsize=200_000)
def wall(zone: str, moment: datetime) -> tuple[date, int, int]:
    shown = moment.astimezone(ZoneInfo(zone))
    return shown.date(), shown.weekday(), shown.hour * 60 + shown.minute


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += MINUTE


def simulated_open(start: datetime, end: datetime, plan: Plan) -> timedelta:
    return sum(plan.is_open(moment) for moment in minutes(start, end)) * MINUTE


def simulated_after(start: datetime, span: timedelta, plan: Plan, until: datetime) -> datetime | None:
    passed = timedelta()
    for moment in minutes(start, until):
        if passed >= span:
            return moment
        passed += plan.is_open(moment) * MINUTE
    return until if passed >= span else None


@dataclass
class Simulated:
    """What one clock showed."""

    since: datetime
    used: timedelta = timedelta()
    due_at: datetime | None = None
    is_running: bool = False


def simulated_clocks(facts: Facts, target: Target, plan: Plan, now: datetime, until: datetime) -> dict[Kind, Simulated]:
    """Walk from the first post to `until`; what was used is counted up to `now` only."""
    found: dict[Kind, Simulated] = {}
    spent: dict[Kind, timedelta] = {}
    waits_since: datetime | None = None
    answered = False
    posts = list(facts.posts)
    for moment in minutes(posts[0].at if posts else now, until):
        while posts and posts[0].at <= moment:
            post = posts.pop(0)
            if post.by_staff:
                waits_since, answered = None, True
            elif waits_since is None:
                waits_since = post.at
                kind = Kind.NEXT if answered else Kind.FIRST
                found[kind], spent[kind] = Simulated(post.at), timedelta()
                if Kind.RESOLUTION not in found:
                    found[Kind.RESOLUTION], spent[Kind.RESOLUTION] = Simulated(post.at), timedelta()
        is_over = any(since <= moment and (end is None or moment < end) for since, end in facts.over)
        runs = waits_since is not None and not is_over
        for kind, one in found.items():
            allowed = target.of(kind)
            goes = runs and (kind is Kind.RESOLUTION or (kind is Kind.NEXT) == answered)
            if moment == now:
                one.is_running = goes
            if not goes or allowed is None:
                continue
            if one.due_at is None and spent[kind] >= allowed:
                one.due_at = moment
            spent[kind] += plan.is_open(moment) * MINUTE
            if moment < now:
                one.used += plan.is_open(moment) * MINUTE
    return {kind: one for kind, one in found.items() if target.of(kind) is not None}


# --- What is tried

minute_of_day = st.one_of(st.integers(0, 1440), st.sampled_from([0, 60, 90, 120, 150, 180, 480, 720, 1080, 1440]))
#: Empty, touching and overlapping ones come by themselves.
block = st.tuples(minute_of_day, minute_of_day).map(lambda ends: (min(ends), max(ends)))
day_of_blocks = st.one_of(st.lists(block, max_size=3).map(tuple), st.just(((0, 1440),)))
near = st.builds(
    lambda moment, offset: moment + offset * MINUTE, st.sampled_from(AROUND), st.integers(-2 * 1440, 2 * 1440)
)
plans = st.builds(
    Plan,
    zone=st.sampled_from(ZONES),
    week=st.lists(day_of_blocks, min_size=7, max_size=7).map(tuple),
    holidays=st.lists(near.map(datetime.date), max_size=2).map(frozenset),
)
lengths = st.integers(0, 2 * 1440).map(lambda number: number * MINUTE)
spans = st.one_of(st.integers(0, 180), st.integers(0, 1500), st.integers(0, 8).map(lambda number: number * 60)).map(
    lambda number: number * MINUTE
)
many = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)


@many
@given(plan=plans, start=near, length=lengths)
def test_open_time_is_what_walking_every_minute_finds(plan: Plan, start: datetime, length: timedelta) -> None:
    assert open_between(start, start + length, plan.hours()) == simulated_open(start, start + length, plan)


@many
@given(plan=plans, start=near, span=spans)
def test_the_moment_is_the_first_one_by_which_so_much_open_time_has_passed(
    plan: Plan, start: datetime, span: timedelta
) -> None:
    until = start + timedelta(days=2)
    expected = simulated_after(start, span, plan, until)
    found = after(start, span, plan.hours())
    if expected is None:
        assert found is None or found > until
    else:
        assert found == expected


@many
@given(plan=plans, start=near, seconds=st.tuples(st.integers(0, 400_000), st.integers(0, 400_000)))
def test_seconds_are_kept_and_parts_add_up(plan: Plan, start: datetime, seconds: tuple[int, int]) -> None:
    hours = plan.hours()
    middle = start + timedelta(seconds=seconds[0])
    end = middle + timedelta(seconds=seconds[1])
    whole = open_between(start, end, hours)
    assert open_between(start, middle, hours) + open_between(middle, end, hours) == whole
    arrived = after(start, whole, hours)
    assert arrived is not None
    assert arrived <= end
    assert open_between(start, arrived, hours) == whole
    if whole:
        assert open_between(start, arrived - timedelta(seconds=1), hours) < whole


@st.composite
def stories(draw: st.DrawFn) -> tuple[Facts, datetime]:
    """Posts and stretches in which the thread was over, on minutes of two days; and a moment after them."""
    start, grid = draw(near), draw(st.sampled_from([1, 60]))  # on a grid, things happen at the same moment
    moments = sorted(grid * number for number in draw(st.lists(st.integers(0, 1440 // grid), min_size=1, max_size=6)))
    posts = tuple(Said(start + number * MINUTE, draw(st.booleans())) for number in moments)
    now = start + grid * draw(st.integers(moments[-1] // grid, 2 * 1440 // grid)) * MINUTE
    over = []
    for _stretch in range(draw(st.integers(0, 2))):
        since = start + grid * draw(st.integers(0, 1440 // grid)) * MINUTE
        over.append((since, draw(st.one_of(st.none(), st.integers(0, 900).map(lambda number: number * MINUTE)))))
    return Facts(posts, tuple((since, None if length is None else since + length) for since, length in over)), now


targets = st.builds(Target, first=st.none() | spans, next=st.none() | spans, resolution=st.none() | spans)


@many
@given(plan=plans, story=stories(), target=targets)
def test_every_clock_shows_what_walking_every_minute_finds(
    plan: Plan, story: tuple[Facts, datetime], target: Target
) -> None:
    facts, now = story
    until = now + timedelta(days=1)
    expected = simulated_clocks(facts, target, plan, now, until)
    found = {clock.kind: clock for clock in clocks(facts, target, plan.hours(), now)}
    assert set(found) == set(expected)
    for kind, clock in found.items():
        seen = expected[kind]
        assert (clock.since, clock.used, clock.is_running) == (seen.since, seen.used, seen.is_running)
        if seen.due_at is None:
            assert clock.due_at is None or clock.due_at >= until
        else:
            assert clock.due_at == seen.due_at
        assert clock.is_breached == (seen.due_at is not None and seen.due_at <= now)


@many
@given(plan=plans, story=stories(), target=targets, more=st.integers(0, 3000))
def test_a_clock_that_runs_on_never_changes_when_it_is_due(
    plan: Plan, story: tuple[Facts, datetime], target: Target, more: int
) -> None:
    facts, now = story
    early = clocks(facts, target, plan.hours(), now)
    late = clocks(facts, target, plan.hours(), now + more * MINUTE)
    assert [clock.due_at for clock in early] == [clock.due_at for clock in late]


# --- By hand

OFFICE = Hours(
    week=(((480, 750), (810, 1080)),) * 5 + ((), ()),
    zone=ZoneInfo("Europe/Berlin"),
    holidays=frozenset({date(2026, 12, 25)}),
)
ROUND_THE_CLOCK = Hours(week=(((0, 1440),),) * 7, zone=ZoneInfo("Europe/Berlin"))


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin"))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (berlin(2026, 11, 16, 9), 60, berlin(2026, 11, 16, 10)),
        (berlin(2026, 11, 16, 12), 60, berlin(2026, 11, 16, 14)),  # over lunch
        (berlin(2026, 11, 16, 17, 30), 60, berlin(2026, 11, 17, 8, 30)),  # over night
        (berlin(2026, 11, 20, 17, 59), 2, berlin(2026, 11, 23, 8, 1)),  # over a weekend
        (berlin(2026, 12, 24, 18), 1, berlin(2026, 12, 28, 8, 1)),  # over Christmas, which begins a weekend
        (berlin(2026, 11, 16, 3), 540, berlin(2026, 11, 16, 18)),  # a whole day, to its last minute
    ],
)
def test_office_hours(start: datetime, minutes: int, due: datetime) -> None:
    found = after(start, minutes * MINUTE, OFFICE)
    assert found == due
    assert found.tzinfo is UTC


@pytest.mark.parametrize(("day", "length"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)])
def test_days_have_23_and_25_hours_when_clocks_change(day: tuple[int, int, int], length: int) -> None:
    midnight = berlin(*day)
    next_midnight = berlin(*day) + timedelta(days=1)  # the same time on the wall
    assert open_between(midnight, next_midnight, ROUND_THE_CLOCK) == timedelta(hours=length)


def test_a_repeated_hour_is_open_twice_and_a_skipped_one_never() -> None:
    night = Hours(week=((), (), (), (), (), (), ((120, 180),)), zone=ZoneInfo("Europe/Berlin"))
    assert open_between(berlin(2026, 10, 25), berlin(2026, 10, 26), night) == timedelta(hours=2)
    assert open_between(berlin(2026, 3, 29), berlin(2026, 3, 30), night) == timedelta()


def test_a_calendar_that_never_opens_is_never_due() -> None:
    never = Hours(week=(((480, 480),),) * 7, zone=ZoneInfo("Europe/Berlin"))
    assert not never.is_ever_open
    assert after(berlin(2026, 11, 16), MINUTE, never) is None
    assert after(berlin(2026, 11, 16), timedelta(), never) == berlin(2026, 11, 16)
    assert open_between(berlin(2026, 1, 1), berlin(2027, 1, 1), never) == timedelta()


def test_what_takes_more_than_five_years_is_never_due() -> None:
    seldom = Hours(week=(((480, 481),), (), (), (), (), (), ()), zone=ZoneInfo("Europe/Berlin"))
    assert after(berlin(2026, 11, 16), 200 * MINUTE, seldom) is not None
    assert after(berlin(2026, 11, 16), 300 * MINUTE, seldom) is None


def test_backwards_is_nothing() -> None:
    assert open_between(berlin(2026, 11, 17), berlin(2026, 11, 16), ROUND_THE_CLOCK) == timedelta()


def test_a_year_takes_no_longer_than_a_blink() -> None:
    """Days are added up, not minutes: ten years of office hours ask for some thousand sums."""
    open_time = open_between(berlin(2020, 1, 1), berlin(2030, 1, 1), OFFICE)
    assert timedelta(days=900) < open_time < timedelta(days=1000)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([], ()), ([(5, 5)], ()), ([(1, 2), (2, 3)], ((1, 3),)), ([(4, 9), (1, 5)], ((1, 9),)),
        ([(1, 9), (3, 4)], ((1, 9),)), ([(1, 2), (4, 5)], ((1, 2), (4, 5))),
    ],
)  # fmt: skip
def test_blocks_that_touch_or_overlap_are_one(
    blocks: Sequence[tuple[int, int]], expected: tuple[tuple[int, int], ...]
) -> None:
    assert merged(blocks) == expected


@pytest.mark.parametrize("week", [((),) * 6, (((-1, 5),),) + ((),) * 6, (((5, 1441),),) + ((),) * 6, (((9, 8),),) * 7])
def test_no_week_is_no_week(week: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    with pytest.raises(ValueError, match=r"week|block"):
        Hours(week=week, zone=ZoneInfo("UTC"))


def at(hour: int, minute: int = 0) -> datetime:
    return berlin(2026, 11, 16, hour, minute)


PROMISE = Target(first=timedelta(hours=1), next=timedelta(hours=2), resolution=timedelta(hours=4))


def by_kind(facts: Facts, now: datetime) -> dict[Kind, object]:
    return {clock.kind: clock.due_at for clock in running(facts, PROMISE, OFFICE, now)}


def test_a_new_thread_has_a_first_response_and_a_resolution_to_come() -> None:
    facts = Facts((Said(at(9), by_staff=False),))
    assert by_kind(facts, at(9, 30)) == {Kind.FIRST: at(10), Kind.RESOLUTION: at(14)}
    assert [clock.kind for clock in running(facts, PROMISE, OFFICE, at(9, 30))] == [Kind.FIRST, Kind.RESOLUTION]


def test_the_clock_stands_while_waiting_for_the_customer() -> None:
    facts = Facts((Said(at(9), by_staff=False), Said(at(9, 30), by_staff=True)))
    assert by_kind(facts, at(16)) == {}
    again = Facts((*facts.posts, Said(at(14), by_staff=False)))
    assert by_kind(again, at(16)) == {Kind.NEXT: at(16), Kind.RESOLUTION: at(17, 30)}


def test_another_post_of_a_customer_gives_no_more_time() -> None:
    facts = Facts((Said(at(9), by_staff=False), Said(at(9, 50), by_staff=False)))
    assert by_kind(facts, at(9, 55))[Kind.FIRST] == at(10)


def test_the_clock_stands_while_the_thread_is_over_and_goes_on_when_it_is_opened_again() -> None:
    facts = Facts((Said(at(9), by_staff=False),), ((at(9, 30), None),))
    assert by_kind(facts, at(11)) == {}
    reopened = Facts(facts.posts, ((at(9, 30), at(11)),))
    assert by_kind(reopened, at(11)) == {Kind.FIRST: at(11, 30), Kind.RESOLUTION: at(15, 30)}


def test_an_answer_at_the_last_moment_is_in_time_and_one_after_it_is_late() -> None:
    for minute, is_late in ((0, False), (1, True)):
        facts = Facts((Said(at(9), by_staff=False), Said(at(10, minute), by_staff=True)))
        (first,) = [clock for clock in clocks(facts, PROMISE, OFFICE, at(12)) if clock.kind is Kind.FIRST]
        assert first.is_breached is is_late
        assert first.used == timedelta(hours=1, minutes=minute)


def test_without_a_target_no_clock_runs() -> None:
    assert clocks(Facts((Said(at(9), by_staff=False),)), Target(), OFFICE, at(10)) == []


def test_a_thread_without_posts_has_no_clocks() -> None:
    assert clocks(Facts(()), PROMISE, OFFICE, at(10)) == []


def test_holes_may_overlap_and_lie_outside() -> None:
    holes = [(at(8), at(8, 30)), (at(10), at(11)), (at(10, 30), at(12)), (at(14), None)]
    assert without((at(9), at(15)), holes) == [(at(9), at(10)), (at(12), at(14))]
    assert without((at(9), None), holes[:1]) == [(at(9), None)]
    assert without((at(10), at(11)), holes) == []
