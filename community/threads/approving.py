"""What becomes of a held post: staff approve it, or reject it with a reason. Only now happens what happens when somebody posts.

A post keeps the moment at which it was written: since then its author waits for an answer, whoever held it up.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from ..accounts.models import Person
from ..core import clock, events
from ..core.errors import Conflict
from ..core.events import Action
from ..core.extensions import db
from . import editing, solving, tagging
from .changing import hold_thread_of
from .models import Post, Thread
from .moderating import show_or_hide
from .posting import Words


@dataclass(frozen=True)
class Wishes:
    """What its author wanted to happen with the post: these tags, these persons told, the solved thread reopened."""

    tags: tuple[str, ...] = ()
    mentioned: tuple[int, ...] = ()
    reopens: bool = False


def approve_post(post: Post, wishes: Wishes, *, by: Person, seen: int) -> None:
    """Everybody reads it from now on. `seen` is the revision that `by` looked at. Raises Conflict if it is no longer held,
    or if its author has changed it meanwhile."""
    thread = _hold_held(post, seen)
    _publish(thread, post, wishes, Action.POST_APPROVED, by)


def approve_changed(
    post: Post, wishes: Wishes, *, by: Person, seen: int, words: Words, title: str | None = None, reason: str = ""
) -> None:
    """The same with other words, in one act. The same words change nothing and are approved."""
    thread = _hold_held(post, seen)
    wishes = Wishes(wishes.tags, words.mentioned, wishes.reopens)
    revision = editing.write_revision(thread, post, by=by, words=words, started_from=seen, title=title, reason=reason)
    action = Action.POST_APPROVED if revision is None else Action.POST_APPROVED_CHANGED
    _publish(thread, post, wishes, action, by, reason)


def reject_post(post: Post, *, by: Person, reason: str) -> None:
    """It stays out of sight, for a reason that its author is told. Raises Conflict if it is no longer held."""
    thread = _hold_held(post)
    post.visibility, post.hidden_at, post.hidden_by_id, post.hidden_reason = "hidden", clock.now(), by.id, reason
    show_or_hide(thread, post)
    _record(Action.POST_REJECTED, post, by, reason)


def _hold_held(post: Post, seen: int | None = None) -> Thread:
    thread = hold_thread_of(post)
    if post.visibility != "held":
        raise Conflict(_l("This was decided meanwhile."))
    if seen is not None and post.revision != seen:
        raise Conflict(_l("Its author has changed the text meanwhile. Go back and look at it once more."))
    return thread


def _publish(thread: Thread, post: Post, wishes: Wishes, action: Action, by: Person, reason: str = "") -> None:
    post.visibility = "published"
    show_or_hide(thread, post)
    _record(action, post, by, reason)
    announce(post, wishes)


def _record(action: Action, post: Post, by: Person, reason: str) -> None:
    events.record(
        action,
        actor_id=by.id,
        thread_id=post.thread_id,
        post_id=post.id,
        reason=reason or None,
        before="held",
        after=post.visibility,
    )


def announce(post: Post, wishes: Wishes) -> None:
    """What was held is public for the first time: do what its author wanted, and record that they posted."""
    thread = db.session.get_one(Thread, post.thread_id)
    if wishes.reopens and thread.solved_at is not None and thread.solved_at <= post.created_at:
        solving.reopen(thread, by=db.session.get_one(Person, post.author_id))
    if post.number == 1 and wishes.tags and not tagging.names_of(thread):
        tagging.put_tags(thread, list(wishes.tags))
    events.record(
        Action.THREAD_POSTED if post.number == 1 else Action.POST_REPLIED,
        actor_id=post.author_id,
        thread_id=thread.id,
        post_id=post.id,
        mentioned=list(wishes.mentioned),
        was_held=True,
    )
