"""The public log of moderation: when, who, what, why. Anyone may read it; it names no author and quotes no post.

A thread has its title here while it is public.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, render_template

from community.core.extensions import db
from community.core.incoming import asked_id
from community.threads.models import Thread
from community.threads.visibility import visible_threads

from . import audit

blueprint = Blueprint("moderation_log", __name__)
ROWS = 30


@blueprint.get("/moderation/log")
def index() -> str:
    """The newest acts first; ?before= pages by entry."""
    entries = audit.public_entries(asked_id("before"), ROWS + 1)
    older = entries[ROWS - 1].id if len(entries) > ROWS else None
    return render_template(
        "moderation/log.html", entries=entries[:ROWS], older=older, public=_public(entry.thread_id for entry in entries)
    )


def _public(thread_ids: Iterable[int | None]) -> dict[int, Thread]:
    """Those of these threads that everybody may read: the others have no title here."""
    wanted = {thread_id for thread_id in thread_ids if thread_id is not None}
    return {thread.id: thread for thread in db.session.scalars(visible_threads(None).where(Thread.id.in_(wanted)))}
