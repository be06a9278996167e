"""The page of staff. Behind the desk's door, for whoever may set staff, and each act with one's password once more."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts import queries
from community.accounts.logging_in import confirm_password
from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.core.errors import Conflict, Invalid, NotAllowed
from community.core.extensions import db, writing
from community.core.limits import ADDRESS_MAX, PASSWORD_MAX
from community.core.text import normalise_line
from community.threads.forms import REASON_MAX

from ...access import need, put_door
from ...owning import duty
from . import appointing

blueprint = put_door(Blueprint("staff_settings", __name__, url_prefix="/moderation/settings/staff"))
Answer = str | Response | tuple[str, int]


@blueprint.before_request
def guard() -> None:
    """Refuse whoever may not set staff."""
    need(Verb.STAFF)


def _colleague(person_id: int) -> Person:
    """Somebody of the staff; on sending a form, a conflict if they were until a moment ago."""
    person = db.session.get(Person, person_id)
    if person is not None and not person.is_staff and request.method == "POST":
        raise Conflict(_("%(name)s does not work here any more.", name=person.display_name))
    if person is None or not person.is_staff:
        abort(404)
    return person


def _confirm() -> None:
    """Is it really them? Raises Invalid on `current_password`."""
    confirm_password(current_user, request.form.get("current_password", "")[: PASSWORD_MAX + 1])


def _done(sentence: str) -> Response:
    flash(sentence, "done")
    return redirect(url_for("staff_settings.index"), 303)


@blueprint.get("")
def index() -> str:
    """Everyone who works here, and the form that gives somebody a role."""
    return _page()


@blueprint.post("")
def appoint() -> Answer:
    """Give a role to a customer, by user name or mail address."""
    try:
        person, role = _named(), request.form.get("role", "")
        name = person.display_name
        _confirm()
        with writing():
            appointing.give_role(person, role, by=current_user)
    except (Invalid, Conflict, NotAllowed) as error:
        return _complaint(error)
    return _done(_("%(name)s works here now. They have to log in again.", name=name))


def _named() -> Person:
    who = normalise_line(request.form.get("who", ""))[:ADDRESS_MAX]
    if not who:
        raise Invalid(_("Write their user name or mail address."), "who")
    person = queries.person_known_as(who)
    if person is None:
        raise Invalid(_("Nobody here has this name or address. They need an account first."), "who")
    if person.is_staff:
        raise Invalid(_("%(name)s works here already. Change the role on their page.", name=person.display_name), "who")
    return person


@blueprint.get("/<int:person_id>")
def one(person_id: int) -> str:
    """One of the staff, and what can be done."""
    return _one(_colleague(person_id))


@blueprint.post("/<int:person_id>/role")
def give_role(person_id: int) -> Answer:
    """Another role, or none."""
    person, role = _colleague(person_id), request.form.get("role", "")
    try:
        _confirm()
        with writing():
            appointing.give_role(person, role, by=current_user)
    except (Invalid, Conflict, NotAllowed) as error:
        return _complaint(error, person_id)
    if role == "customer":
        return _done(_("The role is taken away. What they wrote stays."))
    return _done(_("The role is changed. They have to log in again."))


@blueprint.post("/<int:person_id>/disable")
def shut_out(person_id: int) -> Answer:
    """They cannot log in any more."""
    person, reason = _colleague(person_id), normalise_line(request.form.get("reason", ""))
    try:
        if len(reason) > REASON_MAX:
            raise Invalid(_("At most %(count)s characters fit here.", count=REASON_MAX), "reason")
        _confirm()
        with writing():
            appointing.shut_out(person, by=current_user, reason=reason)
    except (Invalid, Conflict, NotAllowed) as error:
        return _complaint(error, person_id)
    return _done(_("They are shut out: logged out everywhere, and nobody can log in as them."))


@blueprint.post("/<int:person_id>/enable")
def let_in(person_id: int) -> Answer:
    """They can log in again."""
    person = _colleague(person_id)
    try:
        _confirm()
        with writing():
            appointing.let_in(person, by=current_user)
    except (Invalid, Conflict, NotAllowed) as error:
        return _complaint(error, person_id)
    return _done(_("They can log in again."))


def _complaint(error: Invalid | Conflict | NotAllowed, person_id: int | None = None) -> Answer:
    db.session.rollback()
    person = db.session.get(Person, person_id) if person_id is not None else None
    page = _one(person, error) if person is not None and person.is_staff else _page(error)
    return page, error.status


def _page(problem: Invalid | Conflict | NotAllowed | None = None) -> str:
    staff = appointing.staff()
    return render_template(
        "moderation/settings/staff.html",
        staff=staff,
        absent=duty.off_duty(),
        seen=appointing.last_seen(staff),
        roles=_roles_to_give()[:-1],
        typed=request.form,
        problem=problem,
        at=problem.field if isinstance(problem, Invalid) else None,
    )


def _one(person: Person, problem: Invalid | Conflict | NotAllowed | None = None) -> str:
    return render_template(
        "moderation/settings/colleague.html",
        person=person,
        roles=_roles_to_give(),
        typed=request.form,
        problem=problem,
        at=problem.field if isinstance(problem, Invalid) else None,
        act=request.endpoint,
    )


def _roles_to_give() -> list[str]:
    return [role for role in appointing.ROLES if role != "admin" or current_user.role == "admin"]
