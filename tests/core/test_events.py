"""What happened is a row with its work, or did not happen; every kind of fact that is recorded is known and heard of rightly."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.config import ROOT
from community.core import events, jobs
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.core.jobs import Job
from tests.making import Cast, Make


def test_a_fact_and_its_work_are_stored_together_or_not_at_all(app: Flask, make: Make, cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        events.record(Action.POST_REPLIED, actor_id=cast.bob.id)
        raise ZeroDivisionError
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_witness_that_fails_takes_the_fact_with_it(app: Flask, cast: Cast) -> None:
    def refuse(event: Event) -> None:
        raise ZeroDivisionError

    events.witness(Action.PERSON_ENABLED, refuse)
    try:
        with pytest.raises(ZeroDivisionError), writing():
            events.record(Action.PERSON_ENABLED, actor_id=None)
    finally:
        events._witnesses[Action.PERSON_ENABLED].pop(refuse)
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0


def test_every_subscriber_is_a_job_that_somebody_does(app: Flask) -> None:
    named = {name for names in events.subscribers().values() for name in names}
    assert named
    assert named <= set(jobs.handlers())


def test_an_app_made_twice_subscribes_once(app: Flask) -> None:
    for action, names in events.subscribers().items():
        assert len(names) == len(set(names)), action


def test_every_kind_of_fact_is_recorded_somewhere() -> None:
    """An action that nobody records is a promise that nobody keeps."""
    source = "".join(
        path.read_text()
        for package in ("community", "moderation", "search_index")
        for path in (ROOT / package).rglob("*.py")
    )
    used = set(re.findall(r"Action\.([A-Z_]+)", source))
    assert {action.name for action in Action} - used == set()


def test_facts_hold_no_text_of_a_post_and_no_address(make: Make, cast: Cast) -> None:
    thread = make.thread(by=cast.alice, title="An unusual title here", body="An unusual body.")
    make.reply(thread, cast.bob, "An unusual reply.")
    for event in db.session.scalars(select(Event)):
        assert "unusual" not in str(event.payload)
        assert "@" not in str(event.payload)
