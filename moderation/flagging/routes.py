"""Flagging a post, for everyone who may write; and the tab where staff decide about flags, behind the one door (`access`).

After a decision the next flagged post comes by itself.
"""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb, may_somewhere
from community.core import idempotency, limits
from community.core.errors import Invalid, require
from community.core.extensions import writing
from community.core.i18n import force_locale
from community.core.incoming import asked_id
from community.threads.addresses import post_address
from community.threads.models import Post, Thread
from community.threads.visibility import visible_post, visible_thread

from .. import forms as reasons_of_staff
from ..access import need, put_door
from . import deciding, queries, raising
from .forms import TEXT_MAX, said
from .policy import can_flag
from .reasons import REASONS

blueprint = Blueprint("flags", __name__)
desk = put_door(Blueprint("flagging", __name__, url_prefix="/moderation/flags"))
Answer = str | Response | tuple[str, int]


def _post(post_id: int) -> Post:
    return visible_post(
        post_id, current_user, joinedload(Post.thread).joinedload(Thread.category), joinedload(Post.author)
    ) or abort(404)


# --- Raising


@blueprint.get("/posts/<int:post_id>/flag")
@login_required
def form(post_id: int) -> str:
    """What is wrong with this post? Or: you said so already."""
    post = _post(post_id)
    require(can_flag(current_user, post), _cannot())
    return _form_page(post)


@blueprint.post("/posts/<int:post_id>/flag")
@login_required
@idempotency.once
def raise_flag(post_id: int) -> Answer:
    """Say what is wrong with it."""
    post = _post(post_id)
    require(can_flag(current_user, post), _cannot())
    try:
        reason, text = said()
    except Invalid as problem:
        return _form_page(post, problem), 422
    if raising.flag_that_stands(post, current_user) is not None:
        return _form_page(post), 409
    thread, back = post.thread, post_address(post.thread, post.number)
    elsewhere = url_for("threads.category", slug=thread.category.slug)
    with writing():
        if (earlier := idempotency.claim()) is not None:
            return redirect(earlier, 303)
        limits.spend("flag", current_user.id)
        raising.raise_flag(post, by=current_user, reason=reason, text=text)
        address = idempotency.settle(back if visible_thread(thread.id, current_user) else elsewhere)
    flash(_("Thank you. Staff will look at it, and you will hear what they decide."), "done")
    return redirect(address, 303)


def _cannot() -> str:
    return str(_("You cannot flag this post: it is your own, it is not public, or you may not write at present."))


def _form_page(post: Post, problem: Invalid | None = None) -> str:
    stands = raising.flag_that_stands(post, current_user)
    already = raising.FLAGGED_ALREADY if stands and stands.decided_at is None else raising.DECIDED_ALREADY
    return render_template(
        "moderation/flagging/form.html",
        post=post,
        reasons=REASONS.values(),
        text_max=TEXT_MAX,
        problem=problem,
        already=already if stands else None,
        takes_notices="notices.form" in current_app.view_functions,
    )


# --- Deciding


@desk.get("")
def flags() -> str:
    """What is flagged, and one of it (?post=, else the first) with everything that was said of it."""
    require(may_somewhere(current_user, Verb.FLAGS))
    return _desk_page(asked_id("post"))


@desk.post("/<int:post_id>/uphold")
def uphold(post_id: int) -> Answer:
    """They are right: hide the post, with a reason that its author is told."""
    post = _post(post_id)
    need(Verb.FLAGS, post.thread)
    try:
        why = reasons_of_staff.reason()
    except Invalid as problem:
        return _desk_page(post_id, problem), 422
    address = _next(post_id)
    with writing():
        deciding.uphold(post, by=current_user, reason=why)
    flash(_("The post is hidden. Its author and those who flagged it are told."), "done")
    return redirect(address, 303)


@desk.post("/<int:post_id>/dismiss")
def dismiss(post_id: int) -> Answer:
    """They are not: the post is, or becomes, public."""
    post = _post(post_id)
    need(Verb.FLAGS, post.thread)
    try:
        why = reasons_of_staff.reason(required=False)
    except Invalid as problem:
        return _desk_page(post_id, problem), 422
    address = _next(post_id)
    with writing():
        deciding.dismiss(post, by=current_user, reason=why)
    flash(_("The flags are dismissed. Those who raised them are told."), "done")
    return redirect(address, 303)


def _next(post_id: int) -> str:
    """Where the next flagged post is, as things stand before this one is decided."""
    here = queries.flagged_post(post_id, current_user)
    return url_for("flagging.flags", post=queries.next_after(here, current_user))


def _desk_page(post_id: int | None, problem: Invalid | None = None) -> str:
    after = request.args.get("after", "")[:40]
    items, next_key = queries.flagged(current_user, after)
    chosen = queries.flagged_post(post_id, current_user) if post_id else None
    is_decided = post_id is not None and chosen is None
    chosen = chosen or (items[0] if items else None)
    raised = queries.open_flags(chosen.post.id) if chosen else []
    return render_template(
        "moderation/flagging/flags.html",
        items=items,
        after=after,
        next_key=next_key,
        chosen=chosen,
        is_decided=is_decided,
        raised=raised,
        reasons=REASONS,
        offered=_offered(chosen.post, queries.heaviest_reason(raised)) if chosen and raised else "",
        problem=problem,
    )


def _offered(post: Post, reason: str) -> str:
    """What the author could be told, in the language of the post."""
    with force_locale(post.language):
        return str(REASONS[reason].told)
