"""Drafts: begun, saved, left alone. Whatever was written stays until its writer decides otherwise, or forgets it for 30 days.

Several windows may hold the same draft. Each says what it started from: the last one to save wins, but a window that did
not see the latest text does not overwrite it. What it wrote is put aside, and the writer chooses between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from ..accounts.models import Person
from ..core import clock, events, jobs
from ..core.errors import Conflict
from ..core.events import Action, Event
from ..core.extensions import Question, db, rows_changed, writing
from ..core.security import new_token
from ..threads.models import Category, Post, Thread
from .models import Draft

ABANDONED_AFTER = timedelta(days=30)
CASES_NOTED = 50
WINDOW_LENGTH = 12
JUST_NOW = timedelta(minutes=5)
_AT_ONCE = 100


class DraftClosed(Conflict):
    """It was posted, solved or thrown away meanwhile."""


@dataclass(frozen=True)
class Owner:
    """Who writes: the person, if signed in, and the browser (the hash of its secret), if it ever began a draft."""

    person_id: int | None = None
    browser_hash: str | None = None


@dataclass(frozen=True)
class Written:
    """The texts of a draft, made uniform. `tags` are separated by commas; an empty language is to be recognised."""

    title: str = ""
    body: str = ""
    tags: str = ""
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.title or self.body or self.tags)


@dataclass(frozen=True)
class Sitting:
    """One showing of a page on which a draft is written, and the draft's version that it last saw (None: unknown)."""

    window: str = ""
    version: int | None = None


def new_sitting(draft: Draft | None) -> Sitting:
    """A page with this draft (or, as yet, without one) is being shown."""
    return Sitting(new_window(), draft.version if draft else 0)


def new_window() -> str:
    """A name for a window in which a draft is being written."""
    return new_token()[:WINDOW_LENGTH]


def begin(owner: Owner, *, category: Category, title: str) -> Draft:
    """A new draft of a thread."""
    draft = _new_draft(owner, category_id=category.id, title=title)
    db.session.add(draft)
    db.session.flush()
    return draft


def _new_draft(owner: Owner, **columns: Any) -> Draft:
    moment = clock.now()
    return Draft(
        secret=new_token(),
        person_id=owner.person_id,
        browser_hash=None if owner.person_id else owner.browser_hash,
        shown=[],
        opened=[],
        created_at=moment,
        saved_at=moment,
        **columns,
    )


def hold_open(draft: Draft) -> None:
    """Read the draft afresh and keep others from changing it; the first line of every verb. Raises DraftClosed."""
    held = db.session.scalar(
        select(Draft).where(Draft.id == draft.id).with_for_update().execution_options(populate_existing=True)
    )
    if held is None or held.closed_at is not None:
        raise DraftClosed


def choose_category(draft: Draft, category: Category) -> None:
    """The draft is about this; its texts stay as they are."""
    hold_open(draft)
    draft.category_id = category.id
    draft.saved_at = clock.now()


def written_in(draft: Draft) -> Written:
    """The stored texts."""
    return Written(draft.title, draft.body, draft.tags, draft.language)


def save(draft: Draft, written: Written, sitting: Sitting) -> bool:
    """Store the texts. False: another window has saved what this one never saw, so `written` was put aside instead."""
    hold_open(draft)
    if written == written_in(draft):
        draft.window = sitting.window or draft.window
        return True
    if _is_behind(draft, sitting):
        draft.aside = {
            "title": written.title,
            "body": written.body,
            "tags": written.tags,
            "language": written.language,
            "at": clock.now().isoformat(),
        }
        return False
    _store(draft, written, sitting.window)
    return True


def _is_behind(draft: Draft, sitting: Sitting) -> bool:
    """Whoever saved last has seen everything, however old the version is that its page began with."""
    saved_last = bool(sitting.window) and sitting.window == draft.window
    return sitting.version is not None and sitting.version < draft.version and not saved_last


def _store(draft: Draft, written: Written, window: str) -> None:
    draft.title, draft.body = written.title, written.body
    draft.tags, draft.language = written.tags, written.language
    draft.version += 1
    draft.window = window
    draft.saved_at = clock.now()


def put_aside(draft: Draft) -> Written | None:
    """What another window wrote, if it still waits for a decision."""
    if draft.aside is None:
        return None
    return Written(draft.aside["title"], draft.aside["body"], draft.aside["tags"], draft.aside["language"])


def put_aside_at(draft: Draft) -> datetime | None:
    """When it was written."""
    return datetime.fromisoformat(draft.aside["at"]) if draft.aside else None


def choose_aside(draft: Draft) -> None:
    """The text put aside is the right one: it takes the place of the stored one, which goes. Nothing aside: no change."""
    hold_open(draft)
    aside = put_aside(draft)
    if aside is not None:
        draft.aside = None
        _store(draft, aside, window="")


def choose_stored(draft: Draft) -> None:
    """The stored text is the right one; what was put aside goes."""
    hold_open(draft)
    draft.aside = None


def note_shown(draft: Draft, case_ids: list[int]) -> None:
    """These similar cases were shown to its writer. The first time is a fact."""
    hold_open(draft)
    if case_ids and not draft.shown:
        _record(Action.DRAFT_SHOWN_SIMILAR, draft, cases=case_ids[:CASES_NOTED])
    draft.shown = _with(draft.shown, case_ids)


def note_opened(draft: Draft, case_id: int) -> None:
    """Its writer opened this similar case. The first time of each case is a fact."""
    hold_open(draft)
    if case_id in draft.opened or len(draft.opened) >= CASES_NOTED:
        return
    draft.shown, draft.opened = _with(draft.shown, [case_id]), _with(draft.opened, [case_id])
    _record(Action.DRAFT_OPENED_SIMILAR, draft, thread_id=case_id)


