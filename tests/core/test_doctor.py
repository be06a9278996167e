"""`flask doctor` says what is wrong in a sentence and ends with 1; `flask jobs` shows and revives what was given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.core import clock, doctor, jobs
from community.core.extensions import db, writing
from community.core.jobs import Job


@pytest.fixture
def dead_job(app: Flask) -> int:
    with writing():
        job = jobs.enqueue("mail.send", mail_id=7)
        assert job is not None
        job.dead_at, job.attempts, job.last_error = clock.now(), 12, "the server said no"
    return db.session.scalars(select(Job.id)).one()


def test_a_healthy_site_is_well(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["doctor"])
    assert "ok  database" in told.output
    assert "ok  jobs" in told.output


def test_a_dead_job_is_named_with_its_error(app: Flask, dead_job: int) -> None:
    told = app.test_cli_runner().invoke(args=["doctor"])
    assert told.exit_code == 1
    assert f"job {dead_job} (mail.send) was given up after 12 attempts: the server said no" in told.output
    listed = app.test_cli_runner().invoke(args=["jobs", "dead"])
    assert listed.output.split("\t")[:2] == [str(dead_job), "mail.send"]


def test_a_dead_job_can_be_tried_again(app: Flask, dead_job: int) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["jobs", "retry", str(dead_job)]).exit_code == 0
    again = runner.invoke(args=["jobs", "retry", str(dead_job)])
    assert again.exit_code == 1
    assert f"there is no dead job {dead_job}" in again.output


def test_jobs_that_wait_for_a_worker_are_noticed(app: Flask) -> None:
    with writing():
        jobs.enqueue("mail.send", mail_id=7)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        told = app.test_cli_runner().invoke(args=["doctor"])
    assert told.exit_code == 1
    assert "is the worker running?" in told.output


def test_a_job_that_waits_for_its_time_is_no_problem(app: Flask) -> None:
    with writing():
        jobs.enqueue("mail.send", run_at=clock.now() + timedelta(hours=5), mail_id=7)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert "is the worker running?" not in app.test_cli_runner().invoke(args=["doctor"]).output


def test_a_rooms_check_is_asked_and_repaired_only_when_told(app: Flask) -> None:
    broken = ["a screw is loose"]

    def tighten() -> int:
        broken.clear()
        return 1

    doctor.add_check("screws", lambda: iter(broken), tighten)
    try:
        runner = app.test_cli_runner()
        told = runner.invoke(args=["doctor"])
        assert "NO  screws\n     a screw is loose\n     flask doctor --repair puts this right" in told.output
        assert broken
        assert "repaired 1 rows: a screw is loose\nok  screws" in runner.invoke(args=["doctor", "--repair"]).output
    finally:
        doctor._checks.pop("screws")
