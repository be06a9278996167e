"""Everything that happened is a row: one Event, and one Job per subscriber, in the transaction of the change itself.

A *subscriber* is a job's name: it runs later, in the worker, and may fail without harm. A *witness* is a function that
runs at once, in the same transaction: what it writes is stored with the change or not at all (the audit log is one).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from . import clock, jobs
from .columns import Base, Id, UTCDateTime
from .extensions import db


class Action(StrEnum):
    """Every kind of fact. `object.what-happened`, in the past tense."""

    THREAD_POSTED = "thread.posted"
    THREAD_MOVED = "thread.moved"
    THREAD_TAGGED = "thread.tagged"
    THREAD_RETITLED = "thread.retitled"
    THREAD_LOCKED = "thread.locked"
    THREAD_UNLOCKED = "thread.unlocked"
    THREAD_CLOSED = "thread.closed"
    THREAD_OPENED = "thread.opened"
    THREAD_SOLVED = "thread.solved"
    THREAD_UNSOLVED = "thread.unsolved"
    THREAD_REOPENED = "thread.reopened"
    THREAD_MARKED_DUPLICATE = "thread.marked_duplicate"
    THREAD_UNMARKED_DUPLICATE = "thread.unmarked_duplicate"
    THREAD_TAKEN_OVER = "thread.taken_over"
    THREAD_HANDED_OVER = "thread.handed_over"
    THREAD_GIVEN_UP = "thread.given_up"
    THREAD_MERGED = "thread.merged"
    THREAD_SPLIT = "thread.split"
    POSTS_MOVED = "thread.posts_moved"
    RESTRUCTURING_UNDONE = "thread.restructuring_undone"
    THREAD_ME_TOO = "thread.me_too"
    THREAD_ME_TOO_WITHDRAWN = "thread.me_too_withdrawn"
    THREAD_IMPORTED = "thread.imported"
    POST_REPLIED = "post.replied"
    POST_EDITED = "post.edited"
    POST_HELD = "post.held"
    POST_APPROVED = "post.approved"
    POST_APPROVED_CHANGED = "post.approved_changed"
    POST_REJECTED = "post.rejected"
    POST_HIDDEN = "post.hidden"
    POST_RESTORED = "post.restored"
    POST_REDACTED = "post.redacted"
    POST_ENDORSED = "post.endorsed"
    POST_ENDORSEMENT_WITHDRAWN = "post.endorsement_withdrawn"
    POST_HELPFUL = "post.helpful"
    POST_HELPFUL_WITHDRAWN = "post.helpful_withdrawn"
    DRAFT_SHOWN_SIMILAR = "draft.shown_similar"
    DRAFT_OPENED_SIMILAR = "draft.opened_similar"
    DRAFT_SOLVED = "draft.solved"
    DRAFT_ABANDONED = "draft.abandoned"
    DRAFT_POSTED = "draft.posted"
    NOTE_WRITTEN = "note.written"
    NOTE_EDITED = "note.edited"
    NOTE_DELETED = "note.deleted"
    SYNONYMS_CHANGED = "synonyms.changed"
    WORDS_CHANGED = "words.changed"
    SPAM_THRESHOLDS_CHANGED = "spam.thresholds_changed"
    CALENDAR_CHANGED = "calendar.changed"
    TARGET_CHANGED = "target.changed"
    TARGET_BREACHED = "target.breached"
    NOTICE_RECEIVED = "notice.received"
    NOTICE_UPHELD = "notice.upheld"
    NOTICE_DISMISSED = "notice.dismissed"
    APPEAL_MADE = "appeal.made"
    APPEAL_GRANTED = "appeal.granted"
    APPEAL_DENIED = "appeal.denied"
    CATEGORY_ADDED = "category.added"
    CATEGORY_CHANGED = "category.changed"
    CATEGORY_REORDERED = "category.reordered"
    CATEGORY_ARCHIVED = "category.archived"
    CATEGORY_UNARCHIVED = "category.unarchived"
    TAG_RENAMED = "tag.renamed"
    TAG_MERGED = "tag.merged"
    TAG_DELETED = "tag.deleted"
    TAG_SYNONYM_ADDED = "tag.synonym_added"
    TAG_SYNONYM_REMOVED = "tag.synonym_removed"
    CANNED_ADDED = "canned.added"
    CANNED_CHANGED = "canned.changed"
    CANNED_ARCHIVED = "canned.archived"
    CANNED_UNARCHIVED = "canned.unarchived"
    FLAG_RAISED = "flag.raised"
    FLAG_UPHELD = "flag.upheld"
    FLAG_DISMISSED = "flag.dismissed"
    APPROVAL_CHANGED = "approval.changed"
    PERSON_REGISTERED = "person.registered"
    PERSON_VERIFIED = "person.verified"
    PERSON_RENAMED = "person.renamed"
    PERSON_ROLE_CHANGED = "person.role_changed"
    PERSON_PASSWORD_CHANGED = "person.password_changed"
    PERSON_ADDRESS_CHANGED = "person.address_changed"
    PERSON_DISABLED = "person.disabled"
    PERSON_ENABLED = "person.enabled"
    PERMISSION_CHANGED = "permission.changed"
    PERSON_WARNED = "person.warned"
    PERSON_SILENCED = "person.silenced"
    PERSON_SUSPENDED = "person.suspended"
    PERSON_SANCTION_LIFTED = "person.sanction_lifted"
    BLOCK_ADDED = "block.added"
    BLOCK_REMOVED = "block.removed"
    DETAIL_ADDED = "detail.added"
    DETAIL_READ = "detail.read"
    DETAIL_REMOVED = "detail.removed"
    DETAIL_ASKED = "detail.asked"
    ENTRY_LOGGED = "entry.logged"
    ENTRY_CHANGED = "entry.changed"
    ENTRY_REMOVED = "entry.removed"
    CASE_OPENED_FOR = "case.opened_for"
    CASE_CLAIMED = "case.claimed"
    REQUEST_ADDED = "request.added"
    REQUEST_CHANGED = "request.changed"
    REQUEST_REORDERED = "request.reordered"
    REQUEST_ARCHIVED = "request.archived"
    REQUEST_UNARCHIVED = "request.unarchived"
    GUARD_CHANGED = "guard.changed"
    HOOK_CHANGED = "hook.changed"
    THREAD_RATED = "thread.rated"
    THREAD_ESTIMATED = "thread.estimated"
    CONTACT_CARD_CHANGED = "contact.card_changed"
    PERSON_ERASED = "person.erased"


class Event(Base):
    """One fact: what happened, to what, by whom, when. Rows are added; only a secret is ever taken out of them."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_action_at", "action", "at"),)

    id: Mapped[Id]
    action: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    thread_id: Mapped[int | None] = mapped_column(index=True)
    post_id: Mapped[int | None]
    person_id: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)


