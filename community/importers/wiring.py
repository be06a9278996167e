"""How this room hangs in the app: `flask import`, with one command per source system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TextIO

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from ..core.errors import Busy
from . import destination
from .models import Kind
from .report import Report
from .stackexchange.dump import Dump, open_dump
from .stackexchange.importing import Outcome, gather_dump, import_gathered
from .stackexchange.planting import Target
from .stackexchange.shelf import Shelf

import_group = click.Group(
    "import", help="Bring a community from elsewhere. Run again, an import goes on or adds what is new."
)


@import_group.command("stackexchange")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, readable=True, path_type=Path))
@click.option(
    "--category", "slug", metavar="SLUG", help="Where new threads go. Without it: a category named as the source."
)
@click.option(
    "--language", type=click.Choice(("de", "en")), default="en", show_default=True, help="The posts' language."
)
@click.option("--source", metavar="NAME", help="What the dump is called here. Without it: as before, or as the folder.")
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=click.File("w", encoding="utf-8"),
    help="Where every problem is written.",
)
def stackexchange_command(
    folder: Path, slug: str | None, language: str, source: str | None, report_file: TextIO | None
) -> None:
    """Import a Stack Exchange dump: the unpacked folder DIR with Posts.xml and its companions.

    What is wrong in the dump is reported and never stops the rest. Nobody gets a mail or a notification. An import that
    was interrupted goes on when it is run again; the dump is known by its content, so the folder may have moved.
    """
    dump, report = _opened(folder), Report(report_file)
    with closing(Shelf()) as shelf, _said_plainly():
        fingerprint = gather_dump(dump, shelf, report)
        if fingerprint is None:
            click.echo("Nothing to import: no post could be read.")
        else:
            name = destination.source_name(fingerprint, asked=source, otherwise=dump.name)
            target = Target(name, destination.category_id(slug, name), language)
            _say(import_gathered(dump, shelf, fingerprint, target, report), target)
    for line in report.lines():
        click.echo(line)


def _opened(folder: Path) -> Dump:
    try:
        dump = open_dump(folder)
    except OSError as error:
        raise click.UsageError(f"{folder} cannot be read: {error.strerror}") from error
    if "Posts.xml" not in dump.files:
        raise click.UsageError(f"{folder} holds no Posts.xml: is it the unpacked dump?")
    return dump


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, Busy) as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        raise click.ClickException(
            f"the database did not take the next rows ({reason}). What came before is stored; run the command again to go on."
        ) from error


def _say(outcome: Outcome, target: Target) -> None:
    click.echo(f"Source: {target.source}")
    if outcome.is_nothing:
        click.echo("Nothing new: all of it was imported before.")
    else:
        click.echo(f"Imported: {_listed(outcome.added)}, {outcome.helpful_votes} helpful votes")
    click.echo(f"From this source in all: {_listed(outcome.total)}")


def _listed(counts: dict[Kind, int]) -> str:
    replies = counts[Kind.POST] - counts[Kind.THREAD] + counts[Kind.COMMENT]
    return (
        f"{counts[Kind.THREAD]} threads, {replies} replies ({counts[Kind.COMMENT]} of them comments),"
        f" {counts[Kind.SOLUTION]} solutions, {counts[Kind.TAG]} tags, {counts[Kind.DUPLICATE]} duplicates,"
        f" {counts[Kind.PERSON]} authors"
    )


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(import_group)
