"""How claims, contacts and presence hang in the app: addresses, witnesses, and what pages may ask.

Templates of the forum show the contact by the global `contact_of`; it changes the thread's version, so kept pages follow.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from flask_login import current_user

from community.accounts.models import Person
from community.core import events
from community.core.events import Action
from community.threads import queries
from community.threads.models import Thread

from . import answering, claiming, contacts, duty, models, owners, routes
from .signs import Signs, signs_of

__all__ = ["init_app", "models"]


def _signs(threads: Sequence[Thread]) -> dict[int, Signs]:
    return signs_of([thread.id for thread in threads], current_user)


def _colleagues() -> list[tuple[Person, bool]]:
    """Everyone a thread can be handed to, and whether they are on duty."""
    absent = duty.off_duty()
    return [(person, person.id not in absent) for person in queries.staff()]


def _is_on_duty() -> bool:
    return duty.is_on_duty(current_user)


def init_app(app: Flask) -> None:
    """The addresses, the witnesses, the template globals."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(
        contact_of=contacts.contact_of,
        contact_row=contacts.contact_row,
        claim_of=claiming.claim_of,
        signs_of=_signs,
        colleagues=_colleagues,
        is_on_duty=_is_on_duty,
    )
    events.witness(Action.THREAD_POSTED, contacts.name_known_contact)
    events.witness(Action.POST_REPLIED, answering.follow_up)
    events.witness((Action.PERSON_DISABLED, Action.PERSON_ENABLED), contacts.show_anew)
    events.witness((Action.PERSON_DISABLED, Action.PERSON_ENABLED, Action.PERSON_ROLE_CHANGED), owners.note_owners_of)
    events.witness((Action.PERSON_ROLE_CHANGED, Action.PERSON_DISABLED), claiming.let_all_go)
