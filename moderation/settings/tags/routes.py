"""The page of tags. Behind the desk's door, and for whoever may set tags."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.threads import tag_keeping
from community.threads.models import Tag

from ...access import need, put_door
from . import forms

blueprint = put_door(Blueprint("tag_settings", __name__, url_prefix="/moderation/settings/tags"))
Answer = str | Response | tuple[str, int]


@blueprint.before_request
def guard() -> None:
    """Refuse whoever may not set tags."""
    need(Verb.TAGS)


def _tag(tag_id: int) -> Tag:
    """The tag; on sending a form, a conflict if it was merged or deleted while its page was open."""
    tag = db.session.get(Tag, tag_id)
    if tag is None and request.method == "POST":
        raise Conflict(_("This tag is gone: somebody merged or deleted it meanwhile."))
    return tag or abort(404)


def _done(sentence: str, tag_id: int | None = None) -> Response:
    flash(sentence, "done")
    here = url_for("tag_settings.one", tag_id=tag_id) if tag_id is not None else url_for("tag_settings.index")
    return redirect(here, 303)


@blueprint.get("")
def index() -> str:
    """All of them, the most used first; `?q=`: those whose name holds it."""
    containing, after = forms.asked()
    tags, next_key = tag_keeping.by_use(containing, after)
    return render_template(
        "moderation/settings/tags.html",
        tags=tags,
        words=tag_keeping.synonyms_of(tags),
        containing=containing,
        is_first=after is None,
        next_key=f"{next_key.thread_count}_{next_key.name}" if next_key else "",
    )


@blueprint.get("/<int:tag_id>")
def one(tag_id: int) -> str:
    """One of them, and what can be done to it."""
    return _page(_tag(tag_id))


def _page(tag: Tag, problem: Invalid | None = None) -> str:
    return render_template(
        "moderation/settings/tag.html",
        tag=tag,
        words=tag_keeping.synonyms_of([tag]).get(tag.id, []),
        typed=request.form,
        problem=problem,
    )


def _complaint(tag_id: int, error: Invalid) -> Answer:
    db.session.rollback()
    return _page(_tag(tag_id), error), 422


@blueprint.post("/<int:tag_id>/rename")
def rename(tag_id: int) -> Answer:
    """Another name; the old one stands for it."""
    tag = _tag(tag_id)
    try:
        name = forms.word("name")
        with writing():
            tag_keeping.rename(tag, name, by=current_user)
    except Invalid as error:
        return _complaint(tag_id, error)
    return _done(_("The tag is renamed. Its old address leads here, and its old name means it."), tag_id)


@blueprint.post("/<int:tag_id>/merge")
def merge(tag_id: int) -> Answer:
    """All its threads carry another tag (`into`) instead."""
    tag = _tag(tag_id)
    try:
        into = forms.other_tag("into")
        into_id = into.id
        with writing():
            tag_keeping.merge(tag, into, by=current_user)
    except Invalid as error:
        return _complaint(tag_id, error)
    return _done(_("The tags are merged. Searches follow within a few minutes."), into_id)


@blueprint.post("/<int:tag_id>/words")
def add_synonym(tag_id: int) -> Answer:
    """Another word means this tag."""
    tag = _tag(tag_id)
    try:
        word = forms.word("word")
        with writing():
            tag_keeping.add_synonym(tag, word, by=current_user)
    except Invalid as error:
        return _complaint(tag_id, error)
    return _done(_("Whoever types this word means the tag from now on."), tag_id)


@blueprint.post("/<int:tag_id>/words/remove")
def remove_synonym(tag_id: int) -> Response:
    """A word no longer means this tag."""
    tag, word = _tag(tag_id), request.form.get("word", "")[:40]
    with writing():
        tag_keeping.remove_synonym(tag, word, by=current_user)
    return _done(_("The word no longer means this tag."), tag_id)


@blueprint.post("/<int:tag_id>/delete")
def remove(tag_id: int) -> Response:
    """Delete a tag that no thread carries."""
    tag = _tag(tag_id)
    with writing():
        tag_keeping.remove(tag, by=current_user)
    return _done(_("The tag is deleted."))
