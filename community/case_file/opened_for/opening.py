"""A case that began on the telephone: staff open it, the customer is invited by mail, and makes it theirs.

Until then a *caller* stands in for the customer: a person without address or password, whom nobody knows. So nothing is posted
in the name of an account whose owner was not asked, and staff learn of no account whether it exists. Making it one's own puts
the account where the caller stood: in the thread, its posts, private details and contact entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import joinedload

from ...accounts.models import Person
from ...core import clock, events, mailer, pages, sealing
from ...core.errors import Conflict, Gone
from ...core.events import Action
from ...core.extensions import db
from ...core.security import hash_token, new_token
from ...threads import posting
from ...threads.changing import hold, mark_changed
from ...threads.models import Category, MeToo, Post, Revision, Thread
from ...threads.posting import Words
from .. import details, taking_over
from ..contact_entries import keeping as entries
from ..contact_entries.keeping import Where, Written
from .models import OpenedCase

VALID = timedelta(days=30)


@dataclass(frozen=True)
class Case:
    """What staff write for somebody: the public part, and how they were in contact."""

    category: Category
    title: str
    words: Words
    language: str
    contact: Written


def open_case(case: Case, address: str, *, by: Person) -> Thread:
    """Open it, log the contact that it began with, and invite the customer if there is an address. Raises Invalid, Conflict."""
    entries.check(case.contact, Where())
    caller = _add_caller(case.language)
    thread = posting.post_thread(
        by=caller, category=case.category, title=case.title, words=case.words, language=case.language
    )
    opened = OpenedCase(thread_id=thread.id, caller_id=caller.id, by_id=by.id, opened_at=clock.now())
    db.session.add(opened)
    with events.part_of(Action.CASE_OPENED_FOR):
        entries.log_entry(case.contact, Where(caller, thread), by=by)
    events.record(Action.CASE_OPENED_FOR, actor_id=by.id, thread_id=thread.id, person_id=caller.id)
    if address:
        invite(opened, address, by=by)
    return thread


def _add_caller(language: str) -> Person:
    number = (db.session.scalar(select(func.max(OpenedCase.id))) or 0) + 1
    mark = new_token()[:6].lower().replace("_", "x").replace("-", "x")
    name = f"caller-{number}-{mark}"
    caller = Person(
        name=name,
        name_key=name.casefold(),
        display_name=f"Anruf {number}" if language == "de" else f"Caller {number}",
        language=language,
        created_at=clock.now(),
    )
    db.session.add(caller)
    db.session.flush()
    return caller


def invite(opened: OpenedCase, address: str, *, by: Person) -> None:
    """Mail the customer a secret; an earlier one works no more. Raises Conflict if the case is somebody's already."""
    held = _hold(opened)
    if held.claimed_at is not None:
        raise Conflict(_("The customer has made this case theirs already."))
    secret = new_token()
    held.secret_hash, held.invited_at = hash_token(secret), clock.now()
    held.expires_at = clock.now() + VALID
    held.sealed_address = sealing.seal(address, _about(held.thread_id))
    thread = db.session.get_one(Thread, held.thread_id)
    mailer.queue(
        "case_opened",
        address,
        thread.language,
        f"case-opened:{held.secret_hash}",
        guard="case_opened",
        guard_arguments={"secret_hash": held.secret_hash},
        title=thread.title,
        who=by.display_name,
        link=f"{current_app.config['BASE_URL']}/claim/{secret}",
        days=VALID.days,
    )


@mailer.guard("case_opened")
def may_be_mailed(secret_hash: str) -> bool:
    """Nobody is invited to what is somebody's already, is hidden, or to which they were invited anew."""
    return (
        db.session.scalar(
            select(OpenedCase.id)
            .join(OpenedCase.thread)
            .where(OpenedCase.secret_hash == secret_hash, OpenedCase.claimed_at.is_(None))
            .where(Thread.visibility.in_(("published", "held")))
        )
        is not None
    )


def _about(thread_id: int) -> str:
    return f"opened:{thread_id}"


def address_of(opened: OpenedCase) -> str:
    """Where the invitation went; empty if there was none. For staff who may log contacts."""
    return sealing.unseal(opened.sealed_address, _about(opened.thread_id)) if opened.sealed_address else ""


def opened_case_of(thread: Thread) -> OpenedCase | None:
    """How the thread was opened for somebody, if it was."""
    return db.session.scalar(select(OpenedCase).where(OpenedCase.thread_id == thread.id))


def invitation(secret: str) -> OpenedCase | None:
    """The case to which this secret invites, with its thread; None if it invites to none any more."""
    found = db.session.scalar(
        select(OpenedCase).where(OpenedCase.secret_hash == hash_token(secret)).options(joinedload(OpenedCase.thread))
    )
    if found is None or found.expires_at is None or found.expires_at <= clock.now() or found.claimed_at is not None:
        return None
    return found if found.thread.visibility in ("published", "held") else None


def claim(opened: OpenedCase, person: Person) -> Thread:
    """From now on it is this person's case. Raises Gone if somebody made it theirs a moment ago, Conflict for staff."""
    held = _hold(opened)
    if held.claimed_at is not None:
        raise Gone(_("This case was made somebody’s own already."))
    if person.is_staff:
        raise Conflict(_("Staff cannot make a customer’s case their own. Log in with the customer’s account."))
    thread = db.session.get_one(Thread, held.thread_id)
    hold(thread)
    caller_id = held.caller_id
    held.claimed_at, held.claimed_by_id = clock.now(), person.id
    held.secret_hash, held.sealed_address = None, ""
    _put_in_place(thread, caller_id, person)
    mark_changed(thread)
    pages.touch(pages.SITE)
    events.record(Action.CASE_CLAIMED, actor_id=person.id, thread_id=thread.id, person_id=person.id)
    return thread


def _put_in_place(thread: Thread, caller_id: int, person: Person) -> None:
    """Where the caller stood stands the person. The caller stays as a row that nobody is."""
    for column in (Thread.author_id, Thread.last_post_by_id, Post.author_id, Post.edited_by_id, Revision.by_id):
        db.session.execute(
            update(column.class_)
            .where(column == caller_id)
            .values({column: person.id})
            .execution_options(synchronize_session=False)
        )
    if db.session.execute(
        delete(MeToo).where(MeToo.thread_id == thread.id, MeToo.person_id == person.id).returning(MeToo.person_id)
    ).first():
        thread.me_too_count -= 1
    details.hand_over(caller_id, person)
    for take_over in taking_over.functions():
        take_over(caller_id, person)
    db.session.expire_all()


def _hold(opened: OpenedCase) -> OpenedCase:
    return db.session.scalars(
        select(OpenedCase).where(OpenedCase.id == opened.id).with_for_update().execution_options(populate_existing=True)
    ).one()
