"""The audit log writes itself: it witnesses every act of staff in the act's own transaction, through whatever door it came.

So each act leaves exactly one row, or did not happen. An act on one's own post (editing it, solving one's own thread) is no
moderation and is not logged. Rows are only ever added.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.core.events import Action, Event
from community.core.extensions import db
from community.threads.models import Post, Thread

from .models import AuditEntry

#: Acts that staff do to what belongs to others.
ON_THREADS = (
    Action.THREAD_MOVED,
    Action.THREAD_TAGGED,
    Action.THREAD_RETITLED,
    Action.THREAD_LOCKED,
    Action.THREAD_UNLOCKED,
    Action.THREAD_SOLVED,
    Action.THREAD_UNSOLVED,
    Action.THREAD_MARKED_DUPLICATE,
    Action.THREAD_REOPENED,
)
#: Acts on two threads at once; logged even if one of them is the actor's own.
ON_TWO_THREADS = (Action.THREAD_MERGED, Action.THREAD_SPLIT, Action.POSTS_MOVED, Action.RESTRUCTURING_UNDONE)
ON_POSTS = (Action.POST_EDITED, Action.POST_HIDDEN, Action.POST_RESTORED)
#: Who works on a thread and answers for it: not public, and so are the notes that go with it.
ON_OWNERS = (Action.THREAD_TAKEN_OVER, Action.THREAD_HANDED_OVER, Action.THREAD_GIVEN_UP)
ON_PERSONS = (
    Action.PERSON_ROLE_CHANGED,
    Action.PERSON_DISABLED,
    Action.PERSON_ENABLED,
    Action.PERMISSION_CHANGED,
)
#: Staff among themselves: logged wherever they are written, never public.
ON_NOTES = (Action.NOTE_WRITTEN, Action.NOTE_EDITED, Action.NOTE_DELETED)
ON_THE_SITE = (Action.SYNONYMS_CHANGED, Action.CALENDAR_CHANGED, Action.TARGET_CHANGED)
ON_SETTINGS = (
    Action.CATEGORY_ADDED,
    Action.CATEGORY_CHANGED,
    Action.CATEGORY_REORDERED,
    Action.CATEGORY_ARCHIVED,
    Action.CATEGORY_UNARCHIVED,
    Action.TAG_RENAMED,
    Action.TAG_MERGED,
    Action.TAG_DELETED,
    Action.TAG_SYNONYM_ADDED,
    Action.TAG_SYNONYM_REMOVED,
)
ON_CANNED_REPLIES = (
    Action.CANNED_ADDED,
    Action.CANNED_CHANGED,
    Action.CANNED_ARCHIVED,
    Action.CANNED_UNARCHIVED,
)
AUDITED = (
    *ON_THREADS,
    *ON_TWO_THREADS,
    *ON_POSTS,
    *ON_OWNERS,
    *ON_PERSONS,
    *ON_NOTES,
    *ON_THE_SITE,
    *ON_SETTINGS,
    *ON_CANNED_REPLIES,
)


def write(event: Event) -> None:
    """Witness: note the act if its actor is staff and it concerns somebody else's thread, post or account."""
    actor = db.session.get(Person, event.actor_id) if event.actor_id else None
    if actor is None or not actor.is_staff or _is_own(event):
        return
    db.session.add(
        AuditEntry(
            event_id=event.id,
            at=event.at,
            actor_id=actor.id,
            act=event.action,
            thread_id=event.thread_id,
            post_id=event.post_id,
            person_id=event.person_id,
            reason=event.reason,
            change={key: event.payload[key] for key in ("before", "after") if key in event.payload},
            is_public=event.action in (*ON_THREADS, *ON_TWO_THREADS, *ON_POSTS),
        )
    )


def _is_own(event: Event) -> bool:
    if event.action in (*ON_NOTES, *ON_TWO_THREADS):
        return False
    if event.action in ON_POSTS and event.post_id is not None:
        return db.session.scalar(select(Post.author_id).where(Post.id == event.post_id)) == event.actor_id
    if event.thread_id is not None:
        return db.session.scalar(select(Thread.author_id).where(Thread.id == event.thread_id)) == event.actor_id
    return False


def entries_of(thread: Thread) -> list[AuditEntry]:
    """What staff did to this thread, newest first, with the actors."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.thread_id == thread.id)
            .order_by(AuditEntry.id.desc())
            .options(joinedload(AuditEntry.actor))
        )
    )


def public_entries(before_id: int | None = None, most: int = 30) -> list[AuditEntry]:
    """The public part of the log, newest first, from before an entry's id on."""
    rows = select(AuditEntry).where(AuditEntry.is_public).order_by(AuditEntry.id.desc()).limit(most)
    if before_id is not None:
        rows = rows.where(AuditEntry.id < before_id)
    return list(db.session.scalars(rows.options(joinedload(AuditEntry.actor))))
