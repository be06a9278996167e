"""A working day, replayed: customers and five moderators act through HTTP, minute by minute, on a clock that moves.

Customers ask, reply, say me too and mark what solved it; moderators look at the queue, take what stands first, answer, hand
over, note, tag, solve and lock; the worker does what is due. What the desk then shows is compared with a computation from
posts and events alone, which shares no line with the program: the walk over every minute of `test_hours_and_timing`.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from community.accounts.models import Person, Session
from community.core import clock
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.core.jobs import Job
from community.core.security import hash_token, new_token
from community.intake.models import Draft
from community.threads.models import Category, Post, Thread
from moderation.models import AuditEntry
from moderation.owning.models import Contact
from moderation.service_targets import keeping
from moderation.service_targets.timing import Facts, Said, Target
from tests.conftest import MONDAY, ON_POSTGRES
from tests.making import Make
from tests.moderation.service_targets.promising import calendar, promise
from tests.moderation.service_targets.test_hours_and_timing import Plan, simulated_clocks
from tests.working import work

CUSTOMERS = (
    100 if ON_POSTGRES else 500
)  # the program is the same on both; the second database is asked for a quieter day
MODERATORS = ("dora", "henning", "imke", "kai", "lena")
START = MONDAY + timedelta(days=1, hours=-2)  # 8:00 in Berlin, on a Tuesday
MINUTES = 600  # until an hour after closing time
MINUTE = timedelta(minutes=1)
HOURS = "Mon-Fri 8:00-12:00, 13:00-17:00"
PLAN = Plan("Europe/Berlin", (((480, 720), (780, 1020)),) * 5 + ((), ()), frozenset())
#: Minutes for the first answer, each later one, and the solution; the last category promises nothing.
PROMISED = {"power": (30, 60, None), "internet": (60, 90, 480), "contract": (None, None, None)}
MEETING = range(290, 410)  # all moderators are away: something must be late
COMPARED = (60, 195, 405, 480, MINUTES)  # when the worker has just looked

pytestmark = pytest.mark.timeout(600)
Act = tuple[str, int, int]


@dataclass
class Day:
    """The day so far: what is to come, who is at it, what was answered, and what staff did."""

    app: Flask
    dice: Random
    customers: list[Person]
    moderators: list[Person]
    minute: int = 0
    plans: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    at_work: dict[int, int] = field(default_factory=dict)
    browsers: dict[int, FlaskClient] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    performed: Counter[Act] = field(default_factory=Counter)
    threads: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    tagged: set[int] = field(default_factory=set)
    _turns: Iterator[int] = field(default_factory=count)

    # --- Time

    def later(self, minutes: int, do: Callable[[], None]) -> None:
        """In so many minutes, if the day lasts as long."""
        heapq.heappush(self.plans, (self.minute + minutes, next(self._turns), do))

    def pass_by(self) -> Iterator[int]:
        """Minute by minute: what was planned happens, and every quarter of an hour the worker looks."""
        for self.minute in range(MINUTES + 1):
            with clock.frozen(START + self.minute * MINUTE):
                while self.plans and self.plans[0][0] <= self.minute:
                    heapq.heappop(self.plans)[2]()
                if self.minute % 15 == 0:
                    with self.app.app_context():
                        self.app.extensions["theke-timetable"].enqueue_due()
                    work()
                yield self.minute

    # --- Through HTTP

    def send(self, person: Person, path: str, **form: object) -> TestResponse:
        """A form."""
        answer = self.browsers[person.id].post(path, data=form)
        self.statuses[answer.status_code] += 1
        return answer

    def page(self, person: Person, path: str) -> str:
        """A page."""
        answer = self.browsers[person.id].get(path)
        self.statuses[answer.status_code] += 1
        return answer.get_data(as_text=True)

    def queue(self, person: Person) -> list[int]:
        """The whole queue as the desk shows it, page by page."""
        found: list[int] = []
        after = ""
        while True:
            page = self.page(person, f"/moderation?after={after}")
            found += cases_on(page)
            if not (more := re.search(r'href="/moderation\?after=([0-9-]+)"', page)):
                return found
            after = more[1]

    # --- Customers

    def asks(self, customer: Person) -> None:
        """The real way of asking: about, description, check."""
        number, room = len(self.threads), self.dice.choice([*PROMISED, "internet"])
        begun = self.send(customer, "/ask", category=room, title=f"Case {number}: it does not work, {customer.name}")
        secret = begun.location.split("/")[2]
        self.send(
            customer,
            f"/ask/{secret}/describe",
            title=f"Case {number}: it does not work, {customer.name}",
            body=f"Since {number} o'clock the box blinks and nothing works any more. I have restarted it twice.",
        )
        db.session.rollback()
        version = db.session.scalar(select(Draft.version).where(Draft.secret == secret))
        posted = self.send(customer, f"/ask/{secret}/check", version=version)
        self.threads.append(int(posted.location.split("/")[2]))

    def joins(self, customer: Person) -> None:
        """Somebody meets a thread of somebody else: has this too, says something, or was helped by an answer."""
        if not self.threads:
            return self.asks(customer)
        thread_id, roll = self.dice.choice(self.threads[-40:]), self.dice.random()
        if roll < 0.3:
            self.send(customer, f"/threads/{thread_id}/me-too")
        elif roll < 0.45 or not self.answered:
            self.send(customer, f"/threads/{thread_id}/replies", body="The same here, since this morning.")
        else:
            self.send(customer, f"/posts/{self.dice.choice(self.answered)}/helpful")
        return None

    def reads_the_answer(self, thread_id: int, post_id: int) -> None:
        """The asker: it was it; or it was not; or nothing."""
        asker, roll = self._asker(thread_id), self.dice.random()
        if roll < 0.45:
            self.send(asker, f"/posts/{post_id}/solution")
        elif roll < 0.7:
            self.send(
                asker,
                f"/threads/{thread_id}/replies",
                body=f"I tried that, and at minute {self.minute} it still does not work.",
            )

    def _asker(self, thread_id: int) -> Person:
        db.session.rollback()
        return db.session.scalars(
            select(Person).join(Thread, Thread.author_id == Person.id).where(Thread.id == thread_id)
        ).one()

    # --- Moderators

    def looks_at_the_desk(self, person: Person) -> None:
        """Take the worst case that nobody is on; now and then try one that a colleague has just taken."""
        self.at_work.pop(person.id, None)
        if self.minute in MEETING:
            return self.later(MEETING.stop - self.minute, lambda: self.looks_at_the_desk(person))
        for case in cases_on(self.page(person, "/moderation")):
            is_taken = case in self.at_work.values()
            if is_taken and self.dice.random() > 0.1:
                continue
            claimed = self.send(person, f"/moderation/threads/{case}/claim").status_code
            assert claimed == (409 if is_taken else 303)
            if not is_taken:
                self.at_work[person.id] = case
                return self.later(self.dice.randint(3, 9), lambda case=case: self.treats(person, case))  # type: ignore[misc]
        return self.later(12, lambda: self.looks_at_the_desk(person))

    def treats(self, person: Person, case: int) -> None:
        """Hand it over; or note, tag, answer, solve, lock."""
        if self.dice.random() > 0.08 or not self.hands_over(person, case):
            self.answers(person, case)
        self.looks_at_the_desk(person)

    def hands_over(self, person: Person, case: int) -> bool:
        """Was it taken? Whoever is the contact already is refused."""
        colleague = self.dice.choice([one for one in self.moderators if one.id != person.id])
        form = {"to": colleague.id, "note": "She called you yesterday."}
        return self.acts(Action.THREAD_HANDED_OVER, person, case, f"/moderation/threads/{case}/hand-over", **form)

    def answers(self, person: Person, case: int) -> None:
        """And what goes with it."""
        chance, desk = self.dice.random, f"/moderation/threads/{case}"
        if chance() < 0.1:
            self.acts(
                Action.NOTE_WRITTEN,
                person,
                case,
                f"{desk}/notes",
                body=f"The line was measured at minute {self.minute}.",
            )
        if chance() < 0.2 and case not in self.tagged:
            self.tagged.add(case)
            self.acts(Action.THREAD_TAGGED, person, case, f"{desk}/tags", tags="router")
        answer = self.send(
            person,
            f"/threads/{case}/replies",
            body=f"Please try the other socket, we measure again in {self.minute} minutes.",
        )
        if answer.status_code != 303:
            return
        db.session.rollback()
        post_id = db.session.scalars(select(func.max(Post.id)).where(Post.thread_id == case)).one()
        self.answered.append(post_id)
        roll = chance()
        if roll < 0.12:
            self.acts(Action.THREAD_SOLVED, person, case, f"/posts/{post_id}/solution")
        elif roll < 0.15:
            self.acts(Action.THREAD_LOCKED, person, case, f"{desk}/lock", reason="This is settled by phone.")
        else:
            self.later(self.dice.randint(15, 120), lambda: self.reads_the_answer(case, post_id))

    def acts(self, action: Action, person: Person, case: int, path: str, **form: object) -> bool:
        """An act for which staff answer: noted if it was done."""
        is_done = self.send(person, path, **form).status_code == 303
        self.performed[action.value, person.id, case] += is_done
        return is_done


def cases_on(page: str) -> list[int]:
    """The cases of a page of the queue, in its order."""
    return list(dict.fromkeys(int(number) for number in re.findall(r'queue-row-link" href="[^"]*?case=(\d+)', page)))


# --- The computation from posts and events alone


@dataclass
class Wait:
    """A thread in which a customer waits."""

    thread_id: int
    since: datetime
    due_at: datetime | None

    @property
    def turn(self) -> tuple[bool, datetime, int]:
        return self.due_at is None, self.due_at or self.since, self.thread_id


def waiting(now: datetime) -> list[Wait]:
    """Who waits at this moment, in the order in which staff should come to them."""
    db.session.rollback()
    rooms = dict(tuple(row) for row in db.session.execute(select(Thread.id, Category.slug).join(Category)))
    said: dict[int, list[Said]] = {thread_id: [] for thread_id in rooms}
    for thread_id, at, by_staff in db.session.execute(
        select(Post.thread_id, Post.created_at, Post.by_staff).order_by(Post.thread_id, Post.number)
    ):
        said[thread_id].append(Said(at, by_staff))
    ended = _ended()
    found = [_wait(number, posts, ended.get(number, []), rooms[number], now) for number, posts in said.items()]
    return sorted((wait for wait in found if wait), key=lambda wait: wait.turn)


def _ended() -> dict[int, list[tuple[datetime, datetime | None]]]:
    """When each thread was solved or locked. Nothing of that is taken back on this day."""
    ends: dict[int, list[tuple[datetime, datetime | None]]] = {}
    is_end = Event.action.in_([Action.THREAD_SOLVED, Action.THREAD_LOCKED])
    for number, at in db.session.execute(
        select(Event.thread_id, func.min(Event.at)).where(is_end).group_by(Event.thread_id)
    ):
        ends[number] = [(at, None)]
    return ends


def _wait(
    thread_id: int, posts: list[Said], over: list[tuple[datetime, datetime | None]], room: str, now: datetime
) -> Wait | None:
    last_answer = max((place for place, post in enumerate(posts) if post.by_staff), default=-1)
    if over or last_answer == len(posts) - 1:
        return None
    target = Target(*(minutes * MINUTE if minutes else None for minutes in PROMISED[room]))
    clocks = simulated_clocks(Facts(tuple(posts)), target, PLAN, now, now + timedelta(days=2)).values()
    due = [one.due_at for one in clocks if one.is_running and one.due_at]
    return Wait(thread_id, posts[last_answer + 1].at, min(due, default=None))


# --- The day


def everybody(names: Sequence[str], role: str) -> list[Person]:
    """As `make.person`, all at once."""
    known_since = clock.ago(days=100)
    common = {"role": role, "language": "en", "created_at": known_since, "email_verified_at": known_since}
    with writing():
        people = [
            Person(name=name, name_key=name, display_name=name, email=address, email_key=address, **common)
            for name in names
            for address in [f"{name}@example.org"]
        ]
        db.session.add_all(people)
    return people


def signed_in(app: Flask, people: list[Person]) -> dict[int, FlaskClient]:
    """As `make.sign_in`, all at once; by the person's id."""
    browsers = {person.id: app.test_client() for person in people}
    with writing():
        for person_id, browser in browsers.items():
            token = new_token()
            times = {"created_at": START, "seen_at": START, "expires_at": START + timedelta(days=7)}
            db.session.add(Session(token_hash=hash_token(token), person_id=person_id, **times))
            with browser.session_transaction() as cookie:
                cookie.update({"_user_id": token, "_fresh": True})
    return browsers


