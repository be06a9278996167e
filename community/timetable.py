"""Every recurring job, on one page: what, how often. The worker enqueues what is due; a job of a key waits at most once."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask

from moderation.bulk import acting
from moderation.notices import giving as notices
from moderation.owning import claiming, presence

from .accounts import erasing, registration, sessions, tokens
from .attachments import keeping as attachments
from .case_file.hooks import receiving as hooks
from .core import clock, idempotency, jobs, limits, parking, transactions
from .core.extensions import db, writing
from .intake.photo_reading import guessing
from .reply_by_email import receiving as answers

EVERY: dict[str, timedelta] = {
    "timetable.sweep": timedelta(hours=1),
    "timetable.count_rows": timedelta(hours=6),
    "threads.close_solved": timedelta(hours=1),
    "intake.abandon": timedelta(hours=6),
    "details.forget": timedelta(hours=6),
    "details.seal_anew": timedelta(hours=1),
    "search.forget": timedelta(days=1),
    "targets.escalate": timedelta(minutes=1),
    "targets.mend": timedelta(minutes=10),
    "mail.fetch": timedelta(minutes=1),
}


@jobs.handler("timetable.sweep")
def sweep() -> None:
    """Forget what has run out: sessions, mailed secrets, wishes for an account, form keys, rate windows, parked forms,
    claims, who was seen where, who gave a notice, what can no longer be undone, calls of systems, attachments that
    nothing holds, which mails came in, guesses at what photos say."""
    sessions.sweep()
    tokens.sweep()
    registration.sweep()
    erasing.sweep()
    idempotency.sweep()
    limits.sweep()
    parking.sweep()
    claiming.sweep()
    presence.sweep()
    notices.sweep()
    acting.sweep()
    hooks.sweep()
    attachments.sweep()
    answers.sweep()
    guessing.sweep()


@jobs.handler("timetable.count_rows")
def count_rows() -> None:
    """Tell the database how its rows are spread, so that it asks the right index."""
    transactions.count_rows(db)


class Timetable:
    """Which recurring job was enqueued when, in this worker."""

    def __init__(self) -> None:
        self._next: dict[str, datetime] = {}

    def enqueue_due(self) -> None:
        """Enqueue the recurring jobs whose time has come."""
        for name, interval in EVERY.items():
            if self._next.get(name, clock.now()) <= clock.now():
                self._next[name] = clock.now() + interval
                with writing():
                    jobs.enqueue(name, key=name)


def init_app(app: Flask) -> None:
    """The worker finds the timetable here."""
    app.extensions["theke-timetable"] = Timetable()
