"""How claims, contacts and presence hang in the app: addresses, witnesses, and what pages may ask.

Templates of the forum show the contact by the global `contact_of`; it changes the thread's version, so kept pages follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from community.accounts.models import Person
from community.attachments import serving
from community.core import events
from community.core.events import Action
from community.core.i18n import today
from community.threads import queries
from community.threads.models import Thread

from ..contact_cards import keeping as card_keeping
from ..contact_cards import routes as card_routes
from ..contact_cards import showing
from ..places import Place, add_settings
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


def _duty() -> dict[str, Any]:
    """Until when the reader is off duty, and who stands in meanwhile; empty while they are on duty."""
    row, card = duty.row_of(current_user), card_keeping.card_of(current_user)
    if row is None or not duty.is_away(row, today()):
        return {}
    back_on = row.back_on.isoformat() if row.back_on else ""
    return {"back_on": back_on, "stand_in": (card.stand_in_id if card else None) or ""}


def init_app(app: Flask) -> None:
    """The addresses, the witnesses, the template globals."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(card_routes.blueprint)
    add_settings(app, Place(110, "card", _l("Your card"), "contact_cards.own"))
    serving.shown_to(app, card_keeping.is_a_face)
    app.jinja_env.globals.update(
        contact_of=contacts.contact_of,
        contact_row=contacts.contact_row,
        claim_of=claiming.claim_of,
        signs_of=_signs,
        colleagues=_colleagues,
        is_on_duty=_is_on_duty,
        off_duty=_duty,
        contact_card=showing.contact_card,
        contact_cards=showing.contact_cards,
    )
    events.witness(Action.THREAD_POSTED, contacts.name_known_contact)
    events.witness(Action.POST_REPLIED, answering.follow_up)
    events.witness((Action.PERSON_DISABLED, Action.PERSON_ENABLED), contacts.show_anew)
    events.witness((Action.PERSON_DISABLED, Action.PERSON_ENABLED, Action.PERSON_ROLE_CHANGED), owners.note_owners_of)
    events.witness((Action.PERSON_ROLE_CHANGED, Action.PERSON_DISABLED), claiming.let_all_go)
