"""flask details new-key | rotate | drop-old-keys | status: the keys of what is private, for the operator. The site runs on."""

from __future__ import annotations

import click
from cryptography.fernet import Fernet

from ..core import sealing
from ..core.errors import Conflict

details_group = click.Group("details", help="The keys with which private details are sealed.")

_HELD = "the operator holds the keys, in DETAILS_KEYS: put a new one first there (flask details new-key prints one)"


@details_group.command("new-key")
def new_key_command() -> None:
    """Print a new key, for DETAILS_KEYS. Nothing is stored."""
    click.echo(Fernet.generate_key().decode())


@details_group.command("rotate")
def rotate_command() -> None:
    """Seal with a new key from now on, and what is there anew with it."""
    if sealing.ring().is_a_file:
        click.echo(f"a new key seals from now on: {sealing.add_key().name}")
    click.echo(f"sealed anew: {sealing.seal_anew()}")
    _say_left()


@details_group.command("drop-old-keys")
def drop_old_keys_command() -> None:
    """Forget the keys that seal nothing any more."""
    try:
        click.echo(f"forgotten: {sealing.drop_old_keys()}")
    except Conflict as error:
        raise click.ClickException(_why_not()) from error


def _why_not() -> str:
    if not sealing.ring().is_a_file:
        return _HELD
    if left := sealing.count_old():
        return f"{left} texts are sealed with an old key: run flask details rotate first"
    return "the keys changed a moment ago: try again in ten minutes, when nobody writes with the old one any more"


@details_group.command("status")
def status_command() -> None:
    """Say where the keys are, and how much is sealed with an old one."""
    ring = sealing.ring()
    click.echo(f"keys in {sealing.FILE} in DATA_DIR" if ring.is_a_file else "keys in DETAILS_KEYS")
    for number, key in enumerate(ring.keys):
        click.echo(f"{key.name} {'opens' if number else 'seals and opens'}")
    if ring.keys:
        _say_left()


def _say_left() -> None:
    click.echo(f"sealed with an old key: {sealing.count_old()}")
