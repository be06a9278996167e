"""The public log of moderation: when, who, what, why. Anyone may read it; it names no author and quotes no post.

A thread has its title here while it is public.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, render_template

from community.core.errors import Invalid
from community.core.extensions import db
from community.core.incoming import asked_id
from community.threads import queries
from community.threads.models import Thread
from community.threads.visibility import visible_threads

from . import audit, log_filters
from .models import AuditEntry

blueprint = Blueprint("moderation_log", __name__)
ROWS = 30


@blueprint.get("/moderation/log")
def index() -> str | tuple[str, int]:
    """The newest acts first, those that are asked for; ?before= pages by entry."""
    chosen = log_filters.asked()
    try:
        rows = log_filters.narrowed(audit.public_part(), chosen)
    except Invalid as problem:
        return _page(chosen, [], problem), problem.status
    return _page(chosen, audit.public_entries(asked_id("before"), ROWS + 1, rows))


def _page(chosen: log_filters.LogFilter, entries: list[AuditEntry], problem: Invalid | None = None) -> str:
    return render_template(
        "moderation/log.html",
        filter=chosen,
        problem=problem,
        acts=log_filters.ACTS,
        staff=audit.public_actors(),
        categories=queries.categories(),
        entries=entries[:ROWS],
        older=entries[ROWS - 1].id if len(entries) > ROWS else None,
        public=_public(entry.thread_id for entry in entries),
    )


def _public(thread_ids: Iterable[int | None]) -> dict[int, Thread]:
    """Those of these threads that everybody may read: the others have no title here."""
    wanted = {thread_id for thread_id in thread_ids if thread_id is not None}
    return {thread.id: thread for thread in db.session.scalars(visible_threads(None).where(Thread.id.in_(wanted)))}
