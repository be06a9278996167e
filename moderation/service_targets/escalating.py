"""When a target is missed, it is noted, and somebody is told: first whoever owns the thread, an open hour later the role.

A thread without an owner is told of to the role at once. Each step of each wait is taken once, and nobody is told of the
same wait twice, however often targets and calendars change meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from community.accounts.models import Person
from community.accounts.policy import is_suspended
from community.core import clock, events, jobs, mailer
from community.core.events import Action, Event
from community.core.extensions import db, insert, writing
from community.notifications import answering
from community.notifications.models import Notification
from community.notifications.recipients import those_who_may_hear
from community.threads.models import Thread

from .hours import after
from .keeping import needs_staff, targets_of
from .models import ThreadClock

ESCALATE = "targets.escalate"
TELL = "targets.tell"
BATCH = 50
PATIENCE = timedelta(hours=1)
#: Who hears of it when an owner does not act, or there is none.
ROLES = ("moderator", "admin")
TO_OWNER, TO_ROLE = 1, 2

Owner = Callable[[int], int | None]
_asked: list[Owner] = []


def ask_for_owner(function: Owner) -> None:
    """Let `function(thread_id)` say whose thread it is (a person's id, or None). The last one that is named counts."""
    _asked[:] = [function]


def _owner_of(thread_id: int) -> int | None:
    return _asked[0](thread_id) if _asked else None


def _in_role() -> list[int]:
    rows = select(Person.id).where(Person.role.in_(ROLES), Person.disabled_at.is_(None)).order_by(Person.id)
    return list(db.session.scalars(rows))


@jobs.handler(ESCALATE)
def escalate() -> None:
    """Take all steps that are due."""
    while ids := list(db.session.scalars(_due().limit(BATCH))):
        with writing():
            rows = select(ThreadClock).where(ThreadClock.thread_id.in_(ids), ThreadClock.step_at <= clock.now())
            for row in db.session.scalars(rows.order_by(ThreadClock.thread_id).with_for_update()).all():
                _take_step(row)


def _due() -> Select[int]:
    return (
        select(ThreadClock.thread_id)
        .join(Thread, Thread.id == ThreadClock.thread_id)
        .where(ThreadClock.step_at <= clock.now(), needs_staff())
        .order_by(ThreadClock.step_at, ThreadClock.thread_id)
    )


def _take_step(row: ThreadClock) -> None:
    """Note that the time is used up, and record whom to tell."""
    now = clock.now()
    owner = _owner_of(row.thread_id) if row.steps == 0 else None
    step = TO_ROLE if owner is None else TO_OWNER
    row.breached_at = row.breached_at or now
    row.steps, row.escalated_at = step, now
    row.step_at = _later(row, now) if step == TO_OWNER else None
    told = _told_before(row)
    if step not in {event.payload["step"] for event in told}:
        before = {person_id for event in told for person_id in event.payload["told"]}
        whom = [person_id for person_id in ([owner] if owner else _in_role()) if person_id not in before]
        events.record(
            Action.TARGET_BREACHED,
            actor_id=None,
            thread_id=row.thread_id,
            kind=row.kind,
            since=_said(row.started_at),
            due_at=_said(row.due_at),
            step=step,
            told=whom,
        )


def _later(row: ThreadClock, now: datetime) -> datetime | None:
    target = targets_of({row.category_id}).get(row.category_id)
    return after(now, PATIENCE, target.calendar.hours) if target else now + PATIENCE


def _told_before(row: ThreadClock) -> list[Event]:
    """What was recorded of this wait already."""
    rows = select(Event).where(Event.thread_id == row.thread_id, Event.action == Action.TARGET_BREACHED)
    wait = (row.kind, _said(row.started_at))
    return [event for event in db.session.scalars(rows) if (event.payload["kind"], event.payload["since"]) == wait]


def _said(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


@jobs.handler(TELL)
def tell(event_id: int, **_about: Any) -> None:
    """A notification for each person named by the event, and a mail to those with a confirmed address."""
    event = db.session.get(Event, event_id)
    if event is None or event.thread_id is None or not _still_waits(event.thread_id):
        return
    persons = [
        person for person in those_who_may_hear(event.payload["told"], event.thread_id, None) if _works_here(person)
    ]
    if not persons:
        return
    thread = db.session.get_one(Thread, event.thread_id)
    letters = [_letter(event, thread, person) for person in persons if person.is_verified and person.email]
    rows = [_notification(event, person) for person in persons]
    with writing():
        db.session.execute(insert(Notification).on_conflict_do_nothing(), rows)
        mailer.post(letters)


def _works_here(person: Person) -> bool:
    return person.is_staff and not is_suspended(person)


def _notification(event: Event, person: Person) -> dict[str, Any]:
    return {
        "person_id": person.id,
        "event_id": event.id,
        "kind": "breached",
        "thread_id": event.thread_id,
        "at": event.at,
    }


def _letter(event: Event, thread: Thread, person: Person) -> mailer.Letter:
    return mailer.written(
        "breached",
        person.email or "",
        person.language,
        f"event-{event.id}-person-{person.id}",
        person_id=person.id,
        guard="breached",
        guard_arguments={"person_id": person.id, "thread_id": thread.id},
        person=person,
        thread=thread,
        kind=event.payload["kind"],
        due_at=datetime.fromisoformat(event.payload["due_at"]),
        is_owner=event.payload["step"] == TO_OWNER,
        about_thread=thread.id,
        **answering.where(person, thread),
    )


def _still_waits(thread_id: int) -> bool:
    return db.session.scalar(select(Thread.id).where(Thread.id == thread_id, needs_staff())) is not None


@mailer.guard("breached")
def may_still_be_told(person_id: int, thread_id: int) -> bool:
    """Asked again when the mail leaves: somebody may have answered, the person may have left the staff."""
    hearing = those_who_may_hear([person_id], thread_id, None)
    return _still_waits(thread_id) and any(_works_here(person) for person in hearing)
