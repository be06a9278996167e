"""What became of an appeal is told to who made it, with the reason, and on their page to those whose decision it was about."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select

from community.accounts.models import Person
from community.core import jobs, mailer
from community.core.events import Event
from community.core.extensions import db, insert, writing
from community.notifications.models import Notification

from . import queries
from .models import Appeal

TELL = "appeals.tell"
GRANTED, DENIED, REVIEWED = "appeal_granted", "appeal_denied", "appeal_reviewed"


@jobs.handler(TELL)
def tell(event_id: int, **_about: Any) -> None:
    """A notification for each of them, a mail for the appellant."""
    event = db.session.get(Event, event_id)
    appeal = queries.appeal(event.payload["appeal"]) if event else None
    if event is None or appeal is None or appeal.outcome is None:
        return
    rows = [_notification(event, person_id, REVIEWED) for person_id in _still_staff(appeal.against, but=event.actor_id)]
    letters = []
    if (appellant := appeal.appellant) is not None and appellant.is_active:
        rows.append(_notification(event, appellant.id, GRANTED if appeal.outcome == "granted" else DENIED))
        letters = [_letter(event, appeal, appellant)] if appellant.email and appellant.is_verified else []
    if rows:
        with writing():
            db.session.execute(insert(Notification).on_conflict_do_nothing(), rows)
            mailer.post(letters)


def _still_staff(person_ids: list[int], but: int | None) -> list[int]:
    here = select(Person).where(Person.id.in_(person_ids), Person.disabled_at.is_(None)).order_by(Person.id)
    return [person.id for person in db.session.scalars(here) if person.is_staff and person.id != but]


def _notification(event: Event, person_id: int, kind: str) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "event_id": event.id,
        "kind": kind,
        "actor_id": event.actor_id,
        "at": event.at,
    }


def _letter(event: Event, appeal: Appeal, person: Person) -> mailer.Letter:
    return mailer.written(
        "appeal_decided",
        person.email or "",
        person.language,
        f"event-{event.id}-person-{person.id}",
        person_id=person.id,
        person=person,
        appeal=appeal,
    )


def leads_to(row: Notification, reader: Person) -> str | None:
    """The appellant's page of the appeal, or its page at the desk."""
    event = db.session.get_one(Event, row.event_id)
    if row.kind == REVIEWED:
        return url_for("appeals.case", appeal_id=event.payload["appeal"])
    return url_for("appeals.one", appeal_id=event.payload["appeal"])
