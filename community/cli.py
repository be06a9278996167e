"""Commands for the operator: flask worker, doctor, jobs. Rooms add their own commands and checks in their wiring."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask, current_app
from sqlalchemy import text

from .core import clock, doctor, jobs, worker
from .core.extensions import db


@click.command("worker")
def worker_command() -> None:
    """Run the worker: mails, index, notifications."""
    worker.run_for_ever(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("doctor")
@click.option("--repair", is_flag=True, help="Put right what can be put right.")
def doctor_command(repair: bool) -> None:
    """Check this installation; says what is wrong and ends with 1 if anything is."""
    wrong = sum(_examine(name, check, repair) for name, check in doctor.checks().items())
    raise SystemExit(1 if wrong else 0)


def _examine(name: str, check: doctor.Check, repair: bool) -> int:
    """Report one check, after repairing it if asked to; returns how many problems are left."""
    problems = list(check.problems())
    if problems and repair and check.repair is not None:
        click.echo(f"     repaired {check.repair()} rows: {'; '.join(problems)}")
        problems = list(check.problems())
    click.echo(f"{'ok ' if not problems else '-- ' if check.is_optional else 'NO '} {name}")
    for problem in problems:
        click.echo(f"     {problem}")
    if problems and not repair and check.repair is not None:
        click.echo("     flask doctor --repair puts this right")
    return 0 if check.is_optional else len(problems)


def _database() -> Iterator[str]:
    try:
        db.session.execute(text("SELECT 1"))
    except Exception as error:
        db.session.rollback()
        yield f"the database does not answer: {type(error).__name__}"


def _jobs() -> Iterator[str]:
    for job in jobs.dead():
        yield f"job {job.id} ({job.name}) was given up after {job.attempts} attempts: {job.last_error}"
    waiting = jobs.oldest_waiting()
    if waiting and (clock.now() - waiting).total_seconds() > 60:
        yield f"jobs wait since {waiting:%Y-%m-%d %H:%M} UTC: is the worker running?"


jobs_group = click.Group("jobs", help="Look at work that was given up, and try it again.")


@jobs_group.command("dead")
def dead_command() -> None:
    """List the jobs that were given up."""
    for job in jobs.dead():
        click.echo(f"{job.id}\t{job.name}\t{job.arguments}\t{job.last_error}")


@jobs_group.command("retry")
@click.argument("job_id", type=int)
def retry_command(job_id: int) -> None:
    """Give a dead job another round."""
    if not jobs.revive(job_id):
        raise click.ClickException(f"there is no dead job {job_id}")


def init_app(app: Flask) -> None:
    """Register the commands and the checks of core."""
    app.cli.add_command(worker_command)
    app.cli.add_command(doctor_command)
    app.cli.add_command(jobs_group)
    doctor.add_check("database", _database)
    doctor.add_check("jobs", _jobs)
