"""The addresses of private details at the desk, all behind the one door, and behind the verb DETAILS in the case's category.

Values are shown in answer to a POST alone, which notes the reading first: loading the page again asks again.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.case_file import asking, details, reading
from community.case_file.models import Detail
from community.core import limits
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.core.security import safe_next
from community.threads.models import Thread
from community.threads.visibility import visible_thread

from ..access import need, put_door
from . import forms, queries

blueprint = put_door(Blueprint("details", __name__, url_prefix="/moderation"))
Answer = str | Response | tuple[str, int]
NEVER_KEPT = "private, no-store"


def _thread(thread_id: int) -> Thread:
    return visible_thread(thread_id, current_user) or abort(404)


@blueprint.get("/threads/<int:thread_id>/details")
def closed(thread_id: int) -> str:
    """What there is, by name; what can be done about it."""
    thread = _thread(thread_id)
    need(Verb.DETAILS, thread)
    return _page(thread_id)


def _page(thread_id: int, doing: str = "", error: Invalid | Conflict | None = None) -> str:
    thread = _thread(thread_id)
    return render_template(
        "moderation/case_file/closed.html",
        thread=thread,
        doing=doing,
        error=error,
        wrong=error if isinstance(error, Invalid) else None,
        typed=request.form if error else {},
        back=safe_next(request.form.get("next")),
    )


def _refused(thread_id: int, doing: str, error: Invalid | Conflict) -> tuple[str, int]:
    db.session.rollback()
    return _page(thread_id, doing, error), error.status


def _back(thread_id: int) -> Response:
    return redirect(safe_next(request.form.get("next")) or url_for("details.closed", thread_id=thread_id), 303)


@blueprint.post("/threads/<int:thread_id>/details")
def show(thread_id: int) -> Answer:
    """Open them: note who, when and what for, then show what they say."""
    thread = _thread(thread_id)
    need(Verb.DETAILS, thread)
    limits.refuse_if_spent("detail-reading", current_user.id)
    try:
        purpose = forms.purpose()
    except Invalid as error:
        return _refused(thread_id, "show", error)
    with writing():
        limits.spend("detail-reading", current_user.id)
        opened = reading.open_details(thread, by=current_user._get_current_object(), purpose=purpose)
        shown = [(each.detail, each.detail.person, each.value) for each in opened]
    return _opened(thread, shown, purpose)


def _opened(thread: Thread, shown: list[tuple[Detail, Any, str | None]], purpose: str) -> Response:
    is_fragment = request.headers.get("X-Fragment") == "1"
    template = "_opened.html" if is_fragment else "opened.html"
    answer = make_response(
        render_template(f"moderation/case_file/{template}", thread=thread, opened=shown, purpose=purpose)
    )
    answer.headers["Cache-Control"] = NEVER_KEPT
    if is_fragment:
        answer.headers["X-Fragment"] = "1"
    return answer


@blueprint.post("/threads/<int:thread_id>/details/new")
def add(thread_id: int) -> Answer:
    """Write down what the customer told (on the phone)."""
    thread = _thread(thread_id)
    need(Verb.DETAILS, thread)
    try:
        person, (kind, value) = forms.whose(queries.concerned(thread)), forms.told()
        with writing():
            details.add(person, thread, kind=kind, value=value, by=current_user, source="staff")
    except (Invalid, Conflict) as error:
        return _refused(thread_id, "add", error)
    flash(_("It is kept. The customer sees it, too."), "done")
    return _back(thread_id)


@blueprint.post("/threads/<int:thread_id>/details/request")
def ask(thread_id: int) -> Answer:
    """Ask the customer for private details."""
    thread = _thread(thread_id)
    need(Verb.DETAILS, thread)
    kinds, question = forms.kinds_and_question()
    try:
        person = forms.whose(queries.concerned(thread))
        name = person.display_name
        with writing():
            asking.ask(person, thread, kinds=kinds, question=question, by=current_user)
    except (Invalid, Conflict) as error:
        return _refused(thread_id, "ask", error)
    flash(_("%(name)s is asked, and can answer in private.", name=name), "done")
    return _back(thread_id)


@blueprint.post("/details/<int:detail_id>/removal")
def remove(detail_id: int) -> Answer:
    """Delete a detail that is wrong or not needed; the customer is told why."""
    detail = queries.detail_with_thread(detail_id)
    thread_id = detail.thread_id if detail else None
    if detail is None or thread_id is None:
        abort(404)
    need(Verb.DETAILS, _thread(thread_id))
    try:
        ground = forms.removal()
    except Invalid as error:
        return _refused(thread_id, f"remove-{detail_id}", error)
    with writing():
        details.remove(detail, by=current_user, ground=ground)
    flash(_("It is deleted. The customer is told why."), "done")
    return _back(thread_id)
