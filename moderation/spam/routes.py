"""The spam scorer in the settings: what it has learnt, how right it is, and from which score on something is done."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core.errors import Invalid
from community.core.extensions import db, writing

from ..access import need, put_door
from . import scoring, setting
from .learning import ENOUGH

blueprint = put_door(Blueprint("spam", __name__, url_prefix="/moderation/settings/spam"))


@blueprint.get("")
def settings() -> str:
    """How it stands, and the two thresholds."""
    need(Verb.WORDS)
    limits = scoring.thresholds()
    return _page({"hold_from": limits.hold_from, "refuse_from": limits.refuse_from})


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


def _page(typed: Mapping[str, object], error: Invalid | None = None) -> str:
    limits = scoring.thresholds()
    return render_template(
        "moderation/spam/settings.html",
        typed=typed,
        error=error,
        learnt=scoring.learnt(),
        enough=ENOUGH,
        limits=limits,
        checks=scoring.checks(limits),
    )
