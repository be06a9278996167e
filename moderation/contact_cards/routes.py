"""Contact cards in the settings: one's own, without any verb; a colleague's for whoever may set staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing

from ..access import need, put_door
from ..owning import duty
from . import forms, keeping

blueprint = put_door(Blueprint("contact_cards", __name__, url_prefix="/moderation/settings"))
Answer = str | Response | tuple[str, int]


@blueprint.get("/card")
def own() -> str:
    """One's own card."""
    return page(current_user)


@blueprint.post("/card")
def put_own() -> Answer:
    """Store it."""
    return _put(current_user._get_current_object())


@blueprint.get("/staff/<int:person_id>/card")
def of_colleague(person_id: int) -> str:
    """A colleague's."""
    need(Verb.STAFF)
    return page(_colleague(person_id))


@blueprint.post("/staff/<int:person_id>/card")
def put_of_colleague(person_id: int) -> Answer:
    """Store it for them."""
    need(Verb.STAFF)
    return _put(_colleague(person_id))


def _colleague(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None or not person.is_staff:
        abort(404)
    return person


def _put(person: Person) -> Answer:
    try:
        written, photo = forms.written(), forms.photo(current_user.id)
        with writing():
            keeping.put(person, written, by=current_user, started_from=forms.started_from(), photo=photo)
    except (Invalid, Conflict) as error:
        return complaint(error, person.id)
    flash(_("The change is stored."), "done")
    return redirect(_address(person), 303)


def _address(person: Person) -> str:
    is_own = person.id == current_user.id
    return url_for("contact_cards.own") if is_own else url_for("contact_cards.of_colleague", person_id=person.id)


def complaint(error: Invalid | Conflict, person_id: int) -> Answer:
    """The page with what was typed, and what is wrong with it."""
    db.session.rollback()
    return page(db.session.get_one(Person, person_id), error), error.status


def page(person: Person, problem: Invalid | Conflict | None = None) -> str:
    """The card and, on one's own, whether one is on duty; with the version that stands now."""
    card = keeping.card_of(person)
    row = duty.row_of(person)
    stored: Mapping[str, Any] = {
        "hours_de": card.hours_de if card else "",
        "hours_en": card.hours_en if card else "",
        "stand_in": (card.stand_in_id if card else None) or "",
        "back_on": row.back_on.isoformat() if row and row.back_on else "",
    }
    return render_template(
        "moderation/owning/card.html",
        person=person,
        address=_address(person),
        typed=dict(stored) | (request.form.to_dict() if problem else {}),
        version=card.version if card else 0,
        photo=keeping.photo_of(card),
        on_duty=duty.is_on_duty(person),
        problem=problem,
        at=problem.field if isinstance(problem, Invalid) else None,
        hours_max=forms.HOURS_MAX,
    )
