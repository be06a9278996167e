"""The addresses of appeals: made and read by those whom a decision met, decided behind the desk's door."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from community.core import idempotency, limits
from community.core.errors import require
from community.core.extensions import writing
from community.core.incoming import asked_id
from community.core.limits import LIST_ROWS

from ..access import MAY_NOT, put_door_to_desk
from . import appealing, policy, queries
from .forms import APPEAL_MAX, AppealForm, DecisionForm
from .models import Appeal, Outcome
from .subjects import Matter, matter_named, matter_of

blueprint = put_door_to_desk(Blueprint("appeals", __name__))
Answer = str | Response | tuple[str, int]


# --- Of whoever appeals


@blueprint.get("/appeals/new")
@login_required
def new() -> Answer:
    """The form; ?about= names the decision. Who has appealed before is shown what became of it."""
    matter = _matter()
    if (earlier := queries.made_before(matter, current_user)) is not None:
        return redirect(url_for("appeals.one", appeal_id=earlier.id))
    return _page(matter, AppealForm())


@blueprint.post("/appeals/new")
@login_required
@idempotency.once
def make() -> Answer:
    """Appeal against it."""
    matter, form = _matter(), AppealForm(request.form)
    if not form.validate():
        return _page(matter, form), 422
    limits.spend("appeal", current_user.id)
    with writing():
        if (earlier := idempotency.claim()) is not None:
            return redirect(earlier, 303)
        appeal = appealing.make(matter, by=current_user, text=form.text.data or "")
        address = idempotency.settle(url_for("appeals.one", appeal_id=appeal.id))
    flash(_("Your appeal was received. Somebody who did not make the decision will decide about it."), "done")
    return redirect(address, 303)


@blueprint.get("/appeals/<int:appeal_id>")
@login_required
def one(appeal_id: int) -> str:
    """One's own appeal, and what became of it."""
    appeal = queries.appeal(appeal_id) or abort(404)
    if not policy.can_read_own(current_user, appeal):
        abort(404)
    return render_template(
        "moderation/appeals/one.html", appeal=appeal, matter=matter_of(appeal.kind, appeal.subject_id)
    )


def _matter() -> Matter:
    """What the address names, if this person may appeal against it or has done so."""
    matter = matter_named(request.values.get("about", "")) or abort(404)
    if not (matter.subject.may_appeal(matter.thing, current_user) or queries.made_before(matter, current_user)):
        abort(404)
    return matter


def _page(matter: Matter, form: AppealForm) -> str:
    return render_template("moderation/appeals/new.html", matter=matter, form=form, most=APPEAL_MAX)


# --- At the desk


@blueprint.get("/moderation/appeals")
def inbox() -> str:
    """Those that wait, oldest first; ?after= pages by appeal."""
    return _desk(None, None, DecisionForm())


@blueprint.get("/moderation/appeals/<int:appeal_id>")
def case(appeal_id: int) -> str:
    """One of them, with what it is about."""
    return _desk(*_case(appeal_id), DecisionForm())


@blueprint.post("/moderation/appeals/<int:appeal_id>")
def decide(appeal_id: int) -> Answer:
    """Grant or deny it; the next one comes by itself."""
    appeal, matter = _case(appeal_id)
    require(not policy.is_barred(current_user, appeal, matter), appealing.NOT_ONES_OWN)
    form = DecisionForm(request.form)
    if not form.validate():
        return _desk(appeal, matter, form), 422
    with writing():
        appealing.decide(appeal, Outcome(form.outcome.data or ""), by=current_user, reason=form.reason.data or "")
    flash(_("The appeal is decided. Both sides are told, with your reason."), "done")
    following = queries.next_for(current_user)
    address = url_for("appeals.case", appeal_id=following.id) if following else url_for("appeals.inbox")
    return redirect(address, 303)


def _case(appeal_id: int) -> tuple[Appeal, Matter]:
    appeal = queries.appeal(appeal_id) or abort(404)
    matter = matter_of(appeal.kind, appeal.subject_id) or abort(404)
    require(policy.can_see_at_desk(current_user, matter), MAY_NOT)
    return appeal, matter


def _desk(appeal: Appeal | None, matter: Matter | None, form: DecisionForm) -> str:
    waiting = queries.open_appeals(current_user, asked_id("after"), LIST_ROWS + 1)
    return render_template(
        "moderation/appeals/inbox.html",
        appeal=appeal,
        matter=matter,
        form=form,
        most=APPEAL_MAX,
        waiting=waiting[:LIST_ROWS],
        more=waiting[LIST_ROWS - 1].id if len(waiting) > LIST_ROWS else None,
        is_barred=appeal is not None and matter is not None and policy.is_barred(current_user, appeal, matter),
    )
