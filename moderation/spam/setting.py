"""Staff say from which score on something is done. Each change is a fact with before and after."""

from __future__ import annotations

from dataclasses import asdict

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock, events
from community.core.errors import Invalid
from community.core.events import Action
from community.core.extensions import db, insert
from community.core.text import normalise_line

from .models import SpamThresholds
from .scoring import Thresholds, thresholds

LOWEST, HIGHEST = 50, 100
_ONLY_ROW = 1


def typed_thresholds() -> Thresholds:
    """Both as they were sent. Raises Invalid that names the field."""
    typed = Thresholds(_percent("hold_from"), _percent("refuse_from"))
    if typed.hold_from is not None and typed.refuse_from is not None and typed.refuse_from <= typed.hold_from:
        raise Invalid(_("Refusing begins above holding: else nothing would ever be held."), "refuse_from")
    return typed


def _percent(field: str) -> int | None:
    typed = normalise_line(request.form.get(field, "")).removesuffix("%").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3 and LOWEST <= int(typed) <= HIGHEST):
        raise Invalid(
            _("Use a whole number from %(lowest)s to %(highest)s, or leave it empty.", lowest=LOWEST, highest=HIGHEST),
            field,
        )
    return int(typed)


def put_thresholds(wanted: Thresholds, *, by: Person) -> None:
    """From now on these. Saying what is so already changes nothing."""
    columns = asdict(wanted) | {"changed_at": clock.now(), "changed_by_id": by.id}
    db.session.scalar(select(SpamThresholds).with_for_update())
    before = thresholds()
    if before == wanted:
        return
    row = insert(SpamThresholds).values(id=_ONLY_ROW, **columns)
    db.session.execute(row.on_conflict_do_update(index_elements=[SpamThresholds.id], set_=columns))
    db.session.expire_all()
    events.record(Action.SPAM_THRESHOLDS_CHANGED, actor_id=by.id, before=asdict(before), after=asdict(wanted))
