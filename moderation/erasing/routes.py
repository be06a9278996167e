"""Erasing a customer at the desk: what goes and what stays, then the act, with a reason. For admins."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts import erasing
from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.accounts.queries import person_named
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.core.text import is_blank, normalise_line
from community.threads.forms import REASON_MAX

from ..access import need, put_door

blueprint = put_door(Blueprint("erasing", __name__, url_prefix="/moderation/people"))
Answer = str | Response | tuple[str, int]


def _person(name: str) -> Person:
    return person_named(name) or abort(404)


@blueprint.get("/<name>/erase")
def page(name: str) -> str:
    """What there is of them, what goes, what stays."""
    need(Verb.ERASE)
    return _page(_person(name))


@blueprint.post("/<name>/erase")
def erase(name: str) -> Answer:
    """Erase them."""
    need(Verb.ERASE)
    person = _person(name)
    try:
        reason = _reason()
        with writing():
            erasing.erase(person, by=current_user, reason=reason)
    except (Invalid, Conflict) as error:
        db.session.rollback()
        return _page(_person(name), error), error.status
    flash(_("The account is erased. What they posted stays, by a former customer."), "done")
    return redirect(url_for("moderation.desk"), 303)


def _reason() -> str:
    reason = normalise_line(request.form.get("reason", ""))
    if is_blank(reason):
        raise Invalid(_("Say why, for the log of the staff. Leave the name out."), "reason")
    if len(reason) > REASON_MAX:
        raise Invalid(_("Use at most %(count)d characters for the reason.", count=REASON_MAX), "reason")
    return reason


def _page(person: Person, problem: Invalid | Conflict | None = None) -> str:
    return render_template(
        "moderation/erasing/page.html",
        person=person,
        kept=erasing.kept_of(person),
        why_not=erasing.refuse(person),
        typed=request.form,
        problem=problem,
        at=problem.field if isinstance(problem, Invalid) else None,
        most=REASON_MAX,
    )
