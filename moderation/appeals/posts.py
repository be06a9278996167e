"""A hidden post can be appealed against by its author. Granted, it is public again.

Where more than a moderator's own act decided (a notice, say), that is what is appealed against: see `decided_by`.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.core.extensions import db
from community.threads import moderating
from community.threads.models import Post

from .subjects import Subject

KIND = "post"
_KNOWN = "theke-hidden-by"
#: A hidden post -> what hid it, as addresses name it ("notice-7"); None: a moderator's own act.
HiddenBy = Callable[[Post], str | None]


def decided_by(app: Flask, function: HiddenBy) -> None:
    """Let `function` say what hid a post."""
    app.extensions.setdefault(_KNOWN, []).append(function)


def appeal_about(post: Post) -> str:
    """What the author of this hidden post appeals against, as addresses name it."""
    return _hidden_by(post) or f"{KIND}-{post.id}"


def _hidden_by(post: Post) -> str | None:
    found = (function(post) for function in current_app.extensions.get(_KNOWN, []))
    return next((about for about in found if about is not None), None)


def _load(post_id: int) -> Post | None:
    return db.session.scalar(
        select(Post)
        .where(Post.id == post_id)
        .options(joinedload(Post.thread), joinedload(Post.author), joinedload(Post.hidden_by))
    )


def _may_appeal(post: Post, person: Person | None) -> bool:
    is_author = person is not None and post.author_id == person.id
    return is_author and post.visibility == "hidden" and _hidden_by(post) is None


def _grant(post: Post, by: Person, reason: str) -> None:
    if post.visibility == "hidden":
        moderating.restore_post(post, by=by, reason=reason)


HIDDEN_POST = Subject(
    kind=KIND,
    load=_load,
    deciders=lambda post: {post.hidden_by_id} - {None},
    verb=Verb.HIDE,
    category_id=lambda post: post.thread.category_id,
    may_appeal=_may_appeal,
    grant=_grant,
    template="moderation/appeals/_post.html",
    name=_l("A hidden post"),
    place=lambda post: (post.thread_id, post.id),
    decided_at=lambda post: post.hidden_at,
)
