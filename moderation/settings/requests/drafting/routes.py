"""The pages on which a form is built. Each act is a small form of its own that leads back to where it was done.

A draft belongs to one member of staff; another's does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.case_file.kinds import KINDS, KNOWN
from community.core import idempotency
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.core.i18n import language
from community.core.incoming import asked_id
from community.intake.requests import filling, keeping
from community.intake.requests.definition import MOST_FIELDS, MOST_STEPS, Both, Field, Form, problems
from community.threads.models import Category

from ....access import need, put_door
from .. import building, comparing, drafts, queries, reading, words
from ..forms import NamingForm
from ..models import FormDraft

blueprint = put_door(Blueprint("form_drafts", __name__, url_prefix="/moderation/settings/requests/drafts"))
Answer = str | Response | tuple[str, int]


@blueprint.before_request
def guard() -> None:
    """Refuse whoever may not build requests."""
    need(Verb.REQUESTS)


def _draft(draft_id: int) -> FormDraft:
    return drafts.draft_of(draft_id, current_user) or abort(404)


def _to(draft_id: int, anchor: str = "") -> Response:
    return redirect(url_for("form_drafts.one", draft_id=draft_id, _anchor=anchor or None), 303)


# --- Beginning, naming, ending


@blueprint.get("/new")
def new() -> str:
    """What a new request is called, and where it stands."""
    return _naming_page(NamingForm())


@blueprint.post("/new")
@idempotency.once
def begin() -> Answer:
    """Begin to build it."""
    form = NamingForm(request.form)
    category = db.session.get(Category, asked_id("category") or 0)
    if not form.validate() or category is None or category.archived_at:
        return _naming_page(form), 422
    with writing():
        if (earlier := idempotency.claim()) is not None:
            return redirect(earlier, 303)
        draft = drafts.begin_new(category, form.naming(), by=current_user)
        address = idempotency.settle(url_for("form_drafts.one", draft_id=draft.id))
    return redirect(address, 303)


@blueprint.get("/<int:draft_id>/name")
def name(draft_id: int) -> str:
    """How it will be called."""
    draft = _draft(draft_id)
    return _naming_page(NamingForm(data=draft.naming), draft)


@blueprint.post("/<int:draft_id>/name")
def rename(draft_id: int) -> Answer:
    """It will be called so."""
    draft, form = _draft(draft_id), NamingForm(request.form)
    if not form.validate():
        return _naming_page(form, draft), 422
    with writing():
        drafts.rename(draft, form.naming())
    return _to(draft_id)


def _naming_page(form: NamingForm, draft: FormDraft | None = None) -> str:
    return render_template(
        "moderation/settings/requests/naming.html",
        form=form,
        draft=draft,
        categories=queries.open_categories(),
        chosen=asked_id("category"),
    )


@blueprint.get("/<int:draft_id>")
def one(draft_id: int) -> str:
    """The form so far, to be built."""
    return _editor(_draft(draft_id))


def _editor(draft: FormDraft, problem: object = None) -> str:
    form = draft.form()
    return render_template(
        "moderation/settings/requests/draft.html",
        draft=draft,
        form=form,
        problems=problems(form),
        problem=problem,
        others=drafts.drafts_of_others(draft.request, current_user) if draft.request else (),
        words=words,
        language=language(),
    )


@blueprint.get("/<int:draft_id>/preview")
def preview(draft_id: int) -> str:
    """The form as those see it who ask."""
    draft = _draft(draft_id)
    return render_template(
        "moderation/settings/requests/preview.html", draft=draft, form=draft.form(), words=words, language=language()
    )


@blueprint.post("/<int:draft_id>/undo")
def undo(draft_id: int) -> Response:
    """The form is what it was before the last change."""
    draft = _draft(draft_id)
    with writing():
        drafts.undo(draft)
    return _to(draft_id)


@blueprint.post("/<int:draft_id>/throw-away")
def throw_away(draft_id: int) -> Response:
    """The draft is not needed."""
    draft = _draft(draft_id)
    with writing():
        drafts.throw_away(draft)
    flash(_("The draft is thrown away. What is in use stays as it is."), "done")
    return redirect(url_for("request_settings.index"), 303)


@blueprint.post("/<int:draft_id>/use")
@idempotency.once
def use(draft_id: int) -> Answer:
    """Put it into use. `over`: the newer version that it shall stand in place of."""
    draft, over = _draft(draft_id), asked_id("over")
    try:
        with writing():
            if (earlier := idempotency.claim()) is not None:
                return redirect(earlier, 303)
            if over and draft.request_id:
                drafts.put_over(draft, over)
            used, differs = drafts.put_into_use(draft, by=current_user)
            address = idempotency.settle(url_for("request_settings.one", slug=used.slug))
    except keeping.Changed:
        db.session.rollback()
        return _changed_page(_draft(draft_id)), 409
    except Invalid as error:
        db.session.rollback()
        return _editor(_draft(draft_id), error.message), 422
    flash(_in_use(differs), "done")
    return redirect(address, 303)


def _in_use(differs: bool) -> Any:
    if not differs:
        return _("Nothing differs from what is in use, so it stays as it is.")
    return _("It is in use. Whoever is filling in the version before may finish with that.")


def _changed_page(draft: FormDraft) -> str:
    assert draft.request is not None
    began, newest = (
        drafts.version_of(draft.request.id, number) for number in (draft.started_from, draft.request.version)
    )
    assert began is not None
    assert newest is not None
    return render_template(
        "moderation/settings/requests/changed.html",
        draft=draft,
        theirs=comparing.differences(began.form(), newest.form()),
        mine=comparing.differences(began.form(), draft.form()),
        newest=newest,
        by=db.session.get(Person, newest.by_id) if newest.by_id else None,
        is_renamed=asdict(drafts.naming_of(draft.request)) != draft.started_naming,
        words=words,
        language=language(),
    )


@blueprint.post("/<int:draft_id>/newer")
def go_on_from_newer(draft_id: int) -> Response:
    """Go on from what is in use now, without what was built."""
    draft = _draft(draft_id)
    with writing():
        drafts.go_on_from_newer(draft)
    flash(_("This is the form as it is in use now."), "done")
    return _to(draft_id)


# --- Steps


def _build(draft_id: int, change: Callable[[Form], Form], anchor: str = "") -> Answer:
    draft = _draft(draft_id)
    try:
        with writing():
            held = drafts.hold(draft)
            drafts.build(held, change(held.form()))
    except Invalid as error:
        db.session.rollback()
        return _editor(_draft(draft_id), error.message), 422
    return _to(draft_id, anchor)


def _there(form: Form, key: str) -> Field:
    """The field; raises Conflict if it is gone."""
    field = form.field_of(key)
    if field is None:
        raise Conflict(_("This field is gone: it was removed or renamed in another window."))
    return field


def _direction() -> int:
    return -1 if request.form.get("to") == "up" else 1


def _known_step(form: Form, key: str) -> str:
    if all(step.key != key for step in form.steps):
        raise Conflict(_("This step is gone: it was removed in another window."))
    return key


@blueprint.post("/<int:draft_id>/steps")
def add_step(draft_id: int) -> Answer:
    """One step more, at the end."""
    title = reading.both(request.form, "title")

    def change(form: Form) -> Form:
        if len(form.steps) >= MOST_STEPS:
            raise Invalid(_("A form has at most %(count)s steps.", count=MOST_STEPS))
        return building.with_step(form, title)

    return _build(draft_id, change, "last-step")


@blueprint.post("/<int:draft_id>/steps/<step_key>")
def retitle_step(draft_id: int, step_key: str) -> Answer:
    """Another title."""
    title = reading.both(request.form, "title")
    return _build(
        draft_id, lambda form: building.retitled(form, _known_step(form, step_key), title), f"step-{step_key}"
    )


@blueprint.post("/<int:draft_id>/steps/<step_key>/move")
def move_step(draft_id: int, step_key: str) -> Answer:
    """One place up or down."""
    direction = _direction()
    return _build(
        draft_id,
        lambda form: building.step_moved(form, _known_step(form, step_key), direction),
        f"step-{step_key}",
    )


@blueprint.post("/<int:draft_id>/steps/<step_key>/remove")
def remove_step(draft_id: int, step_key: str) -> Answer:
    """Without it and its fields. `drop`: what depends on them shall depend on nothing."""
    draft = _draft(draft_id)
    form = draft.form()
    keys = {each.key for step in form.steps if step.key == step_key for each in step.fields}
    if (depending := building.dependents(form, keys)) and not request.form.get("drop"):
        return _removing_page(draft, depending, step_key=step_key), 409
    return _build(draft_id, lambda form: building.without_step(form, _known_step(form, step_key)))


def _removing_page(draft: FormDraft, depending: list[Field], *, step_key: str = "", field_key: str = "") -> str:
    form = draft.form()
    return render_template(
        "moderation/settings/requests/removing.html",
        draft=draft,
        form=form,
        depending=depending,
        step=next((step for step in form.steps if step.key == step_key), None),
        field=form.field_of(field_key),
        words=words,
        language=language(),
    )


# --- Fields


@blueprint.post("/<int:draft_id>/fields")
def add_field(draft_id: int) -> Answer:
    """One field more, of this kind, at the end of this step; its page is next."""
    draft, step_key, kind = _draft(draft_id), request.form.get("step", ""), reading.kind_in(request.form)
    try:
        with writing():
            held = drafts.hold(draft)
            form = held.form()
            if len(form.fields) >= MOST_FIELDS:
                raise Invalid(_("A form has at most %(count)s fields.", count=MOST_FIELDS))
            key = building.fresh_key("", {each.key for each in form.fields} | set(drafts.used_kinds(held)))
            drafts.build(held, building.with_field(form, _known_step(form, step_key), Field(key, kind, Both())))
    except Invalid as error:
        db.session.rollback()
        return _editor(_draft(draft_id), error.message), 422
    return redirect(url_for("form_drafts.field", draft_id=draft_id, field_key=key), 303)


@blueprint.get("/<int:draft_id>/fields/<field_key>")
def field(draft_id: int, field_key: str) -> str:
    """One field, to be changed."""
    draft = _draft(draft_id)
    return _field_page(draft, field_key, draft.form().field_of(field_key) or abort(404))


@blueprint.post("/<int:draft_id>/fields/<field_key>")
def save_field(draft_id: int, field_key: str) -> Answer:
    """Keep it as it was typed, finished or not."""
    draft = _draft(draft_id)
    try:
        with writing():
            key = _save(drafts.hold(draft), field_key)
    except Invalid as error:
        db.session.rollback()
        draft = _draft(draft_id)
        typed = reading.field_typed(request.form, _there(draft.form(), field_key))
        return _field_page(draft, field_key, typed, days=str(error.message)), 422
    return _after_saving(draft_id, key, request.form.get("then", ""))


def _save(draft: FormDraft, key: str) -> str:
    """The key under which the field is kept."""
    form, used = draft.form(), drafts.used_kinds(draft)
    written = reading.field_in(request.form, _there(form, key))
    kept = building.key_for(form, key, written, used)
    form = building.replaced(form, key, written, used)
    drafts.build(draft, building.moved_to(form, kept, request.form.get("step", "")))
    if kept != key and key in used:
        flash(
            _(
                "What was answered before does not fit this kind, so it counts as a new question. Threads keep their answers."
            )
        )
    return kept


def _after_saving(draft_id: int, key: str, then: str) -> Response:
    if not then:
        return _to(draft_id, f"field-{key}")
    anchor = {"kind": "kind", "stay": None}.get(then, "options")
    return redirect(url_for("form_drafts.field", draft_id=draft_id, field_key=key, _anchor=anchor), 303)


@blueprint.post("/<int:draft_id>/fields/<field_key>/try")
def try_answer(draft_id: int, field_key: str) -> str:
    """What would be said to somebody who answered this. Nothing is stored."""
    draft = _draft(draft_id)
    typed = building.suited(reading.field_typed(request.form, _there(draft.form(), field_key)))
    return _field_page(draft, field_key, typed, tried=reading.line(request.form, "try"))


def _field_page(draft: FormDraft, field_key: str, shown: Field, *, days: str = "", tried: str | None = None) -> str:
    form = draft.form()
    with_it = building.shown_as(form, field_key, shown)
    judged = filling.judge(shown, [tried], language()) if tried else None
    return render_template(
        "moderation/settings/requests/field.html",
        draft=draft,
        form=with_it,
        field=shown,
        step=building.step_of(form, field_key),
        earlier=building.earlier(form, field_key),
        problems=[each.sentence for each in problems(with_it) if each.field == field_key],
        days_wrong=days,
        days=reading.days_typed(request.form) if request.method == "POST" else str(shown.keep_days),
        tried=tried,
        judged=judged,
        kinds=KINDS,
        known=KNOWN,
        words=words,
        language=language(),
    )


@blueprint.post("/<int:draft_id>/fields/<field_key>/move")
def move_field(draft_id: int, field_key: str) -> Answer:
    """One place up or down, over the end of a step into the next."""
    direction = _direction()
    return _build(
        draft_id,
        lambda form: building.moved(form, _there(form, field_key).key, direction),
        f"field-{field_key}",
    )


@blueprint.post("/<int:draft_id>/fields/<field_key>/duplicate")
def duplicate_field(draft_id: int, field_key: str) -> Answer:
    """The same once more, after it."""

    def change(form: Form) -> Form:
        if len(form.fields) >= MOST_FIELDS:
            raise Invalid(_("A form has at most %(count)s fields.", count=MOST_FIELDS))
        return building.duplicated(form, _there(form, field_key).key, used)

    used = drafts.used_kinds(_draft(draft_id))
    return _build(draft_id, change, f"field-{field_key}")


@blueprint.post("/<int:draft_id>/fields/<field_key>/remove")
def remove_field(draft_id: int, field_key: str) -> Answer:
    """Without it. `drop`: what depends on it shall depend on nothing."""
    draft = _draft(draft_id)
    if (depending := building.dependents(draft.form(), {field_key})) and not request.form.get("drop"):
        return _removing_page(draft, depending, field_key=field_key), 409
    return _build(draft_id, lambda form: building.without(form, _there(form, field_key).key))