def _with(known: list[int], new: list[int]) -> list[int]:
    return list(dict.fromkeys([*known, *new]))[:CASES_NOTED]


def close(draft: Draft, action: Action, *, thread: Thread | None = None) -> None:
    """The draft has come to its end: the texts go, the outcome stays. Call it on a held, open draft."""
    draft.outcome = action.value.partition(".")[2]
    draft.outcome_thread_id = thread.id if thread else None
    draft.closed_at = clock.now()
    draft.title = draft.body = draft.tags = ""
    draft.aside = None
    draft.answers, draft.sealed = {}, ""
    _record(action, draft, thread_id=draft.outcome_thread_id, shown=len(draft.shown), opened=len(draft.opened))


def _record(action: Action, draft: Draft, thread_id: int | None = None, **payload: Any) -> None:
    events.record(action, actor_id=draft.person_id, thread_id=thread_id, draft=draft.id, **payload)


def discard(draft: Draft) -> None:
    """Its writer does not want it any more."""
    hold_open(draft)
    _give_up(draft)


def _give_up(draft: Draft) -> None:
    if draft.thread_id is None:
        close(draft, Action.DRAFT_ABANDONED)
    else:
        db.session.delete(draft)


def claim(browser_hash: str, person: Person) -> int:
    """What this browser wrote while signed out is from now on the person's own; returns how many drafts."""
    return rows_changed(
        update(Draft)
        .where(Draft.browser_hash == browser_hash, Draft.person_id.is_(None), Draft.closed_at.is_(None))
        .values(person_id=person.id, browser_hash=None)
    )


@jobs.handler("intake.abandon")
def abandon_old() -> None:
    """Drafts that nobody touched for 30 days are given up, a hundred in a transaction."""
    untouched = (
        select(Draft)
        .where(Draft.closed_at.is_(None), Draft.saved_at < clock.now() - ABANDONED_AFTER)
        .order_by(Draft.id)
        .limit(_AT_ONCE)
        .with_for_update()
    )
    found = _AT_ONCE
    while found == _AT_ONCE:
        with writing():
            drafts = db.session.scalars(untouched).all()
            found = len(drafts)
            for draft in drafts:
                _give_up(draft)


def forget_person(person: Person) -> None:
    """Of somebody who is erased: what is not posted is given up, and nothing says whose the rest was."""
    theirs = select(Draft).where(Draft.person_id == person.id)
    for draft in db.session.scalars(theirs.where(Draft.closed_at.is_(None)).with_for_update()).all():
        _give_up(draft)
    db.session.flush()
    nobodys = update(Draft).where(Draft.person_id == person.id).values(person_id=None, browser_hash=None)
    rows_changed(nobodys)


def count_of(person: Person) -> int:
    """How many open drafts they have."""
    rows = select(func.count()).select_from(Draft).where(Draft.person_id == person.id, Draft.closed_at.is_(None))
    return db.session.scalar(rows) or 0


# Replies: one draft for a person and a thread, without an outcome; it goes when the reply is posted.


def reply_draft_of(thread_id: int, person_id: int) -> Draft | None:
    """What this person is writing as a reply to this thread."""
    return db.session.scalar(select(Draft).where(Draft.thread_id == thread_id, Draft.person_id == person_id))


def has_reply_draft(thread: Thread, person: Person) -> bool:
    """Is this person writing a reply to this thread?"""
    return bool(_HAS_REPLY_DRAFT(thread_id=thread.id, person_id=person.id))


_HAS_REPLY_DRAFT = Question(
    select(Draft.id).where(
        Draft.thread_id == bindparam("thread_id", type_=Integer),
        Draft.person_id == bindparam("person_id", type_=Integer),
    )
)


def save_reply(thread: Thread, written: Written, sitting: Sitting, *, by: Person) -> tuple[Draft | None, bool]:
    """Store what `by` is writing as a reply. Returns the draft (None: an emptied box is none) and `save`'s answer.

    A text that has just been posted is not kept once more: a save that was under way may arrive after the reply.
    """
    draft = reply_draft_of(thread.id, by.id)
    if draft is None:
        if not written or _was_just_posted(written.body, thread, by):
            return None, True
        draft = _begin_reply(thread, by)
    stored = save(draft, written, sitting)
    if stored and not written:
        db.session.delete(draft)
        return None, True
    return draft, stored


def _begin_reply(thread: Thread, by: Person) -> Draft:
    draft = _new_draft(Owner(person_id=by.id), thread_id=thread.id, version=0)
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:  # begun in another window at the same moment
        return db.session.scalars(select(Draft).where(Draft.thread_id == thread.id, Draft.person_id == by.id)).one()
    return draft


def _was_just_posted(body: str, thread: Thread, by: Person) -> bool:
    latest = db.session.scalar(
        select(Post.source)
        .where(Post.thread_id == thread.id, Post.author_id == by.id, Post.created_at > clock.now() - JUST_NOW)
        .order_by(Post.number.desc())
        .limit(1)
    )
    return latest is not None and latest.strip() == body.strip()


def forget_reply(event: Event) -> None:
    """Witness of a reply: what its author had drafted for this thread is posted now. By the time that a held one is approved
    they may have begun another."""
    if event.payload.get("was_held"):
        return
    db.session.execute(
        delete(Draft)
        .where(Draft.thread_id == event.thread_id, Draft.person_id == event.actor_id)
        .execution_options(synchronize_session=False)
    )
