"""A case for somebody who called: staff write it, the customer is invited and makes it theirs."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb, may, may_somewhere
from community.case_file.opened_for import opening
from community.case_file.opened_for.opening import Case
from community.core import clock, idempotency, limits
from community.core.errors import Invalid, require
from community.core.extensions import db, writing
from community.core.i18n import LANGUAGES
from community.intake.forms import DescribeForm
from community.threads import protecting
from community.threads import queries as thread_queries
from community.threads.addresses import thread_address
from community.threads.mentions import words_of
from community.threads.models import Category
from community.threads.posting import category_of_slug
from community.threads.visibility import visible_thread

from ..access import MAY_NOT, need, put_door
from ..entries import forms

blueprint = put_door(Blueprint("opening", __name__, url_prefix="/moderation"))
Answer = str | Response | tuple[str, int]


@blueprint.get("/cases/new")
def new() -> str:
    """The form."""
    require(may_somewhere(current_user, Verb.ENTRIES), MAY_NOT)
    return _page()


@blueprint.post("/cases/new")
@idempotency.once
def open_case() -> Answer:
    """Open it, and invite the customer if their address is known."""
    require(may_somewhere(current_user, Verb.ENTRIES), MAY_NOT)
    try:
        category = _category()
        case, protected = _case(category)
        address = forms.read_address(request.form, required=False)
        limits.refuse_if_spent("mail", current_user.id) if address else None
        with writing():
            if (earlier := idempotency.claim()) is not None:
                return redirect(earlier, 303)
            thread = opening.open_case(case, address, by=current_user)
            protecting.keep(protected, thread, by=current_user)
            where = idempotency.settle(thread_address(thread))
    except Invalid as error:
        db.session.rollback()
        return _page(error), 422
    flash(_("The case is open. The customer was invited by mail.") if address else _("The case is open."), "done")
    return redirect(where, 303)


def _category() -> Category:
    category = category_of_slug(request.form.get("category", ""))
    if category is None or not may(current_user, Verb.ENTRIES, category.id):
        raise Invalid(_("Choose what comes closest."), "category")
    return category


def _case(category: Category) -> tuple[Case, protecting.Protected]:
    described = DescribeForm(request.form)
    if not described.validate():
        wrong = next(field for field in described if field.errors)
        raise Invalid(wrong.errors[0], wrong.name)
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        raise Invalid(_("Choose the language in which the customer is answered."), "language")
    contact = forms.read_contact(request.form)
    written = described.written()
    texts = {"title": written.title, "body": written.body}
    protected = protecting.protect(texts, request.form, language=language)
    return Case(category, protected["title"], words_of(protected["body"]), language, contact), protected


def _page(error: Invalid | None = None) -> str:
    usual = {"happened_at": forms.moment_typed(clock.now()), "channel": "call", "language": current_user.language}
    return render_template(
        "moderation/entries/open.html",
        categories=[each for each in thread_queries.categories() if may(current_user, Verb.ENTRIES, each.id)],
        typed=request.form if error else usual,
        error=error,
    )


@blueprint.post("/threads/<int:thread_id>/invitation")
def invite(thread_id: int) -> Answer:
    """Invite the customer, or invite them again, perhaps at another address."""
    thread = visible_thread(thread_id, current_user) or abort(404)
    need(Verb.ENTRIES, thread)
    opened = opening.opened_case_of(thread) or abort(404)
    address = forms.read_address(request.form, required=True)
    limits.spend("mail", current_user.id)
    with writing():
        opening.invite(opened, address, by=current_user)
    flash(_("The invitation is on its way."), "done")
    return redirect(thread_address(thread), 303)
