"""Form drafts: what a member of staff builds is kept after every act, and nobody meets it before it is put into use.

Building changes nothing for anybody else, so it is no act that the audit log tells, as saved filters are none. Putting into use
is the act, and leaves one row, from `keeping`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.core import clock
from community.core.errors import Conflict
from community.core.extensions import db
from community.intake.requests import keeping
from community.intake.requests.definition import Both, Form, Kind, Step
from community.intake.requests.keeping import Naming
from community.intake.requests.models import FormVersion, Request
from community.threads.models import Category

from .models import FormDraft

MOST_NEW = 20
#: What a new form begins with: a step whose title can be changed, as any other.
FIRST = Form((Step("step_1", Both("Worum es geht", "What it is about")),))


def draft_of(draft_id: int, person: Person) -> FormDraft | None:
    """One of theirs, with its request and category."""
    return db.session.scalar(
        select(FormDraft)
        .where(FormDraft.id == draft_id, FormDraft.person_id == person.id)
        .options(joinedload(FormDraft.request), joinedload(FormDraft.category))
    )


def drafts_of(person: Person) -> Sequence[FormDraft]:
    """What they are building, the latest first."""
    mine = select(FormDraft).where(FormDraft.person_id == person.id).order_by(FormDraft.saved_at.desc(), FormDraft.id)
    return db.session.scalars(mine.options(joinedload(FormDraft.category), joinedload(FormDraft.request))).all()


def drafts_of_others(request: Request, person: Person) -> Sequence[FormDraft]:
    """Who else is changing this form."""
    rows = select(FormDraft).where(FormDraft.request_id == request.id, FormDraft.person_id != person.id)
    return db.session.scalars(rows.order_by(FormDraft.saved_at.desc()).options(joinedload(FormDraft.person))).all()


def begin(request: Request, *, by: Person) -> FormDraft:
    """Their draft of this request's form: the one that is there, or a new one of the form as it is now."""
    mine = select(FormDraft).where(FormDraft.request_id == request.id, FormDraft.person_id == by.id)
    found = db.session.scalar(mine)
    if found is not None:
        return found
    draft = FormDraft(person_id=by.id, request_id=request.id, category_id=request.category_id, saved_at=clock.now())
    _start_from(draft, request)
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:  # the same button, pressed twice
        return db.session.scalars(mine).one()
    return draft


def begin_new(category: Category, naming: Naming, *, by: Person) -> FormDraft:
    """A draft of a new request. Raises Conflict if they have begun too many."""
    new = select(func.count()).where(FormDraft.person_id == by.id, FormDraft.request_id.is_(None))
    if (db.session.scalar(new) or 0) >= MOST_NEW:
        raise Conflict(
            _("You have begun %(count)s new requests. Put one into use or throw one away first.", count=MOST_NEW)
        )
    draft = FormDraft(
        person_id=by.id,
        category_id=category.id,
        naming=asdict(naming),
        definition=FIRST.as_json(),
        saved_at=clock.now(),
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def _start_from(draft: FormDraft, request: Request) -> None:
    held = keeping.hold(request)
    draft.started_from = held.version
    draft.started_naming = draft.naming = asdict(naming_of(held))
    draft.definition = keeping.latest_version(held).form().as_json()
    draft.before = None


def naming_of(request: Request) -> Naming:
    """What the request is called now."""
    return Naming(request.name_de, request.name_en, request.description_de, request.description_en)


def hold(draft: FormDraft) -> FormDraft:
    """Read it afresh, and keep one's other windows from changing it. Raises Conflict if it is gone."""
    held = db.session.scalar(
        select(FormDraft).where(FormDraft.id == draft.id).with_for_update().execution_options(populate_existing=True)
    )
    if held is None:
        raise Conflict(_("This draft is gone: it was put into use or thrown away in another window."))
    return held


def rename(draft: FormDraft, naming: Naming) -> None:
    """The request will be called so."""
    held = hold(draft)
    held.naming = asdict(naming)
    held.saved_at = clock.now()


def build(draft: FormDraft, form: Form) -> None:
    """This is the form so far; what it was before can be had back by `undo`. Call it on a held draft."""
    if form == draft.form():
        return
    draft.before = draft.definition
    draft.definition = form.as_json()
    draft.saved_at = clock.now()


def undo(draft: FormDraft) -> None:
    """The form is what it was before the last change. Raises Conflict if there is nothing to undo."""
    held = hold(draft)
    if held.before is None:
        raise Conflict(_("There is nothing to undo."))
    held.definition, held.before = held.before, None
    held.saved_at = clock.now()


def throw_away(draft: FormDraft) -> None:
    """It is not needed any more."""
    db.session.delete(hold(draft))


def used_kinds(draft: FormDraft) -> dict[str, Kind]:
    """Key -> kind of every field that a version in use has or had: their answers are stored by it."""
    if draft.request_id is None:
        return {}
    rows = select(FormVersion).where(FormVersion.request_id == draft.request_id).order_by(FormVersion.number)
    return {each.key: each.kind for version in db.session.scalars(rows) for each in version.form().fields}


# --- Into use


def put_into_use(draft: FormDraft, *, by: Person) -> tuple[Request, bool]:
    """Everybody who asks meets it from now on; whether anything differs from what was there. The draft is done with.

    Raises Unusable if the form has problems, Changed if somebody else has changed the request since the draft began.
    """
    held = hold(draft)
    if held.request_id is None:
        category = db.session.get_one(Category, held.category_id)
        request, differs = keeping.add_request(category, held.named(), held.form(), by=by), True
    else:
        request = keeping.hold(db.session.get_one(Request, held.request_id))
        if asdict(naming_of(request)) != held.started_naming:
            raise keeping.Changed
        differs = keeping.change_request(request, held.named(), held.form(), started_from=held.started_from, by=by)
    db.session.delete(held)
    return request, differs


def put_over(draft: FormDraft, version: int) -> None:
    """It shall stand in place of this version, which its writer has seen, and of the names that the request has now."""
    held = hold(draft)
    request = db.session.get_one(Request, held.request_id)
    held.started_from, held.started_naming = version, asdict(naming_of(request))


def go_on_from_newer(draft: FormDraft) -> None:
    """The draft is the form as it is in use now; what was built is undone."""
    held = hold(draft)
    _start_from(held, db.session.get_one(Request, held.request_id))
    held.saved_at = clock.now()


def version_of(request_id: int, number: int) -> FormVersion | None:
    """One version of a form, with who made it."""
    return db.session.scalar(
        select(FormVersion).where(FormVersion.request_id == request_id, FormVersion.number == number)
    )
