"""Who hears of private details: a customer who is asked for some, and of what staff wrote down or removed; staff whose
request was answered. That there is something is told, never what it says: the mail holds the names of the kinds alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from community.accounts.models import Person
from community.accounts.permissions import Verb, may
from community.case_file import asking
from community.case_file.models import DetailRequest
from community.core import jobs, mailer
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.notifications import kinds, notifying
from community.notifications.models import Notification
from community.notifications.recipients import those_who_may_hear
from community.threads.models import Thread

JOB = "details.tell"
ASKED, WRITTEN_DOWN, ANSWERED = "details_asked", "detail_written_down", "details_told"
REMOVED = {
    "wrong": _l("%(who)s deleted a private detail of yours in “%(title)s”: it was wrong"),
    "twice": _l("%(who)s deleted a private detail of yours in “%(title)s”: it was there twice"),
    "not_needed": _l("%(who)s deleted a private detail of yours in “%(title)s”: it is not needed"),
    "asked": _l("%(who)s deleted a private detail of yours in “%(title)s”, as you asked"),
}

#: Says the address to which this person can answer in private about this thread; None: there is none.
Address = Callable[[Person, Thread], str | None]
_address: list[Address] = []


def address_comes_from(function: Address) -> None:
    """`function(person, thread)` makes the private address that mails name. The last one that is named counts."""
    _address[:] = [function]


@jobs.handler(JOB)
def tell(event_id: int, **_about: Any) -> None:
    """A notification for whoever it concerns; a mail as well for a customer who is asked. Twice is once."""
    event = db.session.get(Event, event_id)
    if event is None or event.thread_id is None or event.person_id is None:
        return
    persons, kind = _concerned(event, event.person_id)
    hearing = those_who_may_hear(persons, event.thread_id, None)
    letters = _letters(event, hearing) if kind == ASKED else []
    with writing():
        notifying.tell_on_page(event, hearing, kind)
        mailer.post(letters)


def _concerned(event: Event, person_id: int) -> tuple[list[int], str]:
    """Who hears of it, and as what."""
    is_own = event.actor_id == person_id
    if event.action == Action.DETAIL_ASKED:
        return [] if is_own else [person_id], ASKED
    if event.action == Action.DETAIL_REMOVED:
        ground = event.payload.get("ground")
        return [person_id] if ground and not is_own else [], f"detail_removed_{ground}"
    if event.payload.get("source") == "staff":
        return [] if is_own else [person_id], WRITTEN_DOWN
    return _who_asked(event) if event.payload.get("source") in ("thread", "mail") else [], ANSWERED


def _who_asked(event: Event) -> list[int]:
    """Those of the staff who asked for details of the case, and may read them still."""
    thread = db.session.get_one(Thread, event.thread_id)
    asked = select(DetailRequest.by_id).where(
        DetailRequest.thread_id == thread.id, DetailRequest.person_id == event.person_id
    )
    found = db.session.scalars(select(Person).where(Person.id.in_(asked), Person.id != event.actor_id))
    return [person.id for person in found if may(person, Verb.DETAILS, thread.category_id)]


def _letters(event: Event, persons: list[Person]) -> list[mailer.Letter]:
    thread = db.session.get_one(Thread, event.thread_id)
    return [_letter(event, thread, person) for person in persons if person.is_verified and person.email]


def _letter(event: Event, thread: Thread, person: Person) -> mailer.Letter:
    return mailer.written(
        "details_asked",
        person.email or "",
        person.language,
        f"event-{event.id}-person-{person.id}",
        person_id=person.id,
        guard="details_asked",
        guard_arguments={"request_id": event.payload["request"]},
        person=person,
        thread=thread,
        kinds=[kind for kind in event.payload["kinds"] if kind != asking.QUESTION],
        has_question=asking.QUESTION in event.payload["kinds"],
        private_address=_address[0](person, thread) if _address else None,
    )


@mailer.guard("details_asked")
def is_still_asked(request_id: int) -> bool:
    """Asked again when the mail leaves: it may have been answered, the thread taken away."""
    row = db.session.get(DetailRequest, request_id)
    return (
        row is not None and row.answered_at is None and bool(those_who_may_hear([row.person_id], row.thread_id, None))
    )


def _leads_to_case(row: Notification, reader: Person) -> str | None:
    return url_for("case_file.one", thread_id=row.thread_id) if row.thread_id else None


def _leads_to_desk(row: Notification, reader: Person) -> str | None:
    return url_for("details.closed", thread_id=row.thread_id) if row.thread_id else None


def add_kinds() -> None:
    """What these notifications say, and where they lead."""
    for_customers = {
        ASKED: _l("%(who)s asks you for private details in “%(title)s”"),
        WRITTEN_DOWN: _l("%(who)s wrote down a private detail of yours in “%(title)s”"),
        **{f"detail_removed_{ground}": sentence for ground, sentence in REMOVED.items()},
    }
    for name, sentence in for_customers.items():
        kinds.add(kinds.Kind(name, sentence, leads_to=_leads_to_case))
    told = _l("%(who)s told private details in “%(title)s”")
    kinds.add(kinds.Kind(ANSWERED, told, leads_to=_leads_to_desk, staff_only=True))
