"""The page of permissions. Behind the desk's door, and for whoever may set staff."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts import queries
from community.accounts.permissions import SITE_WIDE, Verb
from community.core.errors import Conflict, NotAllowed
from community.core.extensions import db, writing
from community.threads import category_keeping

from ...access import need, put_door
from ..staff.appointing import staff
from . import sheet as sheets
from . import words
from .sheet import Cell, Sheet, StaleSheet

blueprint = put_door(Blueprint("permission_settings", __name__, url_prefix="/moderation/settings/permissions"))
Answer = str | Response | tuple[str, int]


@blueprint.before_request
def guard() -> None:
    """Refuse whoever may not set staff."""
    need(Verb.STAFF)


def _asked() -> Sheet:
    """Of the person (`person`: a user name) or the role (`role`) that is asked for."""
    if name := request.values.get("person", ""):
        person = queries.person_named(name)
        if person is None or not person.is_staff:
            abort(404)
        return sheets.sheet_of(person.role, person)
    role = request.values.get("role", sheets.ROLES[0])
    if role not in sheets.ROLES:
        abort(404)
    return sheets.sheet_of(role)


def _place(sheet: Sheet) -> str:
    if sheet.person is not None:
        return url_for("permission_settings.index", person=sheet.person.name)
    return url_for("permission_settings.index", role=sheet.role)


@blueprint.get("")
def index() -> str:
    """The table of a role or a person."""
    return _page(_asked(), {})


@blueprint.post("")
def store() -> Answer:
    """Store the cells that were changed."""
    sheet = _asked()
    place = _place(sheet)
    wanted = sheets.changes(request.form, sheets.cells_of([each.id for each in category_keeping.in_order()]))
    try:
        with writing():
            sheets.store(sheet, wanted, seen=request.form.get("seen", ""), by=current_user)
    except (Conflict, NotAllowed) as error:
        db.session.rollback()
        return _page(_asked(), wanted, error), error.status
    changed = ngettext("%(num)s permission is changed.", "%(num)s permissions are changed.", len(wanted))
    flash(changed if wanted else _("There was nothing to change."), "done")
    return redirect(place, 303)


def _page(sheet: Sheet, typed: dict[Cell, bool | None], problem: Conflict | NotAllowed | None = None) -> str:
    return render_template(
        "moderation/settings/permissions.html",
        sheet=sheet,
        typed={sheets.field_of(cell): sheets.word_of(is_allowed) for cell, is_allowed in typed.items()},
        problem=problem,
        is_stale=isinstance(problem, StaleSheet),
        place=_place(sheet),
        roles=sheets.ROLES,
        staff=staff(),
        categories=category_keeping.in_order(),
        groups=words.GROUPS,
        why=words.WHY,
        site_wide=SITE_WIDE,
    )
