"""What customers search for and do not find, what their askings came to, and the words that staff call the same."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core.errors import Invalid
from community.core.extensions import db, writing
from community.core.i18n import language
from community.core.limits import SEARCH_MAX
from community.core.text import normalise_line
from search_index import deflection, finding, search_log, synonym_lists, synonyms
from search_index.models import SynonymGroup

from .access import need, put_door

blueprint = put_door(Blueprint("findability", __name__, url_prefix="/moderation"))
Answer = str | Response | tuple[str, int]
PERIODS = (7, 30, 90, 365)


def _days() -> int:
    asked = request.args.get("days", type=int)
    return asked if asked in PERIODS else PERIODS[1]


@blueprint.get("/searches")
def searches() -> str:
    """Searches without a result, without a click, and the most frequent."""
    days = _days()
    return render_template(
        "moderation/searches.html",
        days=days,
        periods=PERIODS,
        totals=search_log.totals(days),
        unanswered=search_log.unanswered(days),
        unopened=search_log.unopened(days),
        most=search_log.most_searched(days),
    )


@blueprint.get("/figures")
def figures() -> str:
    """What solved cases spared: how the askings ended, and which cases did not help."""
    days = _days()
    return render_template(
        "moderation/figures.html",
        days=days,
        periods=PERIODS,
        figures=deflection.figures(days),
        unhelped=deflection.did_not_help(days),
    )


# --- Synonyms


def _group(group_id: int) -> SynonymGroup:
    return db.session.get(SynonymGroup, group_id) or abort(404)


@blueprint.get("/synonyms")
def synonym_groups() -> str:
    """All groups, and the form for a new one."""
    return _synonyms("", "")


@blueprint.get("/synonyms/<int:group_id>")
def synonym_group(group_id: int) -> str:
    """One group, to be changed."""
    row = _group(group_id)
    return _synonyms(", ".join(row.words), row.language, row)


def _synonyms(written: str, spoken: str, row: SynonymGroup | None = None, problem: str = "") -> str:
    tried = normalise_line(request.form.get("try", ""))[:SEARCH_MAX]
    return render_template(
        "moderation/synonyms.html",
        groups=synonym_lists.groups(),
        shipped=synonyms.shipped().groups,
        row=row,
        written=written,
        spoken=spoken,
        problem=problem,
        tried=tried,
        found=_before_and_after(tried, written, spoken, row) if tried else None,
    )


def _before_and_after(tried: str, written: str, spoken: str, row: SynonymGroup | None):  # type: ignore[no-untyped-def]
    """What a search finds with the groups as they are, and as they would be."""
    others = [group for number, group in synonym_lists.numbered() if row is None or number != row.id]
    with suppress(Invalid):  # half a group says nothing yet
        others.append(synonym_lists.group_of(written, spoken))
    before = finding.suggestions(tried, language())
    with synonyms.trying(synonyms.together(tuple(others))):
        after = finding.suggestions(tried, language())
    return before, after


@blueprint.post("/synonyms")
def add_synonyms() -> Answer:
    """Store a new group, or only try it."""
    return _store(None)


@blueprint.post("/synonyms/<int:group_id>")
def change_synonyms(group_id: int) -> Answer:
    """Store other words for a group, or only try them."""
    need(Verb.SYNONYMS)
    return _store(_group(group_id))


def _store(row: SynonymGroup | None) -> Answer:
    need(Verb.SYNONYMS)
    written, spoken = request.form.get("words", "")[:2_000], request.form.get("language", "")
    if "only_try" in request.form:
        return _synonyms(written, spoken, row)
    try:
        group = synonym_lists.group_of(written, spoken)
    except Invalid as error:
        return _synonyms(written, spoken, row, problem=str(error)), 422
    with writing():
        synonym_lists.put(group, by=current_user, row=row)
    flash(_("Stored. Every search from now on knows it."), "done")
    return redirect(url_for("findability.synonym_groups"), 303)


@blueprint.post("/synonyms/<int:group_id>/delete")
def delete_synonyms(group_id: int) -> Response:
    """Remove a group."""
    need(Verb.SYNONYMS)
    row = _group(group_id)
    with writing():
        synonym_lists.remove(row, by=current_user)
    flash(_("The group is deleted."), "done")
    return redirect(url_for("findability.synonym_groups"), 303)
