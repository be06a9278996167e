"""Staff decide about all open flags of a post at once: uphold them, so that it is hidden, or dismiss them.

What the site had hidden by itself comes back when its flags are dismissed; what staff hid for another reason stays hidden. Each
decision is one act: hiding or restoring the post is a part of it, told to its author, and stands once in the audit log.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock, events
from community.core.errors import Conflict
from community.core.events import Action
from community.core.extensions import db
from community.threads import grounds, moderating
from community.threads.changing import hold_thread_of
from community.threads.models import Post

from .models import Flag


def uphold(post: Post, *, by: Person, reason: str) -> None:
    """They are right: the post is hidden for this reason. Raises Conflict if its flags were decided meanwhile."""
    hold_thread_of(post)
    flags, before = _decide(post, "upheld", by), post.visibility
    if before != "hidden" or post.hidden_ground == grounds.FLAGS:
        with events.part_of(Action.FLAG_UPHELD, is_told=True):
            moderating.hide_post(post, by=by, reason=reason)
    _record(Action.FLAG_UPHELD, post, flags, by, reason, before)


def dismiss(post: Post, *, by: Person, reason: str = "") -> None:
    """They are not: what the site hid because of them comes back. Raises Conflict if they were decided meanwhile."""
    hold_thread_of(post)
    flags, before = _decide(post, "dismissed", by), post.visibility
    if before == "hidden" and post.hidden_ground == grounds.FLAGS:
        with events.part_of(Action.FLAG_DISMISSED, is_told=True):
            moderating.restore_post(post, by=by, reason=reason)
    _record(Action.FLAG_DISMISSED, post, flags, by, reason, before)


def _decide(post: Post, decision: str, by: Person) -> list[Flag]:
    flags = db.session.scalars(
        select(Flag)
        .where(Flag.post_id == post.id, Flag.decided_at.is_(None))
        .order_by(Flag.id)
        .execution_options(populate_existing=True)
    ).all()
    if not flags:
        raise Conflict(_l("Somebody else has decided about the flags of this post meanwhile."))
    for flag in flags:
        flag.decision, flag.decided_at, flag.decided_by_id = decision, clock.now(), by.id
    return list(flags)


def _record(action: Action, post: Post, flags: list[Flag], by: Person, reason: str, before: str) -> None:
    events.record(
        action,
        actor_id=by.id,
        thread_id=post.thread_id,
        post_id=post.id,
        reason=reason or None,
        before=before,
        after=post.visibility,
        told=[flag.by_id for flag in flags],
        reasons=sorted({flag.reason for flag in flags}),
    )
