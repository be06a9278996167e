"""How the seed hangs in the app: flask seed, flask demo-logins."""

from __future__ import annotations

import click
from flask import Flask, current_app
from sqlalchemy import select

from ..accounts.models import Person
from ..core.errors import Conflict
from ..core.extensions import db
from .planting import DEMO_PASSWORD, plant
from .reader import load_story


@click.command("seed")
def seed_command() -> None:
    """Fill an empty development database with the story of a small provider and its customers."""
    if not current_app.config["DEVELOPMENT"]:
        raise click.ClickException("the seed has well-known logins: it is for THEKE_ENV=development only")
    try:
        count = plant(load_story())
    except Conflict:
        click.echo("The database holds people already; nothing was changed.")
        return
    click.echo(f"Planted {count} threads.")


@click.command("demo-logins")
def demo_logins_command() -> None:
    """Say who can log in to the seeded site."""
    if not current_app.config["DEVELOPMENT"]:
        raise click.ClickException("there are no demo logins outside development")
    people = db.session.scalars(select(Person).where(Person.name.in_(("alice", "bob", "carol", "dora", "jana"))))
    for person in people:
        click.echo(f"  {person.name:<8} {DEMO_PASSWORD:<16} {person.role}")


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(seed_command)
    app.cli.add_command(demo_logins_command)
