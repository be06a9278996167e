"""The tab *Held*, and the settings of what is held. All of it is behind the desk's door."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core.errors import Invalid
from community.core.extensions import db, writing
from community.core.incoming import asked_id
from community.core.security import safe_next
from community.threads import approving
from community.threads.forms import EditForm, TitledEditForm
from community.threads.mentions import words_of
from community.threads.models import Category, Post
from community.threads.visibility import visible_post

from .. import forms as staff_forms
from .. import queue
from ..access import need, put_door
from ..owning import mine
from . import forms, keeping, queries, setting
from .models import HeldPost

blueprint = put_door(Blueprint("approving", __name__, url_prefix="/moderation"))
Answer = str | Response | tuple[str, int]


# --- What is held


@blueprint.get("/held")
def held() -> str:
    """What waits for the reader, the oldest first; ?after= pages by row."""
    return _held_page()


def _held_page(wrong_id: int | None = None, problem: Invalid | None = None) -> str:
    after = asked_id("after")
    return render_template(
        "moderation/approving/held.html",
        page=queries.held_page(current_user, after),
        after=after,
        wrong_id=wrong_id,
        problem=problem,
        counts=queue.tab_counts() | {mine.TAB: mine.waiting_for(current_user)},
    )


def _held(post_id: int) -> tuple[HeldPost, Post]:
    """The row and its post with thread and author; refuses whoever does not decide there."""
    post = visible_post(post_id, current_user, joinedload(Post.thread), joinedload(Post.author)) or abort(404)
    row = keeping.row_of(post_id) or abort(404)
    need(Verb.APPROVE, post.thread)
    return row, post


def _next(row_id: int, after: int | None) -> Response:
    """Back to where the post was decided; at the tab, to the next one."""
    if (back := safe_next(request.form.get("next"))) is not None:
        return redirect(back, 303)
    post_id = queries.next_after(current_user, row_id)
    anchor = f"held-{post_id}" if post_id else None
    return redirect(url_for("approving.held", after=after, _anchor=anchor), 303)


@blueprint.post("/held/<int:post_id>/approve")
def approve(post_id: int) -> Response:
    """Everybody may read it."""
    row, post = _held(post_id)
    row_id, wishes = row.id, keeping.wishes_of(row)
    with writing():
        approving.approve_post(post, wishes, by=current_user, seen=asked_id("revision") or 0)
    flash(_("The post is public now. Its author is told."), "done")
    return _next(row_id, asked_id("after"))


@blueprint.post("/held/<int:post_id>/reject")
def reject(post_id: int) -> Answer:
    """It stays out of sight, with a reason that its author is told."""
    row, post = _held(post_id)
    row_id = row.id
    try:
        why = staff_forms.reason()
    except Invalid as problem:
        return _held_page(post_id, problem), 422
    with writing():
        approving.reject_post(post, by=current_user, reason=why)
    flash(_("The post is rejected. Its author is told the reason."), "done")
    return _next(row_id, asked_id("after"))


@blueprint.get("/held/<int:post_id>/edit")
def edit(post_id: int) -> str:
    """The post's text in a form."""
    _row, post = _held(post_id)
    if post.visibility != "held":
        abort(404)
    return _edit_page(post, _edit_form(post, data={"title": post.thread.title, "body": post.source}))


def _edit_form(post: Post, sent: Any = None, data: dict[str, str] | None = None) -> EditForm:
    return (TitledEditForm if post.number == 1 else EditForm)(sent, data=data)


def _edit_page(post: Post, form: EditForm, *, is_stale: bool = False) -> str:
    return render_template(
        "moderation/approving/edit.html",
        post=post,
        thread=post.thread,
        form=form,
        is_stale=is_stale,
        started_from=post.revision if is_stale or request.method == "GET" else asked_id("revision") or 0,
        after=asked_id("after"),
    )


@blueprint.post("/held/<int:post_id>/edit")
def approve_changed(post_id: int) -> Answer:
    """Store another text and let everybody read it, in one act; or meet the text that its author wrote meanwhile."""
    row, post = _held(post_id)
    row_id, wishes, form = row.id, keeping.wishes_of(row), _edit_form(post, request.form)
    seen = asked_id("revision") or 0
    if not form.validate():
        return _edit_page(post, form), 422
    if post.visibility == "held" and post.revision != seen:
        return _edit_page(post, form, is_stale=True), 409
    words = words_of(form.text, post.source_format)
    with writing():
        approving.approve_changed(
            post,
            wishes,
            by=current_user,
            seen=seen,
            words=words,
            title=form.title.data if isinstance(form, TitledEditForm) else None,
            reason=form.reason.data or "",
        )
    flash(_("The post is public now. Its author is told."), "done")
    return _next(row_id, asked_id("after"))


# --- Settings


@blueprint.get("/settings/approval")
def settings() -> str:
    """Whose posts are held, category by category."""
    need(Verb.WORDS)
    return _settings_page(_categories())


def _categories() -> list[Category]:
    return list(db.session.scalars(select(Category).order_by(Category.position, Category.id)))


def _settings_page(categories: list[Category], problem: Invalid | None = None) -> str:
    said = setting.rules()
    stored = {
        forms.field_name(field, each): str(getattr(said.get(each.id, setting.USUAL), field))
        for each in categories
        for field in forms.FIELDS
    }
    return render_template(
        "moderation/approving/settings.html",
        categories=categories,
        typed=request.form if problem else stored,
        problem=problem,
        field_name=forms.field_name,
    )


@blueprint.post("/settings/approval")
def put_settings() -> Answer:
    """Store what holds from now on."""
    need(Verb.WORDS)
    categories = _categories()
    try:
        wanted = forms.rules_in(request.form, categories)
    except Invalid as problem:
        return _settings_page(categories, problem), 422
    with writing():
        setting.put_rules(wanted, by=current_user)
    flash(_("Stored. It holds for what is posted from now on."), "done")
    return redirect(url_for("approving.settings"), 303)
