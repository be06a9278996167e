"""The admins' pages for service targets and calendars. They are behind the desk's door, and behind `can_set`."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from community.core.errors import Invalid, require
from community.core.extensions import db, writing
from community.core.i18n import language
from community.core.incoming import LARGEST_ID
from community.threads.models import Category

from ..access import put_door
from . import forms, setting, writing_hours
from .keeping import targets_of
from .models import Calendar, ServiceTarget
from .policy import can_set

blueprint = put_door(Blueprint("service_targets", __name__, url_prefix="/moderation/settings"))
Answer = str | Response | tuple[str, int]


@blueprint.before_request
def guard() -> None:
    """Refuse everyone but admins."""
    require(can_set(current_user))


# --- Targets


@blueprint.get("/targets")
def targets() -> str:
    """What is promised in each category."""
    categories = list(db.session.scalars(select(Category).order_by(Category.position, Category.id)))
    return render_template(
        "moderation/settings/targets.html",
        categories=categories,
        targets=targets_of({category.id for category in categories}),
    )


def _category(slug: str) -> Category:
    return db.session.scalar(select(Category).where(Category.slug == slug)) or abort(404)


@blueprint.get("/targets/<slug>")
def target(slug: str) -> str:
    """The form for one category."""
    category = _category(slug)
    row = db.session.get(ServiceTarget, category.id)
    return _target(category, _typed(row))


def _typed(row: ServiceTarget | None) -> dict[str, str]:
    """The stored target as it would be typed."""
    if row is None:
        return {}
    typed = {"calendar": str(row.calendar_id)}
    for name in forms.SPANS:
        minutes = getattr(row, f"{name}_minutes")
        if minutes is not None:
            typed |= {f"{name}_hours": str(minutes // 60), f"{name}_minutes": str(minutes % 60)}
    return typed


def _target(category: Category, typed: Mapping[str, str], error: Invalid | None = None) -> str:
    return render_template(
        "moderation/settings/target.html",
        category=category,
        calendars=setting.calendars(),
        typed=typed,
        error=error,
        is_stored=db.session.get(ServiceTarget, category.id) is not None,
    )


@blueprint.post("/targets/<slug>")
def put_target(slug: str) -> Answer:
    """Store what is promised in a category."""
    category = _category(slug)
    try:
        promise = forms.promise()
        with writing():
            setting.put_target(category, _chosen_calendar(), promise, by=current_user)
    except Invalid as error:
        return _target(_category(slug), request.form, error), 422
    flash(_("Stored. Due times are being worked out anew."), "done")
    return redirect(url_for("service_targets.targets"), 303)


def _chosen_calendar() -> Calendar | None:
    chosen = request.form.get("calendar", type=int) or 0
    return db.session.get(Calendar, chosen) if 0 < chosen <= LARGEST_ID else None


# --- Calendars


@blueprint.get("/calendars")
def calendars() -> str:
    """All calendars, and the form for a new one."""
    return _calendars({})


def _calendar(calendar_id: int) -> Calendar:
    return db.session.get(Calendar, calendar_id) or abort(404)


@blueprint.get("/calendars/<int:calendar_id>")
def calendar(calendar_id: int) -> str:
    """One calendar, to be changed."""
    row = _calendar(calendar_id)
    typed = {
        "name": row.name,
        "zone": row.zone,
        "hours": writing_hours.written_week(row.week, language()),
        "holidays": writing_hours.written_holidays(row.holidays),
    }
    return _calendars(typed, row)


def _calendars(typed: Mapping[str, str], row: Calendar | None = None, error: Invalid | None = None) -> str:
    return render_template(
        "moderation/settings/calendars.html",
        calendars=[(each, writing_hours.written_week(each.week, language())) for each in setting.calendars()],
        zones=writing_hours.zones(),
        usual_zone=current_app.config["TIMEZONE"],
        typed=typed,
        row=row,
        error=error,
    )


@blueprint.post("/calendars")
def add_calendar() -> Answer:
    """Store a new calendar."""
    return _store(None)


@blueprint.post("/calendars/<int:calendar_id>")
def change_calendar(calendar_id: int) -> Answer:
    """Store other hours for a calendar."""
    return _store(_calendar(calendar_id))


def _store(row: Calendar | None) -> Answer:
    try:
        opening = forms.opening()
        with writing():
            setting.put_calendar(opening, by=current_user, row=row)
    except Invalid as error:
        return _calendars(request.form, row, error), 422
    flash(_("Stored. Due times are being worked out anew."), "done")
    return redirect(url_for("service_targets.calendars"), 303)


@blueprint.post("/calendars/<int:calendar_id>/delete")
def delete_calendar(calendar_id: int) -> Response:
    """Delete a calendar that no target goes by."""
    row = _calendar(calendar_id)
    with writing():
        setting.remove_calendar(row, by=current_user)
    flash(_("The calendar is deleted."), "done")
    return redirect(url_for("service_targets.calendars"), 303)
