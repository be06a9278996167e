"""What the asking flow achieved, without a person: how many cases were shown and opened, and how the asking ended."""

from __future__ import annotations

from sqlalchemy import func, select

from community.core.events import Action, Event
from community.core.extensions import db
from community.intake.models import Draft

from .models import Deflection

OUTCOMES = {Action.DRAFT_SOLVED: "solved", Action.DRAFT_POSTED: "posted", Action.DRAFT_ABANDONED: "abandoned"}


def note_outcome(event: Event) -> None:
    """Witness: an asking has ended."""
    draft = db.session.get(Draft, event.payload["draft"])
    if draft is None or db.session.scalar(select(Deflection.id).where(Deflection.draft_id == draft.id)):
        return
    db.session.add(
        Deflection(
            draft_id=draft.id,
            at=event.at,
            shown_count=len(draft.shown),
            opened_count=len(draft.opened),
            outcome=OUTCOMES[Action(event.action)],
            thread_id=event.thread_id,
        )
    )


def outcomes() -> dict[str, int]:
    """How many askings ended how."""
    rows = db.session.execute(select(Deflection.outcome, func.count()).group_by(Deflection.outcome))
    return {row.outcome: row[1] for row in rows}
