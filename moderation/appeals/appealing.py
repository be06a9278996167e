"""Making an appeal, and deciding about it. It is heard once: whoever has appealed against a decision cannot do so again.

What an appeal says stands in its row and nowhere else; events and the audit log tell that there was one.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from community.accounts.models import Person
from community.core import clock, events
from community.core.errors import Conflict
from community.core.events import Action
from community.core.extensions import db

from .models import Appeal, Outcome
from .policy import is_barred
from .subjects import Matter, matter_of

_ACTIONS = {Outcome.GRANTED: Action.APPEAL_GRANTED, Outcome.DENIED: Action.APPEAL_DENIED}


def make(matter: Matter, *, by: Person | None, text: str) -> Appeal:
    """An appeal by this person, or (None) by whoever holds the receipt. Raises Conflict if it is heard already, or if there
    is nothing left to appeal against."""
    matter = matter_of(matter.subject.kind, matter.id) or matter  # as it is now, inside the transaction
    if not matter.subject.may_appeal(matter.thing, by):
        raise Conflict(_l("There is nothing left to appeal against: the decision was changed meanwhile."))
    appeal = Appeal(
        kind=matter.subject.kind,
        subject_id=matter.id,
        appellant_id=by.id if by else None,
        text=text,
        against=sorted(matter.subject.deciders(matter.thing)),
        made_at=clock.now(),
        heard_key=matter.heard_key(by),
    )
    _store(appeal)
    _record(Action.APPEAL_MADE, appeal, matter, by, reason=None, before=None, after="open")
    return appeal


def decide(appeal: Appeal, outcome: Outcome, *, by: Person, reason: str) -> None:
    """Grant it, which overturns the decision, or deny it. Raises Conflict if it was decided, or if the decision was theirs."""
    _hold(appeal)
    matter = matter_of(appeal.kind, appeal.subject_id)
    if matter is None:
        raise Conflict
    if is_barred(by, appeal, matter):
        raise Conflict(NOT_ONES_OWN)
    if outcome == Outcome.GRANTED:
        with events.part_of(_ACTIONS[outcome]):
            matter.subject.grant(matter.thing, by, reason)
    appeal.decided_at, appeal.decided_by_id = clock.now(), by.id
    appeal.outcome, appeal.reason = outcome.value, reason
    db.session.flush()
    _record(_ACTIONS[outcome], appeal, matter, by, reason=reason, before="open", after=outcome.value)


NOT_ONES_OWN = _l("This is about your own decision. Somebody else of the staff decides about the appeal.")


def _store(appeal: Appeal) -> None:
    """The database decides whether it was heard before."""
    try:
        with db.session.begin_nested():
            db.session.add(appeal)
    except IntegrityError as error:
        raise Conflict(_l("You have appealed against this already. An appeal is heard once.")) from error


def _hold(appeal: Appeal) -> None:
    db.session.scalars(
        select(Appeal).where(Appeal.id == appeal.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if appeal.decided_at is not None:
        raise Conflict(_l("Somebody else has decided about this appeal meanwhile."))


def _record(
    action: Action, appeal: Appeal, matter: Matter, by: Person | None, *, reason: str | None, before: object, after: str
) -> None:
    thread_id, post_id = matter.subject.place(matter.thing)
    events.record(
        action,
        actor_id=by.id if by else None,
        thread_id=thread_id,
        post_id=post_id,
        person_id=appeal.appellant_id,
        reason=reason,
        appeal=appeal.id,
        subject=appeal.kind,
        subject_id=appeal.subject_id,
        before=before,
        after=after,
    )
