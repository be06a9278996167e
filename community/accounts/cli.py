"""flask create-staff | set-role | disable-person | enable-person | people erase: for the operator. No password is printed."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask.cli import with_appcontext

from ..core.errors import Refusal
from ..core.extensions import writing
from ..core.i18n import LANGUAGES
from . import erasing, people, queries, resetting
from .models import ROLES, STAFF_ROLES, Person

_ROLE = click.Choice(list(ROLES))
_STAFF_ROLE = click.Choice([role for role in ROLES if role in STAFF_ROLES])


@click.command("create-staff")
@click.argument("name")
@click.argument("address")
@click.option("--role", type=_STAFF_ROLE, default="agent", show_default=True, help="What they may do.")
@click.option("--display-name", help="The name that customers see; the user name if it is left out.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="Their language; the site's if it is left out.")
def create_staff_command(name: str, address: str, role: str, display_name: str | None, language: str | None) -> None:
    """Make a colleague and print the link at which they choose their password (one use, seven days)."""
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
        with writing():
            person = people.create(
                name=name,
                display_name=display_name,
                address=checked.ascii_email,
                role=role,
                language=language or current_app.config["SITE_LANGUAGE"],
            )
            link = resetting.invite(person)
    except (Refusal, EmailNotValidError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{person.name} is {role} now. They choose a password here, once, within seven days:")
    click.echo(link)


@click.command("set-role")
@click.argument("name")
@click.argument("role", type=_ROLE)
def set_role_command(name: str, role: str) -> None:
    """Give somebody another role; ends their sessions."""
    person = _person(name)
    with writing():
        people.set_role(person, role)
    click.echo(f"{person.name} is {role} now.")


@click.command("disable-person")
@click.argument("name")
@click.option("--reason", help="For the record.")
def disable_person_command(name: str, reason: str | None) -> None:
    """Shut somebody out; ends their sessions. What they wrote stays."""
    person = _person(name)
    with writing():
        people.disable(person, reason=reason)
    click.echo(f"{person.name} is shut out.")


@click.command("enable-person")
@click.argument("name")
def enable_person_command(name: str) -> None:
    """Let somebody in again."""
    person = _person(name)
    with writing():
        people.enable(person)
    click.echo(f"{person.name} may log in again.")


@click.group("people")
def people_commands() -> None:
    """Persons and what is kept of them."""


@people_commands.command("erase")
@click.argument("name")
@click.option("--reason", help="For the record; leave their name out.")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
@with_appcontext
def erase_command(name: str, reason: str | None, yes: bool) -> None:
    """Erase a customer: all that is kept of them goes, what they posted stays without their name. Cannot be undone."""
    person = _person(name)
    for label, count, stays in erasing.kept_of(person):
        click.echo(f"{label}: {count}{' (stays)' if stays else ''}")
    if not yes:
        click.confirm(f"Erase {person.name}? This cannot be undone.", abort=True)
    try:
        with writing():
            erasing.erase(person, reason=reason)
    except Refusal as error:
        raise click.ClickException(str(error)) from error
    click.echo("Erased.")


def _person(name: str) -> Person:
    person = queries.person_named(name)
    if person is None:
        raise click.ClickException(f"there is nobody called {name!r}")
    return person


COMMANDS = (create_staff_command, set_role_command, disable_person_command, enable_person_command, people_commands)
