"""The person hears of it: on their page, and by mail if they have a confirmed address, with term, reason and the way to appeal.

The mail also goes to whoever is suspended: it may be the only thing of ours that they read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, url_for

from community.accounts.models import Person
from community.core import jobs, mailer
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.notifications import notifying
from community.notifications.models import Notification

JOB = "sanctions.tell"
KINDS = {
    Action.PERSON_WARNED: "warned",
    Action.PERSON_SILENCED: "silenced",
    Action.PERSON_SUSPENDED: "suspended",
    Action.PERSON_SANCTION_LIFTED: "sanction_lifted",
}


@jobs.handler(JOB)
def tell(event_id: int, **_about: Any) -> None:
    """Tell whom the event is about, unless they are told of a greater act that it is part of. Twice is once."""
    event = db.session.get(Event, event_id)
    person = db.session.get(Person, event.person_id) if event is not None and event.person_id else None
    if event is None or person is None or not person.is_active or "part_of" in event.payload:
        return
    letters = [_letter(event, person)] if person.is_verified and person.email else []
    with writing():
        notifying.tell_on_page(event, [person], KINDS[Action(event.action)])
        mailer.post(letters)


def _letter(event: Event, person: Person) -> mailer.Letter:
    kind = KINDS[Action(event.action)]
    about = event.payload["after"] or event.payload["before"]
    return mailer.written(
        "sanction_lifted" if kind == "sanction_lifted" else "sanctioned",
        person.email or "",
        person.language,
        f"event-{event.id}-person-{person.id}",
        person_id=person.id,
        person=person,
        kind=about["kind"],
        ends_at=datetime.fromisoformat(about["ends_at"]) if about["ends_at"] else None,
        reason=event.reason,
        standing_link=f"{current_app.config['BASE_URL']}/settings/standing",
        company_address=current_app.config["MAIL_FROM"],
    )


def leads_to(row: Notification, reader: Person) -> str:
    """Where the reasons stand."""
    return url_for("standing.index")
