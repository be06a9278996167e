"""Who hears of a fact, and as what. A person hears of one fact once, by the strongest reason; never of their own acts."""

from __future__ import annotations

from collections.abc import Iterable

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
    Action.POST_APPROVED: "approved",
    Action.POST_APPROVED_CHANGED: "approved_changed",
    Action.POST_REJECTED: "rejected",
    Action.THREAD_MOVED: "moved",
    Action.THREAD_LOCKED: "locked",
    Action.THREAD_UNLOCKED: "unlocked",
    Action.THREAD_CLOSED: "closed",
    Action.THREAD_OPENED: "opened",
    Action.POST_REDACTED: "redacted",
    Action.THREAD_MARKED_DUPLICATE: "duplicate",
    Action.THREAD_UNMARKED_DUPLICATE: "unlinked",
    Action.THREAD_REOPENED: "reopened",
}
#: What was given to somebody of the staff -> what they are told. The note that goes with it stays at the desk.
FOR_COLLEAGUES = {Action.THREAD_HANDED_OVER: "handed_over"}
#: What was done to threads and posts of several -> what those are told whom the event names.
FOR_NAMED = {Action.THREAD_MERGED: "merged", Action.THREAD_SPLIT: "split", Action.POSTS_MOVED: "posts_moved"}
FOR_MENTIONED = (Action.THREAD_POSTED, Action.POST_REPLIED, Action.POST_EDITED)
HEARD_OF = tuple({*FOR_FOLLOWERS, *FOR_AUTHORS, *FOR_COLLEAGUES, *FOR_NAMED, *FOR_MENTIONED})


def recipients(event: Event) -> list[tuple[Person, str]]:
    """Each person who hears of it and may see what it is about now, with the kind of notification."""
    if "part_of" in event.payload and "is_told" not in event.payload:
        return []  # whoever does the whole tells of it
    action = Action(event.action)
    found: dict[int, str] = {}
    thread_id = thread_of(event)
    if action in FOR_FOLLOWERS and thread_id is not None:
        found |= dict.fromkeys(followers(thread_id), FOR_FOLLOWERS[action])
    if action in FOR_NAMED:
        found |= dict.fromkeys(event.payload["told"], FOR_NAMED[action])
    if action in FOR_MENTIONED:
        found |= dict.fromkeys(_newly_mentioned(event), "mentioned")
    if action == Action.POST_EDITED and event.payload.get("of_another"):
        found |= dict.fromkeys(_author_of(event), "edited")
    if action in FOR_AUTHORS and not _is_quiet(event):
        found |= dict.fromkeys(_author_of(event), FOR_AUTHORS[action])
    if action in FOR_COLLEAGUES:
        found |= dict.fromkeys(_colleague(event), FOR_COLLEAGUES[action])
    found.pop(event.actor_id or 0, None)
    hearing = those_who_may_hear(found, thread_id, event.post_id) if found else []
    return [(person, found[person.id]) for person in hearing]


def _is_quiet(event: Event) -> bool:
    """Solved threads that close by themselves are news to nobody."""
    return event.action == Action.THREAD_CLOSED and event.actor_id is None


def thread_of(event: Event) -> int | None:
    """The thread that it is about: where its post stands now, which may have become part of another thread meanwhile."""
    if event.post_id is None:
        return event.thread_id
    return db.session.scalar(select(Post.thread_id).where(Post.id == event.post_id)) or event.thread_id


def those_who_may_hear(person_ids: Iterable[int], thread_id: int | None, post_id: int | None) -> list[Person]:
    """Who of these is still here and may read the post (or thread) that it is about; in order of their ids."""
    here = select(Person).where(Person.id.in_(list(person_ids)), Person.disabled_at.is_(None)).order_by(Person.id)
    persons = db.session.scalars(here).all()
    is_public = bool(persons) and _may_read(None, thread_id, post_id)
    return [person for person in persons if is_public or _may_read(person, thread_id, post_id)]


def _may_read(reader: Person | None, thread_id: int | None, post_id: int | None) -> bool:
    if post_id is not None:
        return visible_post(post_id, reader) is not None
    return thread_id is None or visible_thread(thread_id, reader) is not None


def _newly_mentioned(event: Event) -> set[int]:
    """Who is mentioned in the post, without those who were told so when an earlier version was written."""
    told = select(Notification.person_id).where(
        Notification.post_id == event.post_id, Notification.kind == "mentioned", Notification.event_id < event.id
    )
    return set(event.payload.get("mentioned", [])) - set(db.session.scalars(told))


def _colleague(event: Event) -> list[int]:
    """To whom it was given, if they are staff still."""
    person = db.session.get(Person, event.person_id)
    return [person.id] if person is not None and person.is_staff else []


def _author_of(event: Event) -> list[int]:
    if event.post_id is not None:
        return list(db.session.scalars(select(Post.author_id).where(Post.id == event.post_id)))
    return list(db.session.scalars(select(Thread.author_id).where(Thread.id == event.thread_id)))
