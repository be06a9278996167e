"""The worker: takes jobs, runs them, and never dies of one. Started by `flask worker`; stops gracefully on SIGTERM."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from types import FrameType

from flask import Flask

from . import jobs
from .errors import Busy
from .extensions import db
from .jobs import Job, Lane

log = logging.getLogger("theke.worker")
PAUSE = 0.4  # seconds between looks; the index must follow within two
BATCH = 200
SLOW_BATCH = 10  # at the mail server's longest silence, well within the lease
STOP_SECONDS = 8


def run_pending(name: str = "inline", most: int = BATCH, lane: Lane = Lane.ALL) -> int:
    """Run what is due now, once; returns how many jobs were taken. For tests and for the loops below."""
    taken = jobs.take(name, most, lane)
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


def _run(kind: str, group: list[Job]) -> None:
    handler = jobs.handlers().get(kind)
    if handler is None:
        jobs.postpone(group, LookupError(f"no handler is registered for {kind!r}"))
        return
    failed: dict[int, BaseException] = {}
    if handler.batch:
        failed = _errors_of(group, lambda: handler.function([json.loads(job.arguments) for job in group]))
    else:
        for place, job in enumerate(group):
            if errors := _errors_of([job], lambda job=job: handler.function(**json.loads(job.arguments))):  # type: ignore[misc]
                failed[place] = errors[0]
    if done := [job for place, job in enumerate(group) if place not in failed]:
        jobs.finish(done)
    for error in dict.fromkeys(failed.values()):
        _come_back([group[place] for place, its in failed.items() if its is error], error)
    db.session.remove()


def _errors_of(group: list[Job], work: Callable[[], dict[int, BaseException] | None]) -> dict[int, BaseException]:
    """Do the work of these jobs; returns the errors of those that failed, by place."""
    try:
        return work() or {}
    except Exception as error:
        db.session.rollback()
        return dict.fromkeys(range(len(group)), error)
    finally:
        db.session.remove()


def _come_back(group: list[Job], error: BaseException) -> None:
    which, attempt = group[0].name if len(group) == 1 else f"{len(group)} of {group[0].name}", group[0].attempts
    if isinstance(error, OSError):  # another machine is away; where we stood says nothing about it
        log.warning("job %s failed (attempt %d): %s", which, attempt, error)
    elif not isinstance(error, jobs.NotYet):
        log.error("job %s failed (attempt %d)", which, attempt, exc_info=error)
    jobs.postpone(group, error)


class _Stop:
    """Set by a signal; the loop looks at it between jobs."""

    asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def _machine() -> str:
    return socket.gethostname()[:20]


def _is_gone(worker: str) -> bool:
    """Did a worker of this machine end without giving its jobs back? One with our own number was before us."""
    machine, _, rest = worker.partition(":")
    number = rest.partition(":")[0]
    if machine != _machine() or not number.isdigit():
        return False
    return int(number) == os.getpid() or not Path(f"/proc/{number}").exists()


def run_for_ever(app: Flask) -> None:
    """Take and run jobs until SIGTERM or SIGINT, in two lanes: a mail server that hangs holds up mails and nothing else."""
    stop = _Stop()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    name = f"{_machine()}:{os.getpid()}"
    with app.app_context(), suppress(Busy):  # if the database is busy just now, their leases run out by themselves
        jobs.release(_is_gone)
    slow = threading.Thread(target=_loop, args=(app, stop, f"{name}:slow", SLOW_BATCH, Lane.SLOW), daemon=True)
    slow.start()
    log.info("worker %s is ready", name)
    _loop(app, stop, name, BATCH, Lane.QUICK)
    slow.join(STOP_SECONDS)
    log.info("worker %s has stopped", name)


def _loop(app: Flask, stop: _Stop, name: str, most: int, lane: Lane) -> None:
    """One lane. A database that is away for a while is waited for."""
    with app.app_context():
        while not stop.asked:
            try:
                if lane is Lane.QUICK:
                    app.extensions["theke-timetable"].enqueue_due()
                busy = run_pending(name, most, lane)
            except Busy:
                busy = 0
            except Exception:
                log.exception("the worker could not reach its jobs; trying again")
                db.session.remove()
                time.sleep(2)
                continue
            if busy < most:  # what comes meanwhile is done together: one commit of the index for all of it
                time.sleep(PAUSE)
