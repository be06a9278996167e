"""What an answer by staff means here: the first makes its writer the contact; whoever has answered is on it no longer."""

from __future__ import annotations

from community.accounts.models import Person
from community.core.events import Event
from community.core.extensions import db

from . import claiming, contacts, presence


def follow_up(event: Event) -> None:
    """Witness of replies. Customers' replies cost nothing here."""
    actor = db.session.get(Person, event.actor_id) if event.actor_id else None
    if actor is None or not actor.is_staff or event.thread_id is None:
        return
    contacts.name_first_answerer(event.thread_id, actor)
    claiming.let_go(event.thread_id, actor.id)
    presence.stop_writing(event.thread_id, actor.id)
