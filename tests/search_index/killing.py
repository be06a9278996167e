"""`python -m tests.search_index.killing KILLS`, settings as JSON on standard input: a worker is killed amid its commits.

Each round posts some threads, lets a worker of its own process index them, rebuilds now and then, and kills that process
at a moment that nobody chose. Then the index must open, and every thread whose work was noted as done must be in it. In a
process of its own, for it forks.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from itertools import pairwise

from flask import Flask
from sqlalchemy import select

from community import factory
from community.accounts.models import Person
from community.core import jobs, worker
from community.core.extensions import db, writing
from community.core.jobs import Job, Lane
from community.threads import posting
from community.threads.models import Category, Thread
from search_index import indexing
from search_index.engines.contract import Engine, IndexUnavailable
from tests.making import Make, words

POSTED = 3  # threads a round
REBUILD_EVERY = 5  # rounds
WORDS = "Router Modem Rechnung Wallbox Glasfaser Zähler Umzug Tarif Telefon Störung".split()


def main() -> None:
    """Kill, look, and print how it went; an assertion ends it."""
    kills = int(sys.argv[1])
    app = factory.create_app(json.loads(sys.stdin.read()))
    chance = random.Random(20_261_122)
    waited = 0
    with app.app_context():
        make = Make()
        asker, room, opening = make.person("alice").id, make.category().id, words("Seit gestern, nach dem Update.")
        indexing.rebuild()
        for number in range(kills):
            with writing():
                by, category = db.session.get_one(Person, asker), db.session.get_one(Category, room)
                for _ in range(POSTED):
                    title = " ".join(chance.sample(WORDS, 4))
                    posting.post_thread(by=by, category=category, title=title, words=opening, language="de", tags=[])
            with working(app, rebuilds=number % REBUILD_EVERY == 0) as process:
                time.sleep(chance.uniform(0.005, 0.12))
                os.kill(process, signal.SIGKILL)
            jobs.release(lambda name: True)
            waited += bool(unfinished())
            look(indexing.engine_for(app))
        db.session.rollback()
        worker.run_all()
        catch_up(app)
        db.session.remove()
        db.engine.dispose()
    print(json.dumps({"kills": kills, "amid_work": waited}))


@contextlib.contextmanager
def working(app: Flask, *, rebuilds: bool) -> Iterator[int]:
    """The number of a process that indexes (and rebuilds) until it is killed, which the block must do."""
    db.session.remove()
    db.engine.dispose()
    process = os.fork()
    if process == 0:
        while True:
            worker.run_pending(lane=Lane.QUICK, most=2)
            if rebuilds:
                with contextlib.suppress(IndexUnavailable):
                    indexing.rebuild()
    yield process
    os.waitpid(process, 0)


def unfinished() -> set[int]:
    """The threads that wait to be indexed."""
    db.session.rollback()
    rows = db.session.scalars(select(Job.arguments).where(Job.name == indexing.JOB))
    return {json.loads(arguments)["thread_id"] for arguments in rows}


def look(engine: Engine) -> None:
    """What was acknowledged is there, and the index is whole."""
    waiting = unfinished()
    posted = set(db.session.scalars(select(Thread.id)))
    db.session.rollback()
    found = engine.thread_ids()
    assert posted - waiting <= found, posted - waiting - found
    assert found <= posted, found - posted
    assert engine.check() == [], engine.check()


def catch_up(app: Flask) -> None:
    """Once the waiting work is done the index finds what a new one finds."""
    assert unfinished() == set()
    engine = indexing.engine_for(app)
    look(engine)
    followed = answers(engine)
    indexing.rebuild()
    assert answers(engine) == followed
    assert all(followed)


def answers(engine: Engine) -> list[set[int]]:
    """What is found for some titles."""
    titles = (" ".join(pair) for pair in pairwise(WORDS))
    return [
        {hit.thread_id for hit in engine.similar(title, "", "de", limit=500, solved_only=False)} for title in titles
    ]


if __name__ == "__main__":
    main()
