"""Watched words in the settings, with a box to try a text in. Nothing that is tried is stored."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core import limits
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.core.incoming import asked_id
from community.core.site import own_hosts
from community.core.text import render

from ..access import need, put_door
from . import keeping, watching
from .forms import SEVERAL_MAX, SeveralForm, TryForm, WordForm
from .matching import Hit
from .models import Act, WatchedWord

blueprint = put_door(Blueprint("watched_words", __name__, url_prefix="/moderation/settings/words"))
Answer = str | Response | tuple[str, int]
F = TypeVar("F", WordForm, SeveralForm)


@blueprint.before_request
def guard() -> None:
    """Refuse everyone who may not keep the list."""
    need(Verb.WORDS)


@blueprint.get("")
def settings() -> str:
    """All of them, by what becomes of the post."""
    return _page()


@blueprint.post("")
def add() -> Answer:
    """Watch one more."""
    form = WordForm(request.form)
    try:
        _take(form)
        with writing():
            keeping.add(form.watched, form.note.data or "", by=current_user)
    except Invalid as error:
        return _page(form=_complaining(form, error)), 422
    return _back(_("The word is watched from now on."))


@blueprint.post("/several")
def add_several() -> Answer:
    """Watch several more: all of them, or none if one cannot be taken."""
    form = SeveralForm(request.form)
    try:
        _take(form)
        with writing():
            new = keeping.add(form.watched, form.note.data or "", by=current_user)
    except Invalid as error:
        return _page(several=_complaining(form, error)), 422
    return _back(ngettext("%(num)s word more is watched.", "%(num)s words more are watched.", new))


@blueprint.get("/<int:word_id>")
def one(word_id: int) -> str:
    """One of them, to be changed."""
    return _page(_word(word_id))


@blueprint.post("/<int:word_id>")
def change(word_id: int) -> Answer:
    """Look for something else in its place. `version`: the one that the form was filled from."""
    row, form = _word(word_id), WordForm(request.form)
    try:
        _take(form)
        with writing():
            keeping.change(
                row, form.watched[0], form.note.data or "", by=current_user, started_from=asked_id("version") or 0
            )
    except Invalid as error:
        return _page(_word(word_id), form=_complaining(form, error)), 422
    except Conflict:
        return _page(_word(word_id), form=form, is_stale=True), 409
    return _back(_("The change is stored."))


@blueprint.post("/<int:word_id>/delete")
def delete(word_id: int) -> Response:
    """Watch it no longer."""
    row = _word(word_id)
    with writing():
        keeping.remove(row, by=current_user)
    return _back(_("The word is no longer watched."))


@blueprint.post("/try")
def try_text() -> Answer:
    """Which words stand in this text, and what would become of it."""
    form = TryForm(request.form)
    if not form.validate():
        return _page(trying=form), 422
    limits.spend("preview", current_user.id)
    plain = render(form.text.data or "", own_hosts=own_hosts()).plain
    return _page(trying=form, hits=watching.lookup().hits(plain, form.text.data or ""))


def _word(word_id: int) -> WatchedWord:
    return db.session.get(WatchedWord, word_id) or abort(404)


def _take(form: WordForm | SeveralForm) -> None:
    """Raises Invalid, about no field in particular, if the form complains."""
    if not form.validate():
        raise Invalid(_("Something is missing or wrong"))


def _complaining(form: F, error: Invalid) -> F:
    db.session.rollback()
    if error.field is not None:
        form[error.field].errors = [str(error)]
    return form


def _back(said: str) -> Response:
    flash(said, "done")
    return redirect(url_for("watched_words.settings"), 303)


def _page(
    row: WatchedWord | None = None,
    *,
    form: WordForm | None = None,
    several: SeveralForm | None = None,
    trying: TryForm | None = None,
    hits: list[Hit] | None = None,
    is_stale: bool = False,
) -> str:
    words = watching.watched_words()
    sent = asked_id("version") if form is not None and not is_stale else None
    return render_template(
        "moderation/watched_words/settings.html",
        form=form or WordForm(None, row),
        several=several or SeveralForm(),
        trying=trying or TryForm(),
        hits=hits,
        row=row,
        version=sent or (row and row.version),
        is_stale=is_stale,
        by_act=[(act, [word for word in words if word.act == act]) for act in (Act.REFUSE, Act.HOLD)],
        most_lines=SEVERAL_MAX,
        most_text=limits.BODY_MAX,
    )
