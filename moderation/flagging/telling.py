"""Whoever flagged a post hears on their page what staff decided, and by no mail.

They may no longer read what was hidden: so it is told of the thread, or of nothing by name if the thread is hidden, too.
"""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from community.accounts.models import Person
from community.core import jobs
from community.core.events import Action, Event
from community.core.extensions import db, insert, writing
from community.notifications.kinds import Kind
from community.notifications.models import Notification
from community.notifications.recipients import those_who_may_hear, thread_of
from community.threads.addresses import permalink_of
from community.threads.visibility import visible_post

JOB = "flags.tell"
UPHELD, UPHELD_UNNAMED, DISMISSED = "flag_upheld", "flag_upheld_unnamed", "flag_dismissed"


@jobs.handler(JOB)
def tell(event_id: int, thread_id: int | None, post_id: int | None) -> None:
    """Tell those whose flags were decided. Twice is once."""
    event = db.session.get(Event, event_id)
    if event is None:
        return
    told = [person_id for person_id in event.payload["told"] if person_id != event.actor_id]
    place = thread_of(event)
    here = {person.id for person in those_who_may_hear(told, place, None)}
    is_upheld = event.action == Action.FLAG_UPHELD
    rows = [_row(event, person_id, UPHELD if is_upheld else DISMISSED, place) for person_id in sorted(here)]
    if is_upheld:
        others = {person.id for person in those_who_may_hear(told, None, None)} - here
        rows += [_row(event, person_id, UPHELD_UNNAMED, None) for person_id in sorted(others)]
    if rows:
        with writing():
            db.session.execute(insert(Notification).on_conflict_do_nothing(), rows)


def _row(event: Event, person_id: int, kind: str, thread_id: int | None) -> dict[str, object]:
    return {
        "person_id": person_id,
        "event_id": event.id,
        "kind": kind,
        "thread_id": thread_id,
        "actor_id": event.actor_id,
        "at": event.at,
    }


def leads_to(row: Notification, reader: Person) -> str | None:
    """To the post if it can be read, else to its thread; where neither is left, back to the notifications."""
    event = db.session.get(Event, row.event_id)
    if event is not None and event.post_id is not None and visible_post(event.post_id, reader) is not None:
        return permalink_of(event.post_id)
    return url_for("notifications.index") if row.thread_id is None else None


KINDS = (
    Kind(UPHELD, _l("%(who)s looked at your flag in “%(title)s” and hid the post"), leads_to),
    Kind(UPHELD_UNNAMED, _l("%(who)s looked at your flag and hid the thread"), leads_to),
    Kind(DISMISSED, _l("%(who)s looked at your flag in “%(title)s” and left the post as it is"), leads_to),
)
