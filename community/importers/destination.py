"""Where an import goes: under which name its rows are remembered, and into which category its threads come.

The name must be the same each time, or everything would be taken twice. So a dump is known by its content: once it
was imported, its name is settled, wherever the folder lies and whatever it is called.
"""

from __future__ import annotations

import click
from sqlalchemy import func, select

from ..core import pages
from ..core.extensions import db, writing
from ..core.text import is_blank, normalise_line
from ..threads.models import Category
from ..threads.posting import slug_of
from . import ledger

SOURCE_MAX = 80
_SLUG_MAX = 60


def source_name(fingerprint: str, *, asked: str | None, otherwise: str) -> str:
    """The name of the dump with this fingerprint: the one it has, else the one asked for, else `otherwise`.

    Raises click.UsageError for a name that would mix two dumps, or take one twice."""
    wanted = normalise_line(asked if asked is not None else otherwise)[:SOURCE_MAX]
    settled = ledger.source_of_dump(fingerprint)
    if settled is not None:
        if asked is not None and wanted != settled:
            raise click.UsageError(f"this dump was imported as '{settled}': leave --source out")
        return settled
    if is_blank(wanted):
        raise click.UsageError("say with --source what the dump is called")
    if asked is None and ledger.is_source(wanted):
        raise click.UsageError(
            f"another dump was imported as '{wanted}': name this one with --source ('{wanted}' if it is of the same site)"
        )
    return wanted


def category_id(slug: str | None, source: str) -> int:
    """The category with this slug; without one, the category named as the source, made if it is missing.

    Raises click.UsageError for a slug that no open category has."""
    wanted = slug if slug is not None else slug_of(source)[:_SLUG_MAX].strip("-")
    category = db.session.scalar(select(Category).where(Category.slug == wanted))
    if category is not None and category.archived_at is None:
        return category.id
    if slug is None and category is None:
        return _make_category(wanted, source)
    slugs = db.session.scalars(select(Category.slug).where(Category.archived_at.is_(None)).order_by(Category.position))
    raise click.UsageError(f"no category '{wanted}' takes threads; there are: {', '.join(slugs) or 'none'}")


def _make_category(slug: str, name: str) -> int:
    with writing():
        last = db.session.scalar(select(func.max(Category.position))) or 0
        category = Category(slug=slug, name_de=name, name_en=name, position=last + 1)
        db.session.add(category)
        pages.touch(pages.LISTS, pages.SITE)
        db.session.flush()
        return category.id
