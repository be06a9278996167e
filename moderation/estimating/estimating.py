"""Estimating: would the customer say that they were served well, and personally? Each of the staff says it once for a thread.

It is said blind: nobody of the staff sees what the asker said before they have given an estimate of their own. Until the asker
has rated it can be changed; afterwards it stays as it was, or it would be no estimate.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock, events
from community.core.errors import Conflict, Invalid
from community.core.events import Action
from community.core.extensions import db
from community.threads.changing import hold
from community.threads.models import Thread
from community.threads.rating.queries import rating_of
from community.threads.rating.words import ANSWERS

from .models import Estimate
from .queries import estimate_by, is_estimated


def estimate(thread: Thread, *, by: Person, well: str, personal: str) -> Estimate:
    """What `by` thinks. The same again changes nothing. Raises Invalid without two answers, Conflict if the thread is not
    solved, or is their own or a colleague's, or if the asker has rated since they gave an estimate."""
    if well not in ANSWERS or personal not in ANSWERS:
        raise Invalid(_l("Answer both questions."), "personal" if well in ANSWERS else "well")
    hold(thread)
    if not is_estimated(thread, by) or _asked_by_staff(thread):
        raise Conflict(_l("Only solved threads of customers are estimated."))
    known, is_rated = estimate_by(thread, by), rating_of(thread) is not None
    if known is None:
        known = Estimate(thread_id=thread.id, person_id=by.id, before_rating=not is_rated, at=clock.now())
        db.session.add(known)
        return _put(known, well, personal, before=None)
    before = _said(known)
    if before == {"well": well, "personal": personal}:
        return known
    if is_rated:
        raise Conflict(_l("The customer has rated meanwhile. Your estimate stays as it was."))
    known.changed_at = clock.now()
    return _put(known, well, personal, before=before)


def _put(row: Estimate, well: str, personal: str, before: dict[str, str] | None) -> Estimate:
    row.well, row.personal = well, personal
    db.session.flush()
    events.record(
        Action.THREAD_ESTIMATED, actor_id=row.person_id, thread_id=row.thread_id, before=before, after=_said(row)
    )
    return row


def _said(row: Estimate) -> dict[str, str]:
    return {"well": row.well, "personal": row.personal}


def _asked_by_staff(thread: Thread) -> bool:
    asker = db.session.scalar(select(Person).where(Person.id == thread.author_id))
    return asker is not None and asker.is_staff
