"""Links of the dump that say "this question was asked before": the thread leads to the one that stays."""

from __future__ import annotations

from sqlalchemy import select, update

from ...core import events
from ...core.events import Action
from ...core.extensions import db
from ...threads.changing import hold, mark_changed
from ...threads.models import Thread
from ...threads.states import derive
from .. import ledger
from ..models import Kind
from .fields import integer
from .shelf import Item


def store(links: list[Item], source: str) -> list[tuple[int, str]]:
    """Mark the threads of these links, those whose both ends are here. Call it inside `writing()`.

    Returns what could not be done: the number of the link, and why."""
    done = ledger.known(source, Kind.DUPLICATE, (link.id for link in links))
    ends = (end for link in links for end in (link.parent, integer(link.fields, "PostId")))
    threads = ledger.known(source, Kind.THREAD, ends)
    refused: list[tuple[int, str]] = []
    for link in links:
        thread_id, master_id = threads.get(link.fields["PostId"]), threads.get(str(link.parent))
        if str(link.id) in done or thread_id is None or master_id is None:
            continue
        if refusal := _lead(thread_id, master_id):
            refused.append((link.id, refusal))
        else:
            ledger.enter(source, Kind.DUPLICATE, link.id, thread_id)
    return refused


def _lead(thread_id: int, master_id: int) -> str | None:
    """Lead the thread, and those that lead to it, to where the master leads; returns why not, if not."""
    thread, master = db.session.get_one(Thread, thread_id), db.session.get_one(Thread, master_id)
    hold(thread)
    last_id = master.duplicate_of_id or master.id
    if last_id == thread.id:
        return "a question cannot be a duplicate of itself"
    if thread.duplicate_of_id is not None:
        return None if thread.duplicate_of_id == last_id else "a duplicate of another question already"
    led_here = list(db.session.scalars(select(Thread.id).where(Thread.duplicate_of_id == thread.id)))
    db.session.execute(
        update(Thread)
        .where(Thread.id.in_([thread.id, *led_here]))
        .values(duplicate_of_id=last_id)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(thread)
    derive(thread)
    mark_changed(thread)
    for changed_id in (thread.id, *led_here):
        events.record(Action.THREAD_IMPORTED, actor_id=None, thread_id=changed_id)
    return None
