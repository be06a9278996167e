"""The worker: takes jobs, runs them, and never dies of one. Started by `flask worker`; stops gracefully on SIGTERM."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from itertools import groupby
from types import FrameType

from flask import Flask

from . import jobs
from .errors import Busy
from .extensions import db

log = logging.getLogger("theke.worker")
PAUSE = 0.3  # seconds between looks at an empty table; the index must follow within two
BATCH = 200


def run_pending(name: str = "inline", most: int = BATCH) -> int:
    """Run what is due now, once; returns how many jobs were taken. For tests and for the loop below."""
    taken = jobs.take(name, most)
    for kind, group in groupby(sorted(taken, key=lambda job: (job.name, job.id)), key=lambda job: job.name):
        _run(kind, list(group))
    return len(taken)


def run_all(most_rounds: int = 100) -> int:
    """Run until nothing is due. For tests, seeds and imports."""
    total = 0
    for _round in range(most_rounds):
        count = run_pending()
        if not count:
            break
        total += count
    return total


def _run(kind: str, group: list[jobs.Job]) -> None:
    handler = jobs.handlers().get(kind)
    if handler is not None and handler.batch:
        _attempt(group, lambda: handler.function([json.loads(job.arguments) for job in group]))
        return
    for job in group:
        if handler is None:
            jobs.postpone(job, LookupError(f"no handler is registered for {kind!r}"))
        else:
            _attempt([job], lambda job=job: handler.function(**json.loads(job.arguments)))  # type: ignore[misc]


def _attempt(group: list[jobs.Job], work: Callable[[], None]) -> None:
    try:
        work()
    except Exception as error:
        db.session.rollback()
        if not isinstance(error, jobs.NotYet):
            log.exception("job %s failed (attempt %d)", group[0].name, group[0].attempts)
        for job in group:
            jobs.postpone(job, error)
    else:
        db.session.rollback()
        jobs.finish(group)
    finally:
        db.session.remove()


class _Stop:
    """Set by a signal; the loop looks at it between jobs."""

    asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def run_for_ever(app: Flask) -> None:
    """Take and run jobs until SIGTERM or SIGINT. A database that is away for a while is waited for."""
    stop = _Stop()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    name = f"{socket.gethostname()[:20]}:{os.getpid()}"
    log.info("worker %s is ready", name)
    with app.app_context():
        from_timetable = app.extensions["theke-timetable"]
        while not stop.asked:
            try:
                from_timetable.enqueue_due()
                busy = run_pending(name)
            except Busy:
                busy = 0
            except Exception:
                log.exception("the worker could not reach its jobs; trying again")
                db.session.remove()
                time.sleep(2)
                continue
            if not busy:
                time.sleep(PAUSE)
    log.info("worker %s has stopped", name)
