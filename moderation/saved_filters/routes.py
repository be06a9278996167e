"""Saved filters, each for its owner: a page to save and delete them; above the queue they are links."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.core.errors import Invalid
from community.core.extensions import db, writing
from community.core.text import normalise_line

from .. import routes as desk
from ..access import put_door
from . import keeping
from .models import SavedFilter

blueprint = put_door(Blueprint("saved_filters", __name__, url_prefix="/moderation/filters"))


def mine() -> Sequence[SavedFilter]:
    """Those of whoever reads this page."""
    return keeping.saved_filters(current_user)


@blueprint.get("")
def index() -> str:
    """Mine, and the form that saves the filter of this address."""
    return _page()


@blueprint.post("")
def save() -> Response | tuple[str, int]:
    """Keep the filter that was sent under a name."""
    chosen, name = desk.chosen_filter().as_query(), normalise_line(request.form.get("name", ""))
    try:
        with writing():
            keeping.save(name, chosen, by=current_user)
    except Invalid as problem:
        db.session.rollback()
        return _page(problem), 422
    flash(_("The filter is saved."), "done")
    return redirect(url_for("moderation.desk", **chosen), 303)


@blueprint.post("/<int:filter_id>/delete")
def delete(filter_id: int) -> Response:
    """I need it no longer."""
    if keeping.saved_filter(filter_id, current_user) is None:
        abort(404)
    with writing():
        keeping.forget(filter_id)
    flash(_("The filter is deleted."), "done")
    return redirect(url_for("saved_filters.index"), 303)


def _page(problem: Invalid | None = None) -> str:
    return render_template(
        "moderation/saved_filters/index.html",
        filter=desk.chosen_filter(),
        categories=desk.all_categories(),
        problem=problem,
        most=keeping.NAME_MAX,
    )
