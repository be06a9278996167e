"""The index follows: any event of a thread -> look at the thread now -> put it, or take it out. In the worker, in batches.

`rebuild` is the same function over all threads, beside the old index, which goes on being read until the new one is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, select

from community.core import clock, jobs
from community.core.events import Action, Event
from community.core.extensions import db

from . import related
from .cases import all_cases, cases_of
from .documents import SolvedCase
from .engines.contract import Engine, IndexUnavailable
from .engines.none import NoEngine
from .engines.postgres.engine import PostgresEngine
from .engines.whoosh import WhooshEngine

JOB = "search.reindex"
CHANGES_A_CASE = tuple(action for action in Action if action.startswith(("thread.", "post.")))
CHANGES_TWO = (Action.THREAD_MERGED, Action.THREAD_SPLIT, Action.POSTS_MOVED, Action.RESTRUCTURING_UNDONE)
ASKS_ANEW = (Action.THREAD_POSTED, Action.THREAD_IMPORTED, Action.THREAD_RETITLED, Action.POST_EDITED)
MARGIN = timedelta(minutes=2)  # a change may be stored a little after the moment it says


def engine() -> Engine:
    """The engine of this site."""
    return current_app.extensions["theke-search"]  # type: ignore[no-any-return]


def engine_for(app: Flask) -> Engine:
    """The engine that the settings ask for."""
    match app.config["SEARCH_ENGINE"]:
        case "none":
            return NoEngine()
        case "postgres":
            return PostgresEngine(lambda: db.engine)
        case _:
            return WhooshEngine(Path(app.config["DATA_DIR"]) / "search")


def misplaced() -> str | None:
    """Why the chosen engine cannot serve this site as it stands, or None."""
    machines = current_app.config["MACHINES"]
    if machines > 1 and isinstance(engine(), WhooshEngine):
        return (
            f"the embedded index belongs to one machine, and MACHINES is {machines}: "
            "set SEARCH_ENGINE=postgres, then flask search rebuild"
        )
    return None


@jobs.handler(JOB, batch=True)
def reindex(events: list[dict[str, Any]]) -> None:
    """Bring the index up to date with these events' threads. Waits while there is no index to write to."""
    thread_ids = {event["thread_id"] for event in events if event["thread_id"] is not None}
    thread_ids |= _changed_too(Event.id.in_([event["event_id"] for event in events]))
    puts, removes = cases_of(thread_ids)
    asking = select(Event.thread_id).where(
        Event.id.in_([event["event_id"] for event in events]), Event.action.in_(ASKS_ANEW)
    )
    anew = {thread_id for thread_id in db.session.scalars(asking) if thread_id is not None}
    db.session.rollback()
    try:
        engine().apply(puts, removes)
        related.relate(engine(), puts, anew=anew)
        engine().tidy()
    except IndexUnavailable as error:
        raise jobs.NotYet(15) from error


def _changed_too(events: ColumnElement[bool]) -> set[int]:
    """The threads that these events changed besides their own: a merge changes two."""
    payloads = db.session.scalars(select(Event.payload).where(events, Event.action.in_(CHANGES_TWO)))
    return {thread_id for payload in payloads for thread_id in payload.get("also", ())}


def rebuild() -> int:
    """Build the index anew beside the old one and swap; returns how many threads it knows."""
    began = clock.now() - MARGIN

    def meanwhile() -> tuple[Iterable[SolvedCase], Iterable[int]]:
        db.session.rollback()
        changed = db.session.scalars(
            select(Event.thread_id).where(Event.at >= began, Event.thread_id.is_not(None)).distinct()
        )
        also = _changed_too(Event.at >= began)
        return cases_of({number for number in changed if number is not None} | also)

    count = engine().recreate(all_cases(), meanwhile)
    related.relate_unrelated(engine())
    return count
