"""The decision about a notice: the content is removed or kept, with reasons; and its opposite, if an appeal is granted.

Each is one act: what it does to the post is logged and told of with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from community.accounts.models import Person
from community.core import clock, events
from community.core.errors import Conflict
from community.core.events import Action
from community.core.extensions import db
from community.threads import moderating
from community.threads.models import Post

from .models import Notice, Outcome

#: What can be removed.
SEEN = ("published", "held")
_ACTIONS = {Outcome.REMOVED: Action.NOTICE_UPHELD, Outcome.KEPT: Action.NOTICE_DISMISSED}


@dataclass(frozen=True)
class Reasons:
    """Why: the facts, and the law or rule that the decision rests on. Checked by the form."""

    facts: str
    ground: str
    rule: str


def decide(notice: Notice, outcome: Outcome, reasons: Reasons, *, by: Person) -> None:
    """Remove what it is about, or keep it. Raises Conflict if it was decided, or if it is about a post of theirs."""
    hold(notice)
    if notice.decided_at is not None:
        raise Conflict(_l("Somebody else has decided about this notice meanwhile."))
    if notice.post.author_id == by.id:
        raise Conflict(NOT_ABOUT_ONESELF)
    notice.outcome, notice.facts = outcome.value, reasons.facts
    notice.ground, notice.rule = reasons.ground, reasons.rule
    notice.decided_at, notice.decided_by_id = clock.now(), by.id
    notice.minutes_taken = int((notice.decided_at - notice.received_at).total_seconds()) // 60
    notice.is_removed = outcome == Outcome.REMOVED
    with events.part_of(_ACTIONS[outcome]):
        _put(notice, by, reasons.facts)
    events.record(
        _ACTIONS[outcome],
        actor_id=by.id,
        thread_id=notice.post.thread_id,
        post_id=notice.post_id,
        person_id=notice.post.author_id,
        reason=reasons.facts,
        notice=notice.id,
        before=None,
        after={"notice": notice.id, "outcome": outcome.value},
    )


NOT_ABOUT_ONESELF = _l("This notice is about a post of yours. Somebody else of the staff decides.")


def overturn(notice: Notice, by: Person, reason: str) -> None:
    """The opposite of what stands. Called for an appeal, which records it."""
    hold(notice)
    notice.is_removed = notice.post.visibility in SEEN
    notice.overturned_by = [*notice.overturned_by, by.id]
    _put(notice, by, reason)


def _put(notice: Notice, by: Person, reason: str) -> None:
    """The post out of sight or back, if it is not so already."""
    db.session.flush()
    if notice.is_removed and notice.post.visibility in SEEN:
        moderating.hide_post(notice.post, by=by, reason=reason)
    elif not notice.is_removed and notice.post.visibility == "hidden" and notice.overturned_by:
        moderating.restore_post(notice.post, by=by, reason=reason)


def hold(notice: Notice) -> None:
    """Read the notice and its post afresh, and keep others from deciding until the transaction ends."""
    db.session.scalars(
        select(Notice)
        .join(Post, Post.id == Notice.post_id)
        .where(Notice.id == notice.id)
        .options(contains_eager(Notice.post))
        .with_for_update(of=Notice)
        .execution_options(populate_existing=True)
    ).one()
