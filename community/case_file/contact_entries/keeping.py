"""Contacts are logged, changed, said whose they are, and removed. No event holds a word of what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update

from ...accounts.models import Person
from ...core import clock, events, sealing
from ...core.errors import Conflict, Invalid
from ...core.events import Action
from ...core.extensions import db
from ...core.security import new_token
from ...threads.changing import hold, mark_changed
from ...threads.models import Thread
from .models import ContactEntry

CHANNELS = ("call", "chat", "mail", "social", "visit", "letter")
SUMMARY_MAX = 2_000
OLDEST = timedelta(days=366)
#: Clocks differ: what happened a moment from now is taken for now.
LEEWAY = timedelta(minutes=5)


@dataclass(frozen=True)
class Written:
    """What is said of a contact."""

    channel: str
    happened_at: datetime
    summary: str
    is_public: bool = False


@dataclass(frozen=True)
class Where:
    """Whose it is, and about which case; both may be open."""

    person: Person | None = None
    thread: Thread | None = None


@dataclass(frozen=True)
class Source:
    """The system that told of it: which hook, what it calls the contact, as of when."""

    hook_id: int
    external_id: str
    at: datetime


class StaleEntry(Conflict):
    """Somebody else changed it meanwhile."""


def log_entry(written: Written, where: Where, *, by: Person | None, source: Source | None = None) -> ContactEntry:
    """Keep that there was this contact. Raises Invalid for what cannot be."""
    check(written, where)
    entry = ContactEntry(
        person_id=where.person.id if where.person else None,
        thread_id=where.thread.id if where.thread else None,
        mark=new_token()[:22],
        by_id=by.id if by else None,
        hook_id=source.hook_id if source else None,
        external_id=source.external_id if source else None,
        external_at=source.at if source else None,
        logged_at=clock.now(),
    )
    _write(entry, written)
    db.session.add(entry)
    db.session.flush()
    _record(Action.ENTRY_LOGGED, entry, by)
    return entry


def check(written: Written, where: Where) -> None:
    """Raise Invalid unless this can be said of a contact."""
    if written.channel not in CHANNELS:
        raise Invalid(_("Choose how you were in contact."), "channel")
    if not written.summary.strip() or len(written.summary) > SUMMARY_MAX:
        raise Invalid(_("Say in up to %(count)s characters what came of it.", count=SUMMARY_MAX), "summary")
    if written.happened_at > clock.now() + LEEWAY:
        raise Invalid(_("This is still to come. Give the time at which you were in contact."), "happened_at")
    if written.happened_at < clock.now() - OLDEST:
        raise Invalid(_("This is more than a year ago. Give the time at which you were in contact."), "happened_at")
    if written.is_public and where.thread is None:
        raise Invalid(_("Only a contact about a case can be public."), "is_public")


def _write(entry: ContactEntry, written: Written) -> None:
    text = written.summary.strip()
    entry.channel, entry.happened_at = written.channel, written.happened_at
    entry.is_public = written.is_public
    entry.summary = text if written.is_public else ""
    entry.sealed = "" if written.is_public else sealing.seal(text, _about(entry))


def _about(entry: ContactEntry) -> str:
    return f"entry:{entry.mark}"


def summary_of(entry: ContactEntry) -> str:
    """What came of it, for whoever may read it (`policy`)."""
    return entry.summary or (sealing.unseal(entry.sealed, _about(entry)) if entry.sealed else "")


def written_in(entry: ContactEntry) -> Written:
    """What is said of it now."""
    return Written(entry.channel, entry.happened_at, summary_of(entry), entry.is_public)


def change_entry(
    entry: ContactEntry, written: Written, *, by: Person | None, started_from: int, source: Source | None = None
) -> bool:
    """Say something else of it. False: nothing differs. Raises StaleEntry and Invalid."""
    held = hold_entry(entry)
    if held.removed_at is not None or (source is None and held.version != started_from):
        raise StaleEntry
    thread = db.session.get(Thread, held.thread_id) if held.thread_id else None
    check(written, Where(thread=thread))
    if source is not None:
        held.external_at = source.at
    if written == written_in(held):
        return False
    was_public = held.is_public
    _write(held, written)
    held.version += 1
    held.changed_at = clock.now()
    _record(Action.ENTRY_CHANGED, held, by, was_public=was_public)
    return True


def assign(entry: ContactEntry, where: Where, *, by: Person) -> None:
    """Say whose it is, and about which case. Raises Conflict if that was said meanwhile."""
    held = hold_entry(entry)
    if held.removed_at is not None or held.person_id is not None:
        raise Conflict(_("A colleague has said whose this is, a moment ago."))
    held.person_id = where.person.id if where.person else None
    held.thread_id = where.thread.id if where.thread else None
    held.version += 1
    _record(Action.ENTRY_CHANGED, held, by)


def remove_entry(entry: ContactEntry, *, by: Person | None) -> None:
    """Nothing that was said stays. Twice is once."""
    held = hold_entry(entry)
    if held.removed_at is not None:
        return
    was_public = held.is_public
    blank(held)
    _record(Action.ENTRY_REMOVED, held, by, was_public=was_public)


def blank(entry: ContactEntry) -> None:
    """Not a word of it stays, and it is nowhere to be seen."""
    entry.summary = entry.sealed = ""
    entry.is_public = False
    entry.removed_at = clock.now()
    entry.version += 1


def hold_entry(entry: ContactEntry) -> ContactEntry:
    """Read it afresh, and keep others from changing it."""
    return db.session.scalars(
        select(ContactEntry)
        .where(ContactEntry.id == entry.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _record(action: Action, entry: ContactEntry, by: Person | None, *, was_public: bool = False) -> None:
    db.session.flush()
    if entry.thread_id is not None and (entry.is_public or was_public):
        thread = db.session.get_one(Thread, entry.thread_id)
        hold(thread)
        mark_changed(thread)
    events.record(
        action,
        actor_id=by.id if by else None,
        thread_id=entry.thread_id,
        person_id=entry.person_id,
        channel=entry.channel,
        is_public=entry.is_public,
        entry=entry.id,
    )


def hand_over(from_id: int, person: Person) -> None:
    """Contacts with a caller were contacts with this person."""
    db.session.execute(
        update(ContactEntry)
        .where(ContactEntry.person_id == from_id)
        .values(person_id=person.id)
        .execution_options(synchronize_session=False)
    )