@pytest.fixture
def day(app: Flask, make: Make) -> Day:
    """Its people, what is promised to them, and when they come."""
    admin = make.person("jana", "admin")
    calendar(admin, HOURS, zone=PLAN.zone)
    for slug, (first, following, resolution) in PROMISED.items():
        room = make.category(slug)
        if first:
            promise(admin, room, first, following, resolution)
    dice = Random(4)
    customers = everybody([f"customer-{number}" for number in range(CUSTOMERS)], "customer")
    day = Day(app, dice, customers, everybody(MODERATORS, "moderator"))
    day.browsers = signed_in(app, day.customers + day.moderators)
    for number, customer in enumerate(customers):
        do = day.asks if number % 5 == 0 else day.joins
        day.later(dice.randint(0, MINUTES - 75), lambda do=do, customer=customer: do(customer))  # type: ignore[misc]
    for place, person in enumerate(day.moderators):
        day.later(place, lambda person=person: day.looks_at_the_desk(person))  # type: ignore[misc]
    return day


def test_a_working_day(day: Day) -> None:
    """Nobody is unheard, the queue says what posts and events say, nothing fails, and every act of staff is in the log."""
    late: set[int] = set()
    longest = timedelta()
    for minute in day.pass_by():
        if minute in COMPARED:
            now = clock.now()
            expected = waiting(now)
            assert day.queue(day.moderators[0]) == [wait.thread_id for wait in expected]
            late |= {wait.thread_id for wait in expected if wait.due_at and wait.due_at <= now}
            longest = max([longest, *(now - wait.since for wait in expected)])

    unheard = [wait for wait in waiting(START + MINUTES * MINUTE) if not _is_heard(wait)]
    assert unheard == []
    assert max(day.statuses) < 500, day.statuses
    logged = db.session.execute(
        select(AuditEntry.act, AuditEntry.actor_id, AuditEntry.thread_id).where(AuditEntry.thread_id.is_not(None))
    )
    assert Counter((act, actor_id, thread_id) for act, actor_id, thread_id in logged) == day.performed
    missed = select(Event.thread_id).where(Event.action == Action.TARGET_BREACHED)
    noticed = set(db.session.scalars(missed))
    assert late
    assert late <= noticed
    assert db.session.scalar(select(func.count()).select_from(Job).where(Job.dead_at.is_not(None))) == 0
    assert keeping.mend() == 0
    posts = db.session.scalar(select(func.count()).select_from(Post))
    print(
        f"{CUSTOMERS} customers, {len(day.threads)} threads, {posts} posts, {sum(day.performed.values())} acts,"
        f" {sum(day.statuses.values())} requests, {day.statuses[409]} conflicts, {len(noticed)} breaches,"
        f" longest wait seen {longest}, {len(expected)} wait in the evening"
    )


def _is_heard(wait: Wait) -> bool:
    """Somebody answers for it, or staff have time left, or promised none."""
    is_owned = db.session.get(Contact, wait.thread_id) is not None
    return is_owned or wait.due_at is None or wait.due_at > START + MINUTES * MINUTE
