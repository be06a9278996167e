"""The asker of a solved thread gets one mail: that it is solved, and two questions to be answered by a tap.

It stands for the mail that other followers get of the solution, so nobody is written to twice about one fact. Nobody is asked at
night: what falls between 21:00 and 8:00 waits for the morning (the page tells of the solution at once). Who marked the solution
themselves is asked on the thread's page, and by mail only if an hour later they have not answered there. A thread is asked about
once, however often marks are set and taken back, and once more after each reopening. Who unfollowed is left alone.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select

from ..accounts.models import Person
from ..core import clock, jobs, mailer
from ..core.events import Action, Event
from ..core.extensions import db, writing
from ..core.mailer import Mail
from ..core.text import excerpt
from ..threads.models import Post, Thread
from ..threads.rating import links, policy, queries
from ..threads.visibility import post_is_readable_by, visible_thread
from .following import is_following

JOB = "notifications.ask_for_rating"
MORNING, EVENING = time(8), time(21)
#: So long whoever marked the solution has time to answer on the page.
TIME_ON_PAGE = timedelta(hours=1)
EXCERPT = 600


def tells(person: Person, kind: str, thread: Thread) -> bool:
    """Is this person told of the solution by the mail that asks, and so by no other?"""
    return kind == "solved" and policy.can_rate(person, thread)


def wait_for_day(now: datetime, zone: ZoneInfo) -> timedelta:
    """How long until nobody is woken: nothing by day, else until the next morning in `zone`."""
    here = now.astimezone(zone)
    if MORNING <= here.time() < EVENING:
        return timedelta()
    day = here.date() + timedelta(days=1 if here.time() >= EVENING else 0)
    return datetime.combine(day, MORNING, zone).astimezone(now.tzinfo) - now


@jobs.handler(JOB)
def ask(event_id: int, thread_id: int | None, post_id: int | None) -> None:
    """Mail the questions, once. Raises NotYet at night, and while the asker may still answer on the page."""
    event = db.session.get(Event, event_id)
    thread = db.session.get(Thread, _thread_now(thread_id, post_id))
    if event is None or thread is None or ("part_of" in event.payload and "is_told" not in event.payload):
        return
    asker = db.session.get_one(Person, thread.author_id)
    key = f"rating-{thread.id}-{_times_reopened(thread.id, event.id)}"
    if not may_still_be_asked(asker.id, thread.id) or _was_asked(key):
        return
    by_asker = event.actor_id == asker.id
    if wait := _wait(event, by_asker=by_asker):
        raise jobs.NotYet(wait.total_seconds())
    if not (by_asker and queries.rating_of(thread)):
        _mail(event, thread, asker, key)


def _thread_now(thread_id: int | None, post_id: int | None) -> int | None:
    """Where the solution stands now: its thread may have become part of another."""
    return db.session.scalar(select(Post.thread_id).where(Post.id == post_id)) or thread_id


def _wait(event: Event, *, by_asker: bool) -> timedelta:
    ready = max(clock.now(), event.at + TIME_ON_PAGE) if by_asker else clock.now()
    return ready - clock.now() + wait_for_day(ready, ZoneInfo(current_app.config["TIMEZONE"]))


def _times_reopened(thread_id: int, before_id: int) -> int:
    rows = select(func.count()).where(
        Event.thread_id == thread_id, Event.action == Action.THREAD_REOPENED, Event.id < before_id
    )
    return db.session.scalar(rows) or 0


def _was_asked(key: str) -> bool:
    return db.session.scalar(select(Mail.id).where(Mail.key == key)) is not None


def _mail(event: Event, thread: Thread, asker: Person, key: str) -> None:
    with writing():
        link = links.new_link(thread, asker)
    letter = mailer.written(
        "rating",
        asker.email or "",
        asker.language,
        key,
        person_id=asker.id,
        guard="rating",
        guard_arguments={"person_id": asker.id, "thread_id": thread.id},
        person=asker,
        thread=thread,
        link=link,
        **_of_solution(event, asker),
    )
    with writing():
        mailer.post([letter])


def _of_solution(event: Event, asker: Person) -> dict[str, Any]:
    """Who marked it, if somebody else did, and the beginning of the reply that solved it, if it can be read still."""
    readable = select(Post).join(Post.thread).where(Post.id == event.post_id, post_is_readable_by(asker))
    post = db.session.scalar(readable)
    by_another = event.actor_id is not None and event.actor_id != asker.id
    return {
        "actor": db.session.get(Person, event.actor_id) if by_another else None,
        "post": post,
        "excerpt": excerpt(post.plain, EXCERPT) if post and by_another else "",
    }


@mailer.guard("rating")
def may_still_be_asked(person_id: int, thread_id: int) -> bool:
    """Asked again when the mail leaves: it is solved still, and theirs, they can see it, and want to hear of it."""
    person = db.session.get_one(Person, person_id)
    thread = visible_thread(thread_id, person)
    if thread is None or not (person.is_verified and person.email):
        return False
    return policy.can_rate(person, thread) and bool(is_following(thread, person))
