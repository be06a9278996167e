"""Official answers: staff say of a reply that the company stands by it. That is no solution: what is official need not help,
and what helped need not be official. A text that its author changes afterwards is official no longer.
"""

from __future__ import annotations

from ..accounts.models import Person
from ..core import clock, events
from ..core.errors import Conflict
from ..core.events import Action
from ..core.extensions import db
from .changing import hold_thread_of, mark_changed
from .models import Endorsement, Post


def endorse(post: Post, *, by: Person) -> Endorsement:
    """The company stands by this reply. Doing it again changes nothing. Raises Conflict for an opening or hidden post."""
    thread = hold_thread_of(post)
    if post.number == 1 or post.visibility != "published":
        raise Conflict
    if (known := db.session.get(Endorsement, post.id)) is not None:
        return known
    endorsement = Endorsement(post_id=post.id, by_id=by.id, at=clock.now())
    db.session.add(endorsement)
    db.session.flush()
    mark_changed(thread)
    events.record(Action.POST_ENDORSED, actor_id=by.id, thread_id=thread.id, post_id=post.id, before=False, after=True)
    return endorsement


def withdraw_endorsement(post: Post, *, by: Person) -> None:
    """It is an answer like any other. Raises Conflict if it is one already."""
    thread = hold_thread_of(post)
    endorsement = db.session.get(Endorsement, post.id)
    if endorsement is None:
        raise Conflict
    db.session.delete(endorsement)
    db.session.flush()
    mark_changed(thread)
    events.record(
        Action.POST_ENDORSEMENT_WITHDRAWN,
        actor_id=by.id,
        thread_id=thread.id,
        post_id=post.id,
        before=True,
        after=False,
    )
