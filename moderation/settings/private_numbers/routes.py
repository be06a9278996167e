"""The site's own numbers in the settings, with a box to try a text in. Nothing that is tried is stored."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.case_file.guarding import found_in
from community.case_file.kinds import KINDS
from community.case_file.number_patterns import NumberPattern, number_patterns, pattern_of
from community.core import limits
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.core.incoming import asked_id
from community.core.personal_data import Finding

from ...access import need, put_door
from . import keeping
from .forms import PatternForm, TryForm

blueprint = put_door(Blueprint("private_numbers", __name__, url_prefix="/moderation/settings/private-numbers"))
Answer = str | Response | tuple[str, int]


@blueprint.before_request
def guard() -> None:
    """Refuse everyone who may not say what is personal."""
    need(Verb.GUARD)


@blueprint.get("")
def index() -> str:
    """All of them."""
    return _page()


@blueprint.post("")
def add() -> Answer:
    """Look for one more."""
    form = PatternForm(request.form)
    try:
        _check(form)
        with writing():
            keeping.add(form.columns(), by=current_user)
    except Invalid as error:
        return _page(form=_complaining(form, error)), 422
    return _back(_("These numbers are found from now on."))


@blueprint.get("/<int:pattern_id>")
def one(pattern_id: int) -> str:
    """One of them, to be changed."""
    return _page(_row(pattern_id))


@blueprint.post("/<int:pattern_id>")
def change(pattern_id: int) -> Answer:
    """Look for something else in its place. `version`: the one that the form was filled from."""
    row, form = _row(pattern_id), PatternForm(request.form)
    try:
        _check(form)
        with writing():
            keeping.change(row, form.columns(), by=current_user, started_from=asked_id("version") or 0)
    except Invalid as error:
        return _page(_row(pattern_id), form=_complaining(form, error)), 422
    except Conflict:
        return _page(_row(pattern_id), form=form, is_stale=True), 409
    return _back(_("The change is stored."))


@blueprint.post("/<int:pattern_id>/remove")
def remove(pattern_id: int) -> Response:
    """Look for it no longer."""
    row = _row(pattern_id)
    with writing():
        keeping.remove(row, by=current_user)
    return _back(_("These numbers are no longer looked for."))


@blueprint.post("/try")
def try_text() -> Answer:
    """What is found in this text, of every kind."""
    form = TryForm(request.form)
    if not form.validate():
        return _page(trying=form), 422
    limits.spend("preview", current_user.id)
    text = form.text.data or ""
    return _page(trying=form, found=[(_called(finding, text), finding.of(text)) for finding in found_in(text)])


def _row(pattern_id: int) -> NumberPattern:
    return db.session.get(NumberPattern, pattern_id) or abort(404)


def _check(form: PatternForm) -> None:
    """Raises Invalid, about no field in particular, if the form complains."""
    if not form.validate():
        raise Invalid(_("Something is missing or wrong"))


def _complaining(form: PatternForm, error: Invalid) -> PatternForm:
    db.session.rollback()
    if error.field is not None:
        form[error.field].errors = [str(error)]
    return form


def _called(finding: Finding, text: str) -> str:
    """The name of its pattern, or of its kind."""
    language = str(get_locale())
    for row in number_patterns():
        pattern = pattern_of(row.written, row.is_expression)
        if pattern is not None and (finding.start, finding.end) in pattern.places(text):
            return row.name_in(language)
    return KINDS[finding.kind].in_language(language)


def _back(said: str) -> Response:
    flash(said, "done")
    return redirect(url_for("private_numbers.index"), 303)


def _page(
    row: NumberPattern | None = None,
    *,
    form: PatternForm | None = None,
    trying: TryForm | None = None,
    found: list[tuple[str, str]] | None = None,
    is_stale: bool = False,
) -> str:
    sent = asked_id("version") if form is not None and not is_stale else None
    return render_template(
        "moderation/settings/private_numbers.html",
        form=form or PatternForm(None, row),
        trying=trying or TryForm(),
        found=found,
        row=row,
        version=sent or (row and row.version),
        is_stale=is_stale,
        patterns=number_patterns(),
        language=str(get_locale()),
        most_text=limits.BODY_MAX,
    )
