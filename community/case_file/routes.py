"""A customer's own case file: their cases, what is private on each, and who of the staff read it. Nobody else's, ever."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from ..core import limits
from ..core.errors import Conflict, Invalid, require
from ..core.extensions import db, writing
from ..core.incoming import asked_id
from ..core.security import safe_next
from ..threads.models import Thread
from ..threads.visibility import visible_thread
from . import asking, details, files, forms, queries, reading
from .models import Detail, DetailRequest
from .policy import can_tell_details

blueprint = Blueprint("case_file", __name__)
Answer = str | Response | tuple[str, int]
FEW_READINGS = 5
READINGS = 50


@blueprint.get("/cases")
@login_required
def index() -> str:
    """All one's cases, open first; what is known of one; who read it."""
    page = queries.cases_of(current_user, key := queries.Key.read(request.args.get("after", "")))
    return render_template(
        "community/case_file/index.html",
        page=page,
        is_first=key is None,
        known=queries.known_of(current_user),
        shared=queries.shared_by(current_user),
        readings=reading.readings_of(current_user, most=FEW_READINGS),
    )


@blueprint.get("/cases/readings")
@login_required
def readings() -> str:
    """Who of the staff read one's private details, and what for."""
    found = reading.readings_of(current_user, most=READINGS + 1, before_id=asked_id("before"))
    return render_template(
        "community/case_file/readings.html",
        readings=found[:READINGS],
        next_id=found[READINGS - 1][0].id if len(found) > READINGS else None,
        is_first=asked_id("before") is None,
    )


@blueprint.get("/cases/<int:thread_id>")
@login_required
def one(thread_id: int) -> str:
    """One case: what is private there, and who read it."""
    return _page(thread_id)


def _page(thread_id: int, error: Invalid | Conflict | None = None, **about: Any) -> str:
    return render_template(
        "community/case_file/one.html",
        case=queries.case_of(current_user, thread_id) or abort(404),
        readings=reading.readings_of(current_user, thread_id),
        error=error,
        wrong=error if isinstance(error, Invalid) else None,
        typed=request.form if error else {},
        **({"answering": None} | about),
    )


def _back(thread_id: int | None) -> Response:
    """Where one came from, else the case."""
    case = url_for("case_file.one", thread_id=thread_id) if thread_id else url_for("case_file.index")
    back = safe_next(request.form.get("next"))
    return redirect(f"{back or case}#private-details", 303)


@blueprint.post("/threads/<int:thread_id>/details")
@login_required
def add(thread_id: int) -> Answer:
    """Tell a private detail of one's case."""
    thread = visible_thread(thread_id, current_user) or abort(404)
    _require_own(thread)
    limits.spend("detail", current_user.id)
    try:
        _tell(thread)
    except (Invalid, Conflict) as error:
        db.session.rollback()
        return _page(thread_id, error), error.status
    flash(_("It is kept. Only you and staff can read it."), "done")
    return _back(thread_id)


def _tell(thread: Thread) -> None:
    """A photo, or else words of some kind."""
    person = current_user._get_current_object()
    if (photo := forms.photo(person)) is not None:
        with writing():
            files.add_photo(person, thread, photo)
        return
    kind, value = forms.told()
    with writing():
        details.add(person, thread, kind=kind, value=value, by=person, source="thread")


def _require_own(thread: Thread) -> None:
    require(can_tell_details(current_user, thread), _("Only whoever asked here can tell private details of this case."))


@blueprint.post("/details/<int:detail_id>/removal")
@login_required
def remove(detail_id: int) -> Response:
    """Take back a private detail: it is deleted."""
    detail = _own_detail(detail_id)
    thread_id = detail.thread_id
    with writing():
        details.remove(detail, by=current_user)
    flash(_("It is deleted."), "done")
    return _back(thread_id)


def _own_detail(detail_id: int) -> Detail:
    return details.detail_of(detail_id, current_user) or abort(404)


@blueprint.post("/details/requests/<int:request_id>")
@login_required
def answer(request_id: int) -> Answer:
    """Tell what staff asked for."""
    asked = _own_request(request_id)
    thread_id = asked.thread_id
    thread = visible_thread(thread_id, current_user) or abort(404)
    _require_own(thread)
    limits.spend("detail", current_user.id)
    try:
        with writing():
            asking.answer(asked, thread, by=current_user, answers=forms.answers())
    except (Invalid, Conflict) as error:
        db.session.rollback()
        return _page(thread_id, error, answering=request_id), error.status
    flash(_("Thank you. Only you and staff can read it."), "done")
    return _back(thread_id)


def _own_request(request_id: int) -> DetailRequest:
    return asking.request_of(request_id, current_user) or abort(404)
