"""Categories: added, called something else, put in another order, archived. None is ever deleted: threads stand in it.

What was a category's address once leads to it for ever, so no other category can have it. An archived category takes no
threads; those that stand in it stay readable. One change at a time: each begins by taking hold of one row, so that
names and places are judged by what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _
from slugify import slugify
from sqlalchemy import delete, func, select

from ..accounts.models import Person
from ..core import clock, events, pages
from ..core.errors import Conflict, Invalid
from ..core.events import Action
from ..core.extensions import db
from .models import Category, CategoryAlias

#: The row of versions that whoever changes categories or tags takes hold of; no page depends on it.
SETTINGS = "settings"
NAME_MAX, SLUG_MAX, DESCRIPTION_MAX = 80, 60, 300
_SPELLED_OUT = [["ä", "ae"], ["ö", "oe"], ["ü", "ue"], ["Ä", "ae"], ["Ö", "oe"], ["Ü", "ue"], ["ß", "ss"]]
NAMES = ("name_de", "name_en")


@dataclass(frozen=True)
class Written:
    """A category as somebody wrote it, checked by the form."""

    slug: str
    name_de: str
    name_en: str
    description_de: str = ""
    description_en: str = ""


def slug_of(text: str) -> str:
    """The readable word of a category's address; empty if the text has neither letters nor digits."""
    return slugify(text, max_length=SLUG_MAX, word_boundary=True, replacements=_SPELLED_OUT)


def in_order() -> Sequence[Category]:
    """All of them, archived ones too, in their order."""
    return db.session.scalars(select(Category).order_by(Category.position, Category.id)).all()


def former_slugs() -> dict[int, list[str]]:
    """What the addresses of categories were once, by their ids."""
    found: dict[int, list[str]] = {}
    for alias in db.session.scalars(select(CategoryAlias).order_by(CategoryAlias.slug)):
        found.setdefault(alias.category_id, []).append(alias.slug)
    return found


def written_in(category: Category) -> Written:
    """What is stored, as somebody would have written it."""
    return Written(**{name: getattr(category, name) for name in Written.__dataclass_fields__})


def add(written: Written, *, by: Person) -> Category:
    """A new category, after all others. Raises Invalid if its address or one of its names is another's."""
    pages.touch(SETTINGS)
    _check(written, None)
    last = db.session.scalar(select(func.max(Category.position)))
    category = Category(**asdict(written), position=(last or 0) + 1, version=1)
    db.session.add(category)
    db.session.flush()
    _record(Action.CATEGORY_ADDED, category, by, before=None, after=asdict(written))
    return category


def change(category: Category, written: Written, *, by: Person, started_from: int) -> None:
    """Other names, or another address. Raises Conflict if it changed since version `started_from`, Invalid if its address
    or one of its names is another's."""
    _hold(category)
    if category.version != started_from:
        raise Conflict
    before = written_in(category)
    if before == written:
        return
    _check(written, category)
    if before.slug != written.slug:
        db.session.execute(delete(CategoryAlias).where(CategoryAlias.slug == written.slug))
        db.session.add(CategoryAlias(slug=before.slug, category_id=category.id))
    for name, value in asdict(written).items():
        setattr(category, name, value)
    category.version += 1
    db.session.flush()
    _record(Action.CATEGORY_CHANGED, category, by, before=asdict(before), after=asdict(written))


def swap(category: Category, other: Category, *, by: Person) -> None:
    """Each stands where the other stood. Raises Conflict unless they are neighbours now."""
    pages.touch(SETTINGS)
    db.session.expire_all()
    order = list(in_order())
    here, there = order.index(category), order.index(other)
    if abs(here - there) != 1:
        raise Conflict
    before = [each.slug for each in order]
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order):
        each.position = position
    _record(Action.CATEGORY_REORDERED, category, by, before=before, after=[each.slug for each in order])


def archive(category: Category, *, by: Person) -> None:
    """Take no more threads. Raises Conflict if it takes none, or if no category would take any."""
    _hold(category)
    if category.archived_at is not None:
        raise Conflict
    others = select(Category.id).where(Category.archived_at.is_(None), Category.id != category.id)
    if db.session.scalar(others.limit(1)) is None:
        raise Conflict(_("This is the last category that takes threads. Add another one first."))
    category.archived_at = clock.now()
    _record(Action.CATEGORY_ARCHIVED, category, by, before=False, after=True)


def unarchive(category: Category, *, by: Person) -> None:
    """Take threads again. Raises Conflict if it does."""
    _hold(category)
    if category.archived_at is None:
        raise Conflict
    category.archived_at = None
    _record(Action.CATEGORY_UNARCHIVED, category, by, before=True, after=False)


def _hold(category: Category) -> None:
    pages.touch(SETTINGS)
    db.session.refresh(category, [column.key for column in Category.__table__.columns], with_for_update=True)


def _check(written: Written, itself: Category | None) -> None:
    others = select(Category.id).where(Category.id != (itself.id if itself is not None else 0))
    if db.session.scalar(others.where(Category.slug == written.slug)) is not None:
        raise Invalid(_("Another category has this address."), "slug")
    alias = db.session.get(CategoryAlias, written.slug)
    if alias is not None and (itself is None or alias.category_id != itself.id):
        raise Invalid(_("This was the address of another category once, and leads there for ever."), "slug")
    for name in NAMES:
        taken = {each.casefold() for each in db.session.scalars(others.with_only_columns(getattr(Category, name)))}
        if getattr(written, name).casefold() in taken:
            raise Invalid(_("Another category has this name."), name)


def _record(action: Action, category: Category, by: Person, *, before: Any, after: Any) -> None:
    pages.touch(pages.SITE)  # last: whoever counts threads in a category takes hold of the category first, too
    events.record(action, actor_id=by.id, category=category.id, slug=category.slug, before=before, after=after)
