"""The audit log writes itself: it witnesses every act of staff in the act's own transaction, through whatever door it came.

So each act leaves exactly one row, or did not happen. An act on one's own post (editing it, solving one's own thread) is no
moderation and is not logged. Rows are only ever added; nothing changes them but a secret being taken out of them (`redact`).
"""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from community.accounts.models import STAFF_ROLES, Person
from community.core.events import Action, Event
from community.core.extensions import db
from community.threads import redacting
from community.threads.models import Post, Thread

from .models import AuditEntry

#: Acts that staff do to what belongs to others.
ON_THREADS = (
    Action.THREAD_MOVED,
    Action.THREAD_TAGGED,
    Action.THREAD_RETITLED,
    Action.THREAD_LOCKED,
    Action.THREAD_UNLOCKED,
    Action.THREAD_CLOSED,
    Action.THREAD_OPENED,
    Action.THREAD_SOLVED,
    Action.THREAD_UNSOLVED,
    Action.THREAD_MARKED_DUPLICATE,
    Action.THREAD_UNMARKED_DUPLICATE,
    Action.THREAD_REOPENED,
)
#: Acts on two threads at once; logged even if one of them is the actor's own.
ON_TWO_THREADS = (Action.THREAD_MERGED, Action.THREAD_SPLIT, Action.POSTS_MOVED, Action.RESTRUCTURING_UNDONE)
ON_POSTS = (
    Action.POST_EDITED,
    Action.POST_HIDDEN,
    Action.POST_RESTORED,
    Action.POST_REDACTED,
    Action.POST_ENDORSED,
    Action.POST_ENDORSEMENT_WITHDRAWN,
)
#: What staff decided of what was held; whoever was promoted since may have written it.
ON_HELD = (Action.POST_APPROVED, Action.POST_APPROVED_CHANGED, Action.POST_REJECTED)
#: Who works on a thread and answers for it: not public, and so are the notes that go with it.
ON_OWNERS = (Action.THREAD_TAKEN_OVER, Action.THREAD_HANDED_OVER, Action.THREAD_GIVEN_UP)
ON_PERSONS = (
    Action.PERSON_ROLE_CHANGED,
    Action.PERSON_DISABLED,
    Action.PERSON_ENABLED,
    Action.PERMISSION_CHANGED,
    Action.CONTACT_CARD_CHANGED,
    Action.PERSON_ERASED,
)
#: Staff among themselves: logged wherever they are written, never public.
ON_NOTES = (Action.NOTE_WRITTEN, Action.NOTE_EDITED, Action.NOTE_DELETED)
#: What staff think of how a customer was served: never public.
ON_ESTIMATES = (Action.THREAD_ESTIMATED,)
#: A flag that staff raise themselves is their act as well. What follows from a decision is a part of it.
ON_FLAGS = (Action.FLAG_RAISED, Action.FLAG_UPHELD, Action.FLAG_DISMISSED)
ON_THE_SITE = (
    Action.SYNONYMS_CHANGED,
    Action.CALENDAR_CHANGED,
    Action.TARGET_CHANGED,
    Action.APPROVAL_CHANGED,
    Action.WORDS_CHANGED,
    Action.SPAM_THRESHOLDS_CHANGED,
)
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
#: What can be asked for, and what is asked then. Building a form is no act before it is put into use.
ON_REQUESTS = (
    Action.REQUEST_ADDED,
    Action.REQUEST_CHANGED,
    Action.REQUEST_REORDERED,
    Action.REQUEST_ARCHIVED,
    Action.REQUEST_UNARCHIVED,
)
#: Not public: the log is about what happens to threads and posts. A sanction's reason speaks of a person, and stands in no
#: page but theirs and the staff's; nor is it said publicly that somebody was sanctioned, which readers would put a name to.
ON_SANCTIONS = (
    Action.PERSON_WARNED,
    Action.PERSON_SILENCED,
    Action.PERSON_SUSPENDED,
    Action.PERSON_SANCTION_LIFTED,
)
ON_BLOCKS = (Action.BLOCK_ADDED, Action.BLOCK_REMOVED)
#: Private details that staff open, ask for, write down or remove; never public. Who does so to their own does what customers do,
#: but for opening them at the desk.
ON_DETAILS = (Action.DETAIL_READ, Action.DETAIL_ASKED, Action.DETAIL_ADDED, Action.DETAIL_REMOVED)
#: Decisions about what somebody complained of; logged even if the thread is the actor's own.
ON_APPEALS = (Action.APPEAL_GRANTED, Action.APPEAL_DENIED)
ON_COMPLAINTS = (Action.NOTICE_UPHELD, Action.NOTICE_DISMISSED, *ON_APPEALS)
#: What staff note in the case file; never public.
ON_ENTRIES = (
    Action.ENTRY_LOGGED,
    Action.ENTRY_CHANGED,
    Action.ENTRY_REMOVED,
    Action.CASE_OPENED_FOR,
    Action.HOOK_CHANGED,
)
AUDITED = (
    *ON_THREADS,
    *ON_TWO_THREADS,
    *ON_POSTS,
    *ON_HELD,
    *ON_OWNERS,
    *ON_ESTIMATES,
    *ON_PERSONS,
    *ON_NOTES,
    *ON_THE_SITE,
    *ON_SETTINGS,
    *ON_CANNED_REPLIES,
    *ON_REQUESTS,
    *ON_FLAGS,
    *ON_SANCTIONS,
    *ON_BLOCKS,
    *ON_DETAILS,
    *ON_COMPLAINTS,
    *ON_ENTRIES,
)


