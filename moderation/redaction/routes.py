"""The page on which staff take a secret out of a post: first they see what would go, then it goes from everywhere at once."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core import text
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.core.incoming import LARGEST_ID
from community.threads import redacting
from community.threads.addresses import permalink
from community.threads.mentions import words_of
from community.threads.models import Post
from community.threads.posting import Words
from community.threads.visibility import visible_post

from .. import forms
from ..access import need, put_door

blueprint = put_door(Blueprint("redaction", __name__, url_prefix="/moderation"))
SECRET_MAX = 200
Answer = str | Response | tuple[str, int]


def _post(post_id: int) -> Post:
    post = visible_post(post_id, current_user, joinedload(Post.thread), joinedload(Post.author)) or abort(404)
    need(Verb.REDACT, post.thread)
    return post


@blueprint.get("/posts/<int:post_id>/redact")
def page(post_id: int) -> str:
    """What has to go, and why?"""
    return _page(_post(post_id))


@blueprint.post("/posts/<int:post_id>/redact")
def redact(post_id: int) -> Answer:
    """Show what would go; once that is confirmed, take it out of this post and of the others that are ticked."""
    post = _post(post_id)
    try:
        secret = _secret(post)
        why = _reason(secret)
        if "confirmed" not in request.form:
            return _page(post, secret=secret)
        _redact_all([post, *_ticked(post, secret)], secret, why)
    except Invalid as error:
        db.session.rollback()
        return _page(_post(post_id), problem=error), 422
    except Conflict:
        db.session.rollback()
        changed = Invalid(_("The post has changed meanwhile. Look at it again; nothing was taken out."))
        return _page(_post(post_id), problem=changed), 409
    flash(_("It is taken out, of every revision as well. The author is told the reason."), "done")
    return redirect(permalink(_post(post_id)), 303)


def _redact_all(posts: list[Post], secret: str, why: str) -> None:
    rendered = [(post.id, post.revision, _words_without(post, secret)) for post in posts]  # before the transaction
    with writing():
        for post_id, revision, words in rendered:
            held = db.session.get_one(Post, post_id)
            redacting.redact(held, secret, by=current_user, words=words, started_from=revision, reason=why)


def _words_without(post: Post, secret: str) -> Words:
    return words_of(redacting.without(post.source, secret, redacting.MARKS[post.language]), post.source_format)


def _secret(post: Post) -> str:
    """What has to go. Raises Invalid if it is too short, too long, or nowhere in the post."""
    typed = text.normalise(request.form.get("secret", "")).strip()
    if len(typed) < redacting.SHORTEST:
        raise Invalid(_("Write what has to go, at least %(count)d characters.", count=redacting.SHORTEST), "secret")
    if len(typed) > SECRET_MAX:
        raise Invalid(_("Use at most %(count)d characters.", count=SECRET_MAX), "secret")
    if not redacting.holds(post, typed):
        raise Invalid(
            _("That is not in this post, nor in a revision of it. Copy it exactly as it stands there."), "secret"
        )
    return typed


def _reason(secret: str) -> str:
    why = forms.reason()
    if secret.casefold() in why.casefold():
        raise Invalid(_("The reason is public: it must not say what you take out."), "reason")
    return why


def _ticked(post: Post, secret: str) -> list[Post]:
    wanted = {int(typed) for typed in request.form.getlist("also") if typed.isascii() and typed.isdigit()}
    return [other for other in redacting.also_hold(post, secret) if other.id in wanted and other.id <= LARGEST_ID]


def _page(post: Post, secret: str = "", problem: Invalid | None = None) -> str:
    mark = redacting.MARKS[post.language]
    found = post.source.count(secret) if secret else 0
    return render_template(
        "moderation/redact.html",
        post=post,
        thread=post.thread,
        secret=secret,
        problem=problem,
        changes=text.difference(post.source, redacting.without(post.source, secret, mark)) if found else [],
        said=ngettext("It stands in the text %(num)d time.", "It stands in the text %(num)d times.", found)
        if found
        else _("It stands in an earlier revision or in the title; the present text does not hold it."),
        others=redacting.also_hold(post, secret) if secret else [],
    )
