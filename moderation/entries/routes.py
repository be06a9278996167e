"""The addresses of contact entries, all behind the one door (`access`). What is refused is said on the same page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.models import Person
from community.accounts.permissions import Verb, may_somewhere
from community.accounts.queries import person_named
from community.case_file.contact_entries import keeping, queries
from community.case_file.contact_entries.keeping import StaleEntry, Where, Written
from community.case_file.contact_entries.models import ContactEntry
from community.core import clock, idempotency
from community.core.errors import Invalid, require
from community.core.extensions import db, writing
from community.core.incoming import asked_id
from community.core.security import safe_next
from community.threads import protecting
from community.threads.addresses import thread_address
from community.threads.models import Thread
from community.threads.visibility import visible_thread

from ..access import MAY_NOT, need, put_door
from . import forms
from .queries import may_read, typed_where

blueprint = put_door(Blueprint("entries", __name__, url_prefix="/moderation"))
Answer = str | Response | tuple[str, int]


def _thread(thread_id: int) -> Thread:
    return visible_thread(thread_id, current_user) or abort(404)


def _customer(name: str) -> Person:
    return person_named(name) or abort(404)


def _entry(entry_id: int) -> ContactEntry:
    entry = queries.entry_of(entry_id) or abort(404)
    require(may_read(entry, current_user), MAY_NOT)
    return entry


def _need_somewhere() -> None:
    require(may_somewhere(current_user, Verb.ENTRIES), MAY_NOT)


# --- About a case


@blueprint.get("/threads/<int:thread_id>/entries")
def of_thread(thread_id: int) -> str:
    """All contacts about a case, and the form for another."""
    thread = _thread(thread_id)
    need(Verb.ENTRIES, thread)
    return _thread_page(thread)


@blueprint.post("/threads/<int:thread_id>/entries")
@idempotency.once
def log_about_thread(thread_id: int) -> Answer:
    """There was a contact about this case."""
    thread = _thread(thread_id)
    need(Verb.ENTRIES, thread)
    customer = db.session.get_one(Person, thread.author_id)
    try:
        return _log(Where(customer, thread), safe_next(request.form.get("next")) or thread_address(thread))
    except Invalid as error:
        db.session.rollback()
        return _thread_page(_thread(thread_id), error), 422


def _thread_page(thread: Thread, error: Invalid | None = None) -> str:
    return _page(
        title=thread.title,
        address=thread_address(thread),
        entries=queries.entries_of_case(thread),
        action=url_for("entries.log_about_thread", thread_id=thread.id),
        may_be_public=True,
        error=error,
    )


# --- With a customer, about no case


@blueprint.get("/people/<name>/entries")
def of_person(name: str) -> str:
    """All contacts with a customer, and the form for another."""
    _need_somewhere()
    return _person_page(_customer(name))


@blueprint.post("/people/<name>/entries")
@idempotency.once
def log_with_person(name: str) -> Answer:
    """There was a contact with this customer, about none of their cases."""
    _need_somewhere()
    person = _customer(name)
    try:
        return _log(Where(person), url_for("entries.of_person", name=person.name))
    except Invalid as error:
        db.session.rollback()
        return _person_page(_customer(name), error), 422


def _person_page(person: Person, error: Invalid | None = None) -> str:
    shown = [each for each in queries.entries_with(person) if may_read(each.entry, current_user)]
    return _page(
        title=person.display_name,
        address=url_for("sanctions.person", name=person.name),
        entries=shown,
        action=url_for("entries.log_with_person", name=person.name),
        may_be_public=False,
        error=error,
    )


def _log(where: Where, address: str) -> Response:
    written, protected = _protected(forms.read_contact(request.form), where.thread)
    with writing():
        if (earlier := idempotency.claim()) is not None:
            return redirect(earlier, 303)
        keeping.log_entry(written, where, by=current_user)
        if where.thread is not None:
            protecting.keep(protected, where.thread, by=current_user)
        address = idempotency.settle(address)
    flash(_("The contact is noted."), "done")
    return redirect(address, 303)


def _protected(written: Written, thread: Thread | None) -> tuple[Written, protecting.Protected]:
    """A public summary without what is personal in it. Raises Personal."""
    if not written.is_public or thread is None:
        return written, protecting.Protected({})
    protected = protecting.protect({"summary": written.summary}, request.form, language=thread.language)
    return replace(written, summary=protected["summary"]), protected


def _page(*, error: Invalid | None, **page: Any) -> str:
    return render_template(
        "moderation/entries/page.html",
        error=error,
        typed=request.form if error else {"happened_at": forms.moment_typed(clock.now()), "channel": "call"},
        **page,
    )


# --- One contact


@blueprint.get("/entries/<int:entry_id>")
def edit(entry_id: int) -> str:
    """A contact in a form."""
    return _edit_page(_entry(entry_id))


@blueprint.post("/entries/<int:entry_id>")
def change(entry_id: int) -> Answer:
    """Say something else of it; or meet what a colleague said meanwhile."""
    entry = _entry(entry_id)
    address, thread = _place(entry), entry.thread
    try:
        written, protected = _protected(forms.read_contact(request.form), thread)
        with writing():
            keeping.change_entry(entry, written, by=current_user, started_from=asked_id("started_from") or 0)
            if thread is not None:
                protecting.keep(protected, thread, by=current_user)
        flash(_("The contact is changed."), "done")
        return redirect(address, 303)
    except Invalid as error:
        db.session.rollback()
        return _edit_page(_entry(entry_id), error), 422
    except StaleEntry:
        db.session.rollback()
        return _edit_page(_entry(entry_id), is_stale=True), 409


@blueprint.post("/entries/<int:entry_id>/remove")
def remove(entry_id: int) -> Response:
    """Nothing of it stays."""
    entry = _entry(entry_id)
    address = _place(entry)
    with writing():
        keeping.remove_entry(entry, by=current_user)
    flash(_("The contact is removed."), "done")
    return redirect(address, 303)


def _place(entry: ContactEntry) -> str:
    if entry.thread_id is not None:
        return url_for("entries.of_thread", thread_id=entry.thread_id)
    if entry.person is not None:
        return url_for("entries.of_person", name=entry.person.name)
    return url_for("entries.index")


def _edit_page(entry: ContactEntry, error: Invalid | None = None, *, is_stale: bool = False) -> str:
    stored = keeping.written_in(entry)
    as_stored = {
        "channel": stored.channel,
        "happened_at": forms.moment_typed(stored.happened_at),
        "summary": stored.summary,
        "is_public": "1" if stored.is_public else "",
    }
    return render_template(
        "moderation/entries/edit.html",
        entry=entry,
        stored=stored,
        typed=request.form if error or is_stale else as_stored,
        error=error,
        is_stale=is_stale,
        back=_place(entry),
    )


# --- Of which nobody has said whose they are


@blueprint.get("/entries")
def index() -> str:
    """What systems told of whom they did not know."""
    _need_somewhere()
    return _index_page()


@blueprint.post("/entries/<int:entry_id>/assign")
def assign(entry_id: int) -> Answer:
    """It is this customer's, or about this case."""
    entry = _entry(entry_id)
    try:
        where = typed_where(request.form.get("where", ""), current_user)
        with writing():
            keeping.assign(entry, where, by=current_user)
    except Invalid as error:
        db.session.rollback()
        return _index_page(entry_id, error), 422
    flash(_("The contact stands in the case file now."), "done")
    return redirect(url_for("entries.index"), 303)


def _index_page(at: int = 0, error: Invalid | None = None) -> str:
    before = asked_id("before")
    shown = list(queries.unassigned(before))
    return render_template(
        "moderation/entries/unassigned.html",
        entries=shown,
        older=shown[-1].entry.id if len(shown) == queries.LISTED else None,
        at=at,
        error=error,
        typed=request.form if error else {},
    )
