"""The row of each held post follows the facts: held, changed by its author, decided, in whatever way it was decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from community.core.events import Action, Event
from community.core.extensions import db
from community.threads import approving
from community.threads.approving import Wishes
from community.threads.models import Post

from .models import HeldPost

_OUTCOMES = {
    Action.POST_APPROVED: "approved",
    Action.POST_APPROVED_CHANGED: "approved",
    Action.POST_REJECTED: "rejected",
    Action.POST_HIDDEN: "rejected",
}
DECISIONS = tuple(_OUTCOMES)


def row_of(post_id: int | None) -> HeldPost | None:
    """The row of this post, if it was ever held."""
    return db.session.scalar(select(HeldPost).where(HeldPost.post_id == post_id))


def wishes_of(row: HeldPost) -> Wishes:
    """What the post's author wanted to happen with it."""
    return Wishes(tuple(row.tags), tuple(row.mentioned), row.reopens)


def note_held(event: Event) -> None:
    """Witness: a post waits for staff."""
    fields = ("grounds", "tags", "mentioned", "reopens")
    held = {name: event.payload[name] for name in fields}
    db.session.add(HeldPost(post_id=event.post_id, held_at=event.at, **held))
    db.session.flush()


def note_edited(event: Event) -> None:
    """Witness: of a held post with another text, other persons are told, and further grounds speak against it."""
    new = event.payload.get("held")
    row = row_of(event.post_id) if new else None
    if new and row is not None and row.decided_at is None:
        row.mentioned = new["mentioned"]
        row.grounds = _together(row.grounds, new["grounds"])


def _together(known: Iterable[dict[str, Any]], new: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """All grounds, each once; the new ones say it as it is now."""
    return list({one["ground"]: one for one in (*known, *new)}.values())


def note_decided(event: Event) -> None:
    """Witness: it waits no longer. Hiding a held post is a rejection, too."""
    row = row_of(event.post_id)
    if row is None or row.decided_at is not None:
        return
    row.decided_at, row.decided_by_id, row.reason = event.at, event.actor_id, event.reason
    row.outcome = _OUTCOMES[Action(event.action)]


def note_restored(event: Event) -> None:
    """Witness: a rejected post was never public. Restored it is approved after all, and is announced once."""
    row = row_of(event.post_id)
    if row is None or row.outcome != "rejected":
        return
    row.outcome, row.decided_at, row.decided_by_id, row.reason = "approved", event.at, event.actor_id, event.reason
    approving.announce(db.session.get_one(Post, row.post_id), wishes_of(row))
