"""The worker, in a process of its own as far as the test can tell: it shares no loaded object with it."""

from __future__ import annotations

from flask import current_app

from community.core import worker
from community.core.extensions import db
from search_index import indexing


def work() -> int:
    """Let the worker do all that is due; returns how many jobs. Afterwards the test reads what was written."""
    db.session.rollback()
    with current_app._get_current_object().app_context():  # type: ignore[attr-defined]
        count = worker.run_all()
    return count


def reindex() -> int:
    """Build the search index anew, sharing no loaded object with the test; returns how many threads can be found."""
    db.session.rollback()
    with current_app._get_current_object().app_context():  # type: ignore[attr-defined]
        return indexing.rebuild()