Witness = Callable[[Event], None]
_silent: ContextVar[bool] = ContextVar("theke_silent", default=False)
_whole: ContextVar[dict[str, Any] | None] = ContextVar("theke_whole", default=None)
_subscribers: dict[Action, dict[str, None]] = defaultdict(dict)
_witnesses: dict[Action, dict[Witness, None]] = defaultdict(dict)


def subscribe(actions: Action | Iterable[Action], job: str) -> None:
    """After each of `actions`, run the job handler named `job` with `event_id`, `thread_id` and `post_id`. Idempotent."""
    for action in [actions] if isinstance(actions, Action) else actions:
        _subscribers[action][job] = None


def witness(actions: Action | Iterable[Action], function: Witness) -> None:
    """At each of `actions`, call `function(event)` in the same transaction. Idempotent."""
    for action in [actions] if isinstance(actions, Action) else actions:
        _witnesses[action][function] = None


@contextmanager
def silently() -> Iterator[None]:
    """Facts are recorded and witnessed, but nobody is told: for seeds. The index is rebuilt afterwards by the caller."""
    mark = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(mark)


@contextmanager
def part_of(whole: Action, *, is_told: bool = False) -> Iterator[None]:
    """What is recorded inside belongs to a greater act, which records itself: that one alone is logged, and told of unless
    this part of it `is_told` as if it stood alone."""
    mark = _whole.set({"part_of": whole.value} | ({"is_told": True} if is_told else {}))
    try:
        yield
    finally:
        _whole.reset(mark)


def subscribers() -> dict[Action, list[str]]:
    """Who hears of what; for documentation and tests."""
    return {action: list(jobs_) for action, jobs_ in _subscribers.items()}


def record(
    action: Action,
    *,
    actor_id: int | None,
    thread_id: int | None = None,
    post_id: int | None = None,
    person_id: int | None = None,
    reason: str | None = None,
    **payload: Any,
) -> Event:
    """Write the fact and its work. Call it inside `writing()`, after the change; `payload` must be JSON."""
    if (whole := _whole.get()) is not None:
        payload |= whole
    event = Event(
        action=action.value,
        at=clock.now(),
        actor_id=actor_id,
        thread_id=thread_id,
        post_id=post_id,
        person_id=person_id,
        reason=reason,
        payload=payload,
    )
    db.session.add(event)
    db.session.flush()
    for function in _witnesses[action]:
        function(event)
    if not _silent.get():
        jobs.enqueue_each(_subscribers[action], event_id=event.id, thread_id=thread_id, post_id=post_id)
    return event
