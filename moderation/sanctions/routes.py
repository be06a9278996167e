"""A person as staff see them, and what staff may decide about them. What is refused is said on the same page."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.models import Person
from community.accounts.queries import person_named
from community.core import idempotency
from community.core.errors import Conflict, Invalid, Refusal, require
from community.core.extensions import db, writing

from ..access import put_door
from . import forms, imposing, queries, terms
from .models import Kind
from .policy import can_impose, can_lift

blueprint = put_door(Blueprint("sanctions", __name__, url_prefix="/moderation"))
Answer = str | Response | tuple[str, int]


@blueprint.get("/people/<name>")
def person(name: str) -> str:
    """The card of a person."""
    return _page(_person(name))


def _person(name: str) -> Person:
    return person_named(name) or abort(404)


def _page(person: Person, at: str = "", refusal: Refusal | None = None, message: object = None) -> str:
    """`at`: which form it was that was refused."""
    return render_template(
        "moderation/sanctions/person.html",
        card=queries.person_card(person),
        may_impose={kind.value: can_impose(current_user, person, kind) for kind in Kind},
        may_lift={kind.value: can_lift(current_user, person, kind) for kind in Kind},
        usual_days=terms.USUAL_DAYS,
        at=at,
        field=getattr(refusal, "field", None),
        problem=message or (refusal.message if refusal else None),
        typed=request.form if refusal else {},
    )


@blueprint.post("/people/<name>/warn")
def warn(name: str) -> Answer:
    """Tell somebody that they broke a rule."""
    return _impose(name, Kind.WARN)


@blueprint.post("/people/<name>/silence")
def silence(name: str) -> Answer:
    """They write nothing for a time."""
    return _impose(name, Kind.SILENCE)


@blueprint.post("/people/<name>/suspend")
def suspend(name: str) -> Answer:
    """They only read for a time."""
    return _impose(name, Kind.SUSPEND)


def _impose(name: str, kind: Kind) -> Answer:
    person = _person(name)
    require(can_impose(current_user, person, kind), _refused(person))
    try:
        decided = forms.decided(kind)
        with writing():
            if (earlier := idempotency.claim()) is not None:
                return redirect(earlier, 303)
            if kind == Kind.WARN:
                imposing.warn(person, by=current_user, reason=decided.reason)
            else:
                verb = imposing.silence if kind == Kind.SILENCE else imposing.suspend
                verb(person, by=current_user, reason=decided.reason, ends_at=decided.ends_at)
            address = idempotency.settle(url_for("sanctions.person", name=person.name))
    except Invalid as error:
        return _again(name, kind.value, error)
    except Conflict as error:
        return _again(
            name, kind.value, error, _("This is so already, for as long or longer. Look at it again, then decide anew.")
        )
    flash(_("Done. The person is told the reason and how to appeal."), "done")
    return redirect(address, 303)


def _refused(person: Person) -> str:
    if person.id == current_user.id:
        return str(_("Nobody decides this about themselves."))
    return str(_("You may not do this to this person. Admins can."))


def _again(name: str, at: str, refusal: Refusal, message: object = None) -> Answer:
    db.session.rollback()
    return _page(_person(name), at, refusal, message), refusal.status


@blueprint.post("/sanctions/<int:sanction_id>/lift")
def lift(sanction_id: int) -> Answer:
    """Take a sanction back, with a reason."""
    sanction = queries.sanction(sanction_id) or abort(404)
    name = sanction.person.name
    require(can_lift(current_user, sanction.person, sanction.kind), _refused(sanction.person))
    try:
        reason = forms.read_reason()
        with writing():
            imposing.lift(sanction, by=current_user, reason=reason)
    except Invalid as error:
        return _again(name, f"lift-{sanction_id}", error)
    except Conflict as error:
        return _again(name, f"lift-{sanction_id}", error, _("Somebody has lifted this already."))
    flash(_("Lifted. The person is told."), "done")
    return redirect(url_for("sanctions.person", name=name), 303)
