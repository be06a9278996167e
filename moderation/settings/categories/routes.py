"""The page of categories. Behind the desk's door, and for whoever may set categories."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.core.incoming import asked_id
from community.threads import category_keeping
from community.threads.models import Category

from ...access import need, put_door
from .forms import CategoryForm

blueprint = put_door(Blueprint("category_settings", __name__, url_prefix="/moderation/settings/categories"))
Answer = str | Response | tuple[str, int]


@blueprint.before_request
def guard() -> None:
    """Refuse whoever may not set categories."""
    need(Verb.CATEGORIES)


def _category(category_id: int) -> Category:
    return db.session.get(Category, category_id) or abort(404)


def _done(sentence: str) -> Response:
    flash(sentence, "done")
    return redirect(url_for("category_settings.index"), 303)


@blueprint.get("")
def index() -> str:
    """All of them in their order, and the form for a new one."""
    return _page(CategoryForm())


@blueprint.post("")
def add() -> Answer:
    """Add one."""
    form = CategoryForm(request.form)
    try:
        _take(form)
        with writing():
            category_keeping.add(form.written(), by=current_user)
    except Invalid as error:
        return _page(_complaining(form, error)), 422
    return _done(_("The category is added. It stands last; move it to its place."))


@blueprint.get("/<int:category_id>")
def one(category_id: int) -> str:
    """One of them, to be changed."""
    category = _category(category_id)
    return _page(CategoryForm(data=asdict(category_keeping.written_in(category))), category)


@blueprint.post("/<int:category_id>")
def change(category_id: int) -> Answer:
    """Store other names or another address. `version`: the one that the form was filled from."""
    category, form = _category(category_id), CategoryForm(request.form)
    try:
        _take(form)
        with writing():
            category_keeping.change(category, form.written(), by=current_user, started_from=asked_id("version") or 0)
    except Invalid as error:
        return _page(_complaining(form, error), _category(category_id)), 422
    except Conflict:
        db.session.rollback()
        return _page(form, _category(category_id), is_stale=True), 409
    return _done(_("The category is changed. Its old addresses lead to it."))


@blueprint.post("/<int:category_id>/swap")
def swap(category_id: int) -> Response:
    """Put it in the place of its neighbour (`with`), and the neighbour in its place."""
    category, neighbour = _category(category_id), _category(asked_id("with") or 0)
    with writing():
        category_keeping.swap(category, neighbour, by=current_user)
    return _done(_("The order is changed."))


@blueprint.post("/<int:category_id>/archive")
def archive(category_id: int) -> Response:
    """Take no more threads."""
    category = _category(category_id)
    with writing():
        category_keeping.archive(category, by=current_user)
    return _done(_("The category is archived. It takes no threads; those that stand in it stay readable."))


@blueprint.post("/<int:category_id>/unarchive")
def unarchive(category_id: int) -> Response:
    """Take threads again."""
    category = _category(category_id)
    with writing():
        category_keeping.unarchive(category, by=current_user)
    return _done(_("The category takes threads again."))


def _take(form: CategoryForm) -> None:
    """Raises Invalid, about no field in particular, if the form complains."""
    if not form.validate():
        raise Invalid(_("Something is missing or wrong"))


def _complaining(form: CategoryForm, error: Invalid) -> CategoryForm:
    db.session.rollback()
    if error.field is not None:
        form[error.field].errors = [str(error)]
    return form


def _page(form: CategoryForm, category: Category | None = None, *, is_stale: bool = False) -> str:
    started_from = asked_id("version") or 0 if request.method == "POST" and not is_stale else None
    return render_template(
        "moderation/settings/categories.html",
        form=form,
        category=category,
        version=started_from if started_from is not None else category and category.version,
        is_stale=is_stale,
        categories=category_keeping.in_order(),
        former=category_keeping.former_slugs(),
    )
