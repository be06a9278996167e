"""A sanction can be appealed against by whom it met, until it is lifted. Granted, it is lifted."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.core.errors import NotAllowed
from community.core.extensions import db

from ..appeals.subjects import Subject
from . import imposing
from .models import Sanction
from .policy import can_lift

KIND = "sanction"


def _load(sanction_id: int) -> Sanction | None:
    return db.session.scalar(
        select(Sanction)
        .where(Sanction.id == sanction_id)
        .options(joinedload(Sanction.person), joinedload(Sanction.by), joinedload(Sanction.lifted_by))
    )


def _may_appeal(sanction: Sanction, person: Person | None) -> bool:
    return person is not None and sanction.person_id == person.id and sanction.lifted_at is None


def _grant(sanction: Sanction, by: Person, reason: str) -> None:
    """Lift it, unless somebody did. Raises NotAllowed for a sanction on one of the staff that only admins may lift."""
    if sanction.lifted_at is not None:
        return
    if not can_lift(by, sanction.person, sanction.kind):
        raise NotAllowed(_("You may not do this to this person. Admins can."))
    imposing.lift(sanction, by=by, reason=reason)


SANCTION = Subject(
    kind=KIND,
    load=_load,
    deciders=lambda sanction: {sanction.by_id} - {None},
    verb=Verb.SANCTION,
    category_id=lambda sanction: None,
    may_appeal=_may_appeal,
    grant=_grant,
    template="moderation/sanctions/_appealed.html",
    name=_l("A warning or sanction"),
)
