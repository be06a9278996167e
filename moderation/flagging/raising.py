"""Raising a flag. When the open flags of a post are heavy enough together, the site hides it until staff have looked.

Posts of staff, solutions and solved threads are never hidden that way, and nothing is that staff have looked at and left
as it is, unless it was edited since.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from community.accounts.models import Person
from community.accounts.permissions import Verb, may
from community.core import clock, events
from community.core.errors import Conflict
from community.core.events import Action
from community.core.extensions import db
from community.threads import grounds, moderating
from community.threads.changing import hold_thread_of
from community.threads.models import Post, Solution, Thread
from community.threads.visibility import PUBLISHED

from ..models import AuditEntry
from . import weighing
from .models import Flag

FLAGGED_ALREADY = _l("You have flagged this post already. Staff will look at it.")
DECIDED_ALREADY = _l(
    "Staff have looked at your flag of this post and decided. If the post is changed, you can flag it again."
)


def raise_flag(post: Post, *, by: Person, reason: str, text: str = "") -> Flag:
    """Say what is wrong with a post: `reason` is a key of `reasons.REASONS`. May hide the post.

    Raises Conflict if it is no longer public, or if `by` said so already and it was not changed after that was decided.
    """
    thread = hold_thread_of(post)
    if post.visibility != PUBLISHED:
        raise Conflict(_l("This post is no longer public. Staff know of it already."))
    if (said := flag_that_stands(post, by)) is not None:
        raise Conflict(FLAGGED_ALREADY if said.decided_at is None else DECIDED_ALREADY)
    flag = Flag(post_id=post.id, by_id=by.id, reason=reason, text=text, weight=_weight(by, thread), at=clock.now())
    db.session.add(flag)
    events.record(Action.FLAG_RAISED, actor_id=by.id, thread_id=thread.id, post_id=post.id, before=None, after=reason)
    if _goes_out_of_sight(post, thread):
        moderating.hide_by_itself(post, ground=grounds.FLAGS)
    return flag


def flag_that_stands(post: Post, by: Person) -> Flag | None:
    """Their flag of this post that is open, or was decided after the post was changed for the last time."""
    return db.session.scalars(
        select(Flag)
        .where(
            Flag.post_id == post.id,
            Flag.by_id == by.id,
            or_(Flag.decided_at.is_(None), Flag.decided_at >= _as_it_is_since(post)),
        )
        .order_by(Flag.id.desc())
    ).first()


def _as_it_is_since(post: Post) -> datetime:
    return post.edited_at or post.created_at


def _weight(by: Person, thread: Thread) -> int:
    if may(by, Verb.HIDE, thread.category_id):
        return weighing.weight_of_staff(_hides_at())
    decided = select(Flag.decision, func.count()).where(Flag.by_id == by.id).group_by(Flag.decision)
    counts = dict(db.session.execute(decided).all())
    return weighing.weight(counts.get("upheld", 0), counts.get("dismissed", 0))


def _hides_at() -> int:
    return int(current_app.config["FLAGS_HIDE_AT"])


def _goes_out_of_sight(post: Post, thread: Thread) -> bool:
    total = db.session.scalar(select(func.sum(Flag.weight)).where(Flag.post_id == post.id, Flag.decided_at.is_(None)))
    return weighing.is_heavy_enough(total or 0, _hides_at()) and not (_is_spared(post, thread) or _was_left(post))


def _is_spared(post: Post, thread: Thread) -> bool:
    """What staff wrote and what solved something only staff take away."""
    if post.by_staff or (post.number == 1 and thread.solved_at is not None):
        return True
    return db.session.scalar(select(Solution.post_id).where(Solution.post_id == post.id)) is not None


def _was_left(post: Post) -> bool:
    """Have staff looked at it, as it is now, and left or put it back?"""
    return (
        db.session.scalars(
            select(AuditEntry.id).where(
                AuditEntry.post_id == post.id,
                AuditEntry.act.in_((Action.POST_RESTORED.value, Action.FLAG_DISMISSED.value)),
                AuditEntry.at >= _as_it_is_since(post),
            )
        ).first()
        is not None
    )
