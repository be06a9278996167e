"""How the search hangs in the app: addresses, the index that follows events, what asking and thread pages may call."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask
from flask.cli import AppGroup

from community.core import doctor, events
from community.intake import similar

from . import (
    deflection,
    feeds,
    finding,
    indexing,
    models,
    person_following,
    readable,
    related,
    routes,
    search_log,
    synonym_lists,
    synonyms,
    tag_following,
    widget,
)
from .engines.contract import IndexUnavailable

__all__ = ["init_app", "models"]

commands = AppGroup("search", help="The search index.")


@commands.command("rebuild")
@click.option("--if-missing", is_flag=True, help="Only if there is no index that can be read.")
def rebuild(if_missing: bool) -> None:
    """Build the index beside the old one, then swap. Pages go on reading the old one meanwhile."""
    if if_missing and not indexing.engine().check():
        return
    try:
        count = indexing.rebuild()
    except IndexUnavailable as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} threads can be found.")


def _check() -> Iterator[str]:
    if misplaced := indexing.misplaced():
        yield misplaced
    problems = indexing.engine().check()
    yield from problems
    if problems:
        yield "flask search rebuild builds the index anew; until then posting works and nothing is found"


def init_app(app: Flask) -> None:
    """Register everything."""
    app.extensions["theke-search"] = indexing.engine_for(app)
    for pages in (routes, feeds, widget):
        app.register_blueprint(pages.blueprint)
    app.cli.add_command(commands)
    app.jinja_env.globals.update(related_threads=related.related_threads, feed_of_search=feeds.feed_of_search)
    similar.provide(finding.similar_cases)
    synonyms.use(synonym_lists.staff_groups)
    search_log.init_app(app)
    readable.init_app(app)
    events.subscribe(indexing.CHANGES_A_CASE, indexing.JOB)
    events.subscribe(tag_following.CHANGES_A_TAG, tag_following.JOB)
    events.subscribe(person_following.CHANGES_A_PERSON, person_following.JOB)
    events.witness(deflection.OUTCOMES, deflection.note_outcome)
    doctor.add_check("search index", _check)
