"""The addresses of staff notes, all behind the one door (`access`). A note itself is read in its thread and in its case."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.core import idempotency, limits
from community.core.errors import require
from community.core.extensions import writing
from community.core.incoming import asked_id
from community.core.security import safe_next
from community.threads.mentions import words_of
from community.threads.models import Thread
from community.threads.policy import posting_rate
from community.threads.posting import Words
from community.threads.visibility import visible_thread

from ..access import put_door
from . import noting, queries
from .forms import NoteForm
from .models import StaffNote
from .policy import can_change_note, can_write_note

blueprint = put_door(Blueprint("notes", __name__, url_prefix="/moderation"))
Answer = str | Response | tuple[str, int]


def _note(note_id: int) -> StaffNote:
    return queries.visible_note(note_id, current_user) or abort(404)


def _place(note: StaffNote, thread: Thread) -> str:
    """Where one came from (the desk), else where the note stands."""
    back = safe_next(request.form.get("next"))
    return f"{back}#note-{note.id}" if back else queries.note_address(note, thread, current_user)


def _form_page(
    thread: Thread, form: NoteForm, note: StaffNote | None = None, preview: str | None = None, *, is_stale: bool = False
) -> str:
    return render_template(
        "moderation/notes/form.html",
        thread=thread,
        form=form,
        note=note,
        preview=preview,
        is_stale=is_stale,
        started_from=note.version if note and (is_stale or request.method == "GET") else asked_id("started_from") or 0,
        back=safe_next(request.values.get("next")),
    )


def _words(form: NoteForm) -> Words:
    limits.refuse_if_spent(posting_rate(current_user), current_user.id)
    return words_of(form.text)


@blueprint.post("/threads/<int:thread_id>/notes")
@idempotency.once
def write(thread_id: int) -> Answer:
    """Write a note beside a thread; or look at it first."""
    thread, form = visible_thread(thread_id, current_user) or abort(404), NoteForm(request.form)
    require(can_write_note(current_user, thread))
    if not form.validate():
        return _form_page(thread, form), 422
    if "preview" in request.form:
        return _form_page(thread, form, preview=_previewed(form))
    words = _words(form)
    with writing():
        if (earlier := idempotency.claim()) is not None:
            return redirect(earlier, 303)
        limits.spend(posting_rate(current_user), current_user.id)
        note = noting.write_note(thread, by=current_user, words=words)
        address = idempotency.settle(_place(note, thread))
    return redirect(address, 303)


def _previewed(form: NoteForm) -> str:
    limits.spend("preview", current_user.id)
    return words_of(form.text).rendered.html


@blueprint.get("/notes/<int:note_id>/edit")
def edit(note_id: int) -> str:
    """The note's text in a form."""
    note = _note(note_id)
    require(can_change_note(current_user, note))
    if note.deleted_at is not None:
        abort(404)
    return _form_page(note.thread, NoteForm(data={"body": note.source}), note)


@blueprint.post("/notes/<int:note_id>/edit")
def save_edit(note_id: int) -> Answer:
    """Store another text; or look at it first; or meet what was saved in another window."""
    note, form = _note(note_id), NoteForm(request.form)
    require(can_change_note(current_user, note))
    if not form.validate():
        return _form_page(note.thread, form, note), 422
    if "preview" in request.form:
        return _form_page(note.thread, form, note, _previewed(form))
    thread, words = note.thread, _words(form)
    try:
        with writing():
            limits.spend(posting_rate(current_user), current_user.id)
            noting.edit_note(note, by=current_user, words=words, started_from=asked_id("started_from") or 0)
            address = _place(note, thread)
        return redirect(address, 303)
    except noting.StaleNote:
        note = _note(note_id)
        return _form_page(note.thread, form, note, is_stale=True), 409


@blueprint.post("/notes/<int:note_id>/delete")
def delete(note_id: int) -> Response:
    """Take one's note back."""
    note = _note(note_id)
    require(can_change_note(current_user, note))
    address = _place(note, note.thread).partition("#")[0]
    with writing():
        noting.delete_note(note, by=current_user)
    flash(_("The note is deleted."), "done")
    return redirect(address, 303)
