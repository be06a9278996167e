"""Who hears of a fact, and as what. A person hears of one fact once, by the strongest reason; never of their own acts."""

from __future__ import annotations

from sqlalchemy import select

from ..accounts.models import Person
from ..core.events import Action, Event
from ..core.extensions import db
from ..threads.models import Post, Thread
from ..threads.visibility import visible_post, visible_thread
from .following import followers
from .models import Notification

#: What happened -> what a follower is told.
FOR_FOLLOWERS = {Action.POST_REPLIED: "replied", Action.THREAD_SOLVED: "solved"}
#: What was done to somebody's post or thread -> what its author is told.
FOR_AUTHORS = {
    Action.POST_HIDDEN: "hidden",
    Action.POST_RESTORED: "restored",
    Action.THREAD_MOVED: "moved",
    Action.THREAD_LOCKED: "locked",
    Action.THREAD_UNLOCKED: "unlocked",
    Action.THREAD_MARKED_DUPLICATE: "duplicate",
    Action.THREAD_REOPENED: "reopened",
}
FOR_MENTIONED = (Action.THREAD_POSTED, Action.POST_REPLIED, Action.POST_EDITED)
HEARD_OF = tuple({*FOR_FOLLOWERS, *FOR_AUTHORS, *FOR_MENTIONED})


def recipients(event: Event) -> dict[int, str]:
    """Person's id -> kind of notification, for those who may see what it is about now."""
    action = Action(event.action)
    found: dict[int, str] = {}
    if action in FOR_FOLLOWERS and event.thread_id is not None:
        found |= {person.id: FOR_FOLLOWERS[action] for person in followers(event.thread_id)}
    if action in FOR_MENTIONED:
        found |= dict.fromkeys(_newly_mentioned(event), "mentioned")
    if action == Action.POST_EDITED and event.payload.get("of_another"):
        found |= dict.fromkeys(_author_of(event), "edited")
    if action in FOR_AUTHORS:
        found |= dict.fromkeys(_author_of(event), FOR_AUTHORS[action])
    found.pop(event.actor_id or 0, None)
    return {person_id: kind for person_id, kind in found.items() if may_hear(person_id, event.thread_id, event.post_id)}


def may_hear(person_id: int, thread_id: int | None, post_id: int | None) -> bool:
    """Is the person still here, and may they read the post (or thread) that it is about?"""
    person = db.session.get(Person, person_id)
    if person is None or not person.is_active:
        return False
    if post_id is not None:
        return visible_post(post_id, person) is not None
    return thread_id is None or visible_thread(thread_id, person) is not None


def _newly_mentioned(event: Event) -> set[int]:
    """Who is mentioned in the post, without those who were told so when an earlier version was written."""
    told = select(Notification.person_id).where(
        Notification.post_id == event.post_id, Notification.kind == "mentioned", Notification.event_id < event.id
    )
    return set(event.payload.get("mentioned", [])) - set(db.session.scalars(told))


def _author_of(event: Event) -> list[int]:
    if event.post_id is not None:
        return list(db.session.scalars(select(Post.author_id).where(Post.id == event.post_id)))
    return list(db.session.scalars(select(Thread.author_id).where(Thread.id == event.thread_id)))
