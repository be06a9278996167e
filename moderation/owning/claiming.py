"""Claiming: one member of staff works on a thread for ten minutes, longer while they write, so that no two answer at once.

Every verb holds the thread first, as replying does, so that claims, presence and replies never wait for each other in a ring.
A claim keeps nobody from answering; it says that somebody is at it. It ends by itself. Claiming, renewing and releasing are
facts of a moment, many a minute, and nobody has to answer for them: they are told by the row alone and leave no event. To take
a case over from a colleague is an act: it records an event and leaves a row in the audit log.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import and_, case, delete, literal, or_, select, update
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.core import clock, events
from community.core.columns import UTCDateTime
from community.core.errors import Conflict
from community.core.events import Action, Event
from community.core.extensions import db, insert, rows_changed, writing
from community.core.i18n import clock_time
from community.threads.changing import hold
from community.threads.models import Thread

from .models import Claim

CLAIMED_FOR = timedelta(minutes=10)


def is_over(claim: Claim, now: datetime) -> bool:
    """Has it run out?"""
    return claim.until < now


def claim_of(thread_id: int) -> Claim | None:
    """The claim that holds now, with its person."""
    known = db.session.scalar(
        select(Claim)
        .where(Claim.thread_id == thread_id)
        .options(joinedload(Claim.person))
        .execution_options(populate_existing=True)
    )
    return None if known is None or is_over(known, clock.now()) else known


def claim(thread: Thread, *, by: Person) -> None:
    """Be on it for ten minutes from now; whoever has it already has it longer.

    Raises Conflict, naming whoever was first, if somebody else has it, or if the thread was taken away.
    """
    hold(thread)
    if not _take(thread.id, by):
        raise _somebody_else_has(thread.id)


def renew(thread: Thread, *, by: Person) -> bool:
    """While `by` writes it is theirs, if nobody else's; says whether it is. Raises Conflict if the thread was taken away."""
    hold(thread)
    return _take(thread.id, by)


def release(thread: Thread, *, by: Person) -> None:
    """Be on it no longer. Changes nothing if nobody is. Raises Conflict if somebody else is on it."""
    hold(thread)
    if not let_go(thread.id, by.id) and (other := claim_of(thread.id)) is not None and other.person_id != by.id:
        raise _somebody_else_has(thread.id)


def take_over(thread: Thread, *, by: Person, from_id: int) -> None:
    """Be on it in place of the person `from_id`. If they are not on it any more, this is claiming it.

    Raises Conflict, naming them, if somebody else was faster.
    """
    hold(thread)
    moment, before = clock.now(), db.session.get(Person, from_id)
    taken = rows_changed(
        update(Claim)
        .where(Claim.thread_id == thread.id, Claim.person_id == from_id, Claim.person_id != by.id)
        .where(Claim.until >= moment)
        .values(person_id=by.id, since=moment, until=moment + CLAIMED_FOR)
    )
    if before is None or not taken:
        claim(thread, by=by)
        return
    events.record(
        Action.THREAD_TAKEN_OVER,
        actor_id=by.id,
        thread_id=thread.id,
        person_id=from_id,
        before=before.name,
        after=by.name,
    )


def let_go(thread_id: int, person_id: int) -> bool:
    """That person is on it no longer; says whether they were."""
    return rows_changed(delete(Claim).where(Claim.thread_id == thread_id, Claim.person_id == person_id)) > 0


def let_all_go(event: Event) -> None:
    """Witness of persons who have another role or are shut out: they are on nothing any more."""
    db.session.execute(delete(Claim).where(Claim.person_id == event.person_id))


def _take(thread_id: int, by: Person) -> bool:
    """One statement, so that of many at the same moment one gets it."""
    moment = clock.now()
    until = moment + CLAIMED_FOR
    is_mine = Claim.person_id == by.id
    since = case((and_(is_mine, Claim.until >= moment), Claim.since), else_=literal(moment, UTCDateTime()))
    taken = db.session.scalar(
        insert(Claim)
        .values(thread_id=thread_id, person_id=by.id, since=moment, until=until)
        .on_conflict_do_update(
            index_elements=[Claim.thread_id],
            set_={"person_id": by.id, "since": since, "until": until},
            where=or_(is_mine, Claim.until < moment),
        )
        .returning(Claim.thread_id)
    )
    return taken is not None


def _somebody_else_has(thread_id: int) -> Conflict:
    other = claim_of(thread_id)
    if other is None:  # gone again in this very moment
        return Conflict()
    return Conflict(
        _(
            "%(name)s is on it until %(time)s. Wait for them, or take it over from them.",
            name=other.person.display_name,
            time=clock_time(other.until),
        )
    )


def sweep() -> None:
    """Forget claims that have run out."""
    with writing():
        db.session.execute(delete(Claim).where(Claim.until < clock.now()))
