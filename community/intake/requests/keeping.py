"""Requests are built by staff: added, changed, put in order, archived. A changed form is a new version; threads keep theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from ...accounts.models import Person
from ...core import clock, events, pages
from ...core.errors import Conflict, Invalid
from ...core.events import Action
from ...core.extensions import db
from ...threads.models import Category
from ...threads.posting import slug_of
from .definition import Form, problems
from .models import FormVersion, Request


@dataclass(frozen=True)
class Naming:
    """What a request is called in the menu, in both languages."""

    name_de: str
    name_en: str
    description_de: str = ""
    description_en: str = ""


class Changed(Conflict):
    """Somebody else has saved a newer version of the form meanwhile."""


class Unusable(Invalid):
    """The form has problems; `problems(form)` says which."""


def add_request(category: Category, naming: Naming, form: Form, *, by: Person) -> Request:
    """A new entry at the end of the category's menu, with the first version of its form. Raises Unusable."""
    _refuse_problems(form)
    last = db.session.scalar(select(func.max(Request.position)).where(Request.category_id == category.id))
    request = Request(
        category_id=category.id, slug=_free_slug(naming.name_en), position=(last or 0) + 1, **vars(naming)
    )
    db.session.add(request)
    db.session.flush()
    _write_version(request, form, by)
    _record(Action.REQUEST_ADDED, request, by, None)
    return request


def change_request(request: Request, naming: Naming, form: Form, *, started_from: int, by: Person) -> bool:
    """Another name or another form, which is a new version. False: nothing differs. Raises Changed and Unusable."""
    _refuse_problems(form)
    held = hold(request)
    if held.version != started_from:
        raise Changed
    before = _told(held)
    is_renamed = vars(naming) != vars(_naming_of(held))
    is_rebuilt = form != latest_version(held).form()
    if is_renamed:
        for name, text in vars(naming).items():
            setattr(held, name, text)
    if is_rebuilt:
        held.version += 1
        _write_version(held, form, by)
    if is_renamed or is_rebuilt:
        _record(Action.REQUEST_CHANGED, held, by, before)
    return is_renamed or is_rebuilt


def archive(request: Request, *, by: Person) -> None:
    """It stands in no menu any more; threads keep their form. Raises Conflict if it is archived."""
    _put_archived(request, is_archived=True, by=by)


def unarchive(request: Request, *, by: Person) -> None:
    """It stands in its menu again. Raises Conflict if it does."""
    _put_archived(request, is_archived=False, by=by)


def _put_archived(request: Request, *, is_archived: bool, by: Person) -> None:
    held = hold(request)
    if (held.archived_at is not None) == is_archived:
        raise Conflict(_("Somebody else did this a moment ago."))
    before = _told(held)
    held.archived_at = clock.now() if is_archived else None
    _record(Action.REQUEST_ARCHIVED if is_archived else Action.REQUEST_UNARCHIVED, held, by, before)


def reorder(category: Category, request_ids: list[int], *, by: Person) -> None:
    """The menu stands in this order. Raises Conflict unless exactly the category's requests are named."""
    found = {each.id: each for each in db.session.scalars(select(Request).where(Request.category_id == category.id))}
    if set(request_ids) != set(found) or len(request_ids) != len(found):
        raise Conflict(_("The menu has changed meanwhile. Look at it again, then put it in order."))
    before = [each.slug for each in sorted(found.values(), key=lambda each: each.position)]
    for position, request_id in enumerate(request_ids):
        found[request_id].position = position
    after = [found[request_id].slug for request_id in request_ids]
    if before != after:
        pages.touch(pages.LISTS)
        events.record(Action.REQUEST_REORDERED, actor_id=by.id, before=before, after=after)


def hold(request: Request) -> Request:
    """Read it afresh, and keep others from changing it."""
    return db.session.scalars(
        select(Request).where(Request.id == request.id).with_for_update().execution_options(populate_existing=True)
    ).one()


def latest_version(request: Request) -> FormVersion:
    """The version of the form that is filled from now on."""
    return db.session.scalars(
        select(FormVersion).where(FormVersion.request_id == request.id, FormVersion.number == request.version)
    ).one()


def _write_version(request: Request, form: Form, by: Person) -> None:
    db.session.add(
        FormVersion(
            request_id=request.id,
            number=request.version,
            definition=form.as_json(),
            created_at=clock.now(),
            by_id=by.id,
        )
    )
    db.session.flush()


def _refuse_problems(form: Form) -> None:
    if problems(form):
        raise Unusable(_("This form cannot be used yet. What is missing stands beside the fields."))


def _free_slug(name: str) -> str:
    wanted = slug_of(name)[:50]
    taken = set(db.session.scalars(select(Request.slug).where(Request.slug.startswith(wanted, autoescape=True))))
    return next(slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, 9999))) if slug not in taken)


def _naming_of(request: Request) -> Naming:
    return Naming(request.name_de, request.name_en, request.description_de, request.description_en)


def _told(request: Request) -> dict[str, Any]:
    return {
        "request": request.slug,
        "name_de": request.name_de,
        "name_en": request.name_en,
        "form": request.version,
        "archived": request.archived_at is not None,
    }


def _record(action: Action, request: Request, by: Person, before: dict[str, Any] | None) -> None:
    db.session.flush()
    pages.touch(pages.LISTS)
    events.record(action, actor_id=by.id, before=before, after=_told(request))