def write(event: Event) -> None:
    """Witness: note the act if its actor is staff and it concerns somebody else's thread, post or account. What belongs to
    a greater act is noted with that."""
    actor = db.session.get(Person, event.actor_id) if event.actor_id else None
    if actor is None or not actor.is_staff or "part_of" in event.payload or _is_own(event):
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
            is_public=_is_public(event),
        )
    )


def _is_public(event: Event) -> bool:
    """What changed what everybody reads. Of a complaint that changed nothing only its two sides are told."""
    if event.action in ON_COMPLAINTS:
        return event.post_id is not None and event.action in (Action.NOTICE_UPHELD, Action.APPEAL_GRANTED)
    return event.action in (*ON_THREADS, *ON_TWO_THREADS, *ON_POSTS, *ON_HELD, Action.FLAG_UPHELD)


def _is_own(event: Event) -> bool:
    if event.action in (*ON_ENTRIES, *ON_NOTES, *ON_TWO_THREADS, *ON_HELD, *ON_FLAGS, *ON_COMPLAINTS):
        return False
    if event.action in ON_DETAILS:
        is_customers_act = event.action in (Action.DETAIL_ADDED, Action.DETAIL_REMOVED)
        return is_customers_act and event.person_id == event.actor_id
    if event.action in ON_POSTS and event.post_id is not None:
        return db.session.scalar(select(Post.author_id).where(Post.id == event.post_id)) == event.actor_id
    if event.thread_id is not None:
        return db.session.scalar(select(Thread.author_id).where(Thread.id == event.thread_id)) == event.actor_id
    return False


def redact(thread: Thread, secret: str, mark: str) -> None:
    """What staff take out of a post leaves what was logged of its thread, too: the one change that rows ever see."""
    for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.thread_id == thread.id)):
        entry.change = redacting.without_in(entry.change, secret, mark)
        entry.reason = redacting.without(entry.reason, secret, mark) if entry.reason else entry.reason


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


def public_actors() -> list[Person]:
    """Those of the staff who stand in the public part, by name; nobody learns here who else is staff."""
    here = select(AuditEntry.id).where(AuditEntry.actor_id == Person.id, AuditEntry.is_public)
    staff = select(Person).where(Person.role.in_(sorted(STAFF_ROLES)), here.exists())
    return list(db.session.scalars(staff.order_by(Person.display_name, Person.id)))


def public_part() -> Select[AuditEntry]:
    """What everybody may read of the log."""
    return select(AuditEntry).where(AuditEntry.is_public)


def public_entries(
    before_id: int | None = None, most: int = 30, rows: Select[AuditEntry] | None = None
) -> list[AuditEntry]:
    """The public part of the log (or `rows` of it), newest first, from before an entry's id on, with the actors."""
    rows = (public_part() if rows is None else rows).order_by(AuditEntry.id.desc()).limit(most)
    if before_id is not None:
        rows = rows.where(AuditEntry.id < before_id)
    return list(db.session.scalars(rows.options(joinedload(AuditEntry.actor))))
