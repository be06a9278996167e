"""The spam scorer in the settings: what it has learnt, how right it is, and from which score on something is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core import limits
from community.core.errors import Invalid
from community.core.extensions import db, writing
from community.core.site import own_hosts
from community.core.text import render

from ..access import need, put_door
from ..approving.judging import Outcome
from ..watched_words.forms import TryForm
from . import scoring, setting
from .learning import ENOUGH
from .marks import Text

blueprint = put_door(Blueprint("spam", __name__, url_prefix="/moderation/settings/spam"))


@blueprint.get("")
def settings() -> str:
    """How it stands, and the two thresholds."""
    need(Verb.WORDS)
    return _page(_stored())


@blueprint.post("")
def put() -> str | Response | tuple[str, int]:
    """Store other thresholds."""
    need(Verb.WORDS)
    try:
        wanted = setting.typed_thresholds()
    except Invalid as error:
        db.session.rollback()
        return _page(request.form, error), 422
    with writing():
        setting.put_thresholds(wanted, by=current_user)
    flash(_("The change is stored."), "done")
    return redirect(url_for("spam.settings"), 303)


@blueprint.post("/try")
def try_text() -> str | tuple[str, int]:
    """How spam-like this text is, written by somebody who is known here. Nothing is stored."""
    need(Verb.WORDS)
    form = TryForm(request.form)
    if not form.validate():
        return _page(_stored(), trying=form), 422
    limits.spend("preview", current_user.id)
    source = form.text.data or ""
    plain = render(source, own_hosts=own_hosts()).plain
    score = scoring.score_of(Text("", plain, source, timedelta(days=365)))
    return _page(_stored(), trying=form, tried=(score, scoring.thresholds().outcome(score)))


def _stored() -> dict[str, object]:
    return asdict(scoring.thresholds())


def _page(
    typed: Mapping[str, object],
    error: Invalid | None = None,
    trying: TryForm | None = None,
    tried: tuple[float | None, Outcome | None] | None = None,
) -> str:
    return render_template(
        "moderation/spam/settings.html",
        typed=typed,
        error=error,
        learnt=scoring.learnt(),
        enough=ENOUGH,
        checks=scoring.checks(scoring.thresholds()),
        trying=trying or TryForm(),
        tried=tried,
        most_text=limits.BODY_MAX,
    )
