"""A guided request, page by page: which one (`/ask/<secret>/request`), then each step of its form (`/ask/<secret>/form/<step>`).

Every page stores what was sent before it says what is missing or wrong, so that nothing typed is lost and back is safe.
What is required is asked for at "Go on" alone.
"""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue as Answer
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from ...accounts.models import Person
from ...attachments import inspection
from ...attachments.inspection import Inspected
from ...attachments.models import Attachment
from ...core.errors import Invalid
from ...core.extensions import writing
from ...core.i18n import language
from ...core.security import client_network
from .. import asking, drafts, queries
from ..drafts import hold_open
from ..forms import DescribeForm, is_storable, sitting_in
from ..models import Draft
from ..routes import blueprint, draft_page_of, fragment, owner_here, question, saved_fragment, spend_draft, viewer
from . import answering, filling, pasted, sending, showing, uploads
from .definition import UPLOADS, Field, Form, Step
from .models import Request
from .queries import menu
from .told_box import told_in

_EVERYTHING_ELSE = ""


# --- Which request


@blueprint.get("/ask/<secret>/request")
def request_menu(secret: str) -> Answer:
    """What can be asked for in the draft's category; straight on where there is nothing."""
    draft = question(secret)
    offered = _offered(draft)
    if not offered:
        return redirect(url_for("intake.describe", secret=secret), 303)
    return _menu_page(draft, offered)


@blueprint.post("/ask/<secret>/request")
def choose_request(secret: str) -> Answer:
    """It is about this request, or about something else."""
    draft, slug = question(secret), request.form.get("request")
    offered = _offered(draft)
    chosen = next((each for each in offered if each.slug == slug), None)
    if chosen is None and slug != _EVERYTHING_ELSE:
        return _menu_page(draft, offered, problem=_("Choose what comes closest.")), 422
    spend_draft()
    with writing():
        hold_open(draft)
        if draft.request_id != (chosen.id if chosen else None):
            take_request(draft, chosen)
    return redirect(where_the_form_goes_on(draft), 303)


def _offered(draft: Draft) -> list[Request]:
    """The menu; with the request that was chosen before, even if it stands in no menu any more."""
    found, chosen = list(menu(draft.category_id or 0)), showing.request_of(draft)
    if chosen is not None and chosen.id not in {each.id for each in found}:
        found.append(chosen)
    return found


def _menu_page(draft: Draft, offered: list[Request], problem: str = "") -> str:
    return render_template("community/intake/request.html", draft=draft, offered=offered, problem=problem)


def take_request(draft: Draft, chosen: Request | None) -> None:
    """The draft is about this from now on; every answer goes where the form wants it. On a held draft."""
    answering.choose_request(draft, chosen)
    form = answering.form_of(draft)
    if form is not None:
        uploads.settle(draft, form)


def where_the_form_goes_on(draft: Draft) -> str:
    """The first step that needs something; the description where there is none, or where nothing is needed any more."""
    form = answering.form_of(draft)
    if form is None:
        return url_for("intake.describe", secret=draft.secret)
    answers = uploads.without_lost(form, answering.answers_of(draft))
    step = answering.first_open_step(form, answers) or (None if answers else next(iter(form.steps), None))
    return _page_of(draft, step)


def _page_of(draft: Draft, step: Step | None) -> str:
    if step is None:
        return url_for("intake.describe", secret=draft.secret)
    return url_for("intake.form_step", secret=draft.secret, step_key=step.key)


@blueprint.get("/ask/<secret>/form")
def form_goes_on(secret: str) -> Answer:
    """To where the draft goes on."""
    return redirect(where_the_form_goes_on(question(secret)), 303)


@blueprint.post("/ask/<secret>/newer-form")
def take_newer_form(secret: str) -> Answer:
    """The form has changed since it was chosen: go on with the new one. The answers stay."""
    draft = question(secret)
    chosen = showing.request_of(draft) or abort(404)
    spend_draft()
    with writing():
        hold_open(draft)
        take_request(draft, chosen)
    flash(_("This is the form as it is now. Your answers are kept."), "done")
    return redirect(where_the_form_goes_on(draft), 303)


# --- A step of the form


@blueprint.get("/ask/<secret>/form/<step_key>")
def form_step(secret: str, step_key: str) -> Answer:
    """One step, as far as it is asked."""
    draft = question(secret)
    form, step = _form_and_step(draft, step_key)
    if form is None or step is None:
        return redirect(where_the_form_goes_on(draft), 303)
    return _step_page(draft, form, step)


@blueprint.post("/ask/<secret>/form/<step_key>")
def store_step(secret: str, step_key: str) -> Answer:
    """Keep what was sent, whatever is missing or wrong; then go on if nothing is."""
    draft = question(secret)
    form, step = _form_and_step(draft, step_key)
    if form is None or step is None:
        return redirect(where_the_form_goes_on(draft), 303)
    sent = _read_step(draft, step)
    arrived = _inspected(form, sent)
    spend_draft()
    with writing():
        hold_open(draft)
        _store(draft, form, sent, arrived)
    if (
        only := next(
            (name for name in ("update", "upload", "remove", "look", "take", "reject") if name in request.form), None
        )
    ) is not None:
        if not sent.problems:
            return redirect(_page_of(draft, step) + f"#{sending.PREFIX}{request.form[only]}".rstrip("#"), 303)
        return _step_page(draft, form, step, sent.problems), 422
    return _go_on(draft, form, step, sent)


def _go_on(draft: Draft, form: Form, step: Step, sent: sending.Sent) -> Answer:
    answers = uploads.without_lost(form, answering.answers_of(draft))
    if any(each.key not in sent.shown for each in filling.asked_in(form, step, answers)) and sent.shown:
        flash(_("One more question, because of your answer."), "notice")
        return redirect(_page_of(draft, step), 303)
    problems = _problems(form, step, answers) | sent.problems
    if problems:
        return _step_page(draft, form, step, problems), 422
    return redirect(_page_of(draft, showing.step_after(form, step, answers)), 303)


def _problems(form: Form, step: Step, answers: filling.Answers) -> dict[str, object]:
    return filling.missing(form, answers, step=step) | filling.wrong(form, answers, step=step)


@blueprint.post("/drafts/<secret>/form/<step_key>")
def save_step(secret: str, step_key: str) -> Answer:
    """Keep what is typed so far, without files; answers a fragment, as `save` does."""
    draft = question(secret)
    form, step = _form_and_step(draft, step_key)
    if form is None or step is None:
        return fragment("", 204)
    sent = _read_step(draft, step)
    spend_draft()
    with writing():
        hold_open(draft)
        answering.store(draft, form, sent.answers)
    return saved_fragment(draft, is_stored=True)


@blueprint.get("/ask/<secret>/reading/<field_key>")
def reading(secret: str, field_key: str) -> Answer:
    """A fragment: how far the photo is read for this field, and what it seems to say."""
    draft = question(secret)
    form = answering.form_of(draft)
    asked = form.field_of(field_key) if form is not None else None
    if form is None or asked is None:
        return abort(404)
    step = next(each for each in form.steps if asked in each.fields)
    found = showing.readings(form, step, answering.answers_of(draft)).get(field_key)
    return fragment(render_template("community/intake/_reading.html", found=found)) if found else fragment("", 204)


def _form_and_step(draft: Draft, key: str) -> tuple[Form | None, Step | None]:
    """The form, and its step of this key if anything is asked in it."""
    form = answering.form_of(draft)
    if form is None:
        return None, None
    asked = filling.steps_asked(form, answering.answers_of(draft))
    return form, next((step for step in asked if step.key == key), None)


def _read_step(draft: Draft, step: Step) -> sending.Sent:
    known = showing.known_for(step, viewer())
    return sending.read(step, request.form, request.files, answering.answers_of(draft), known, language())


def _inspected(form: Form, sent: sending.Sent) -> list[tuple[Field, Inspected]]:
    """The files that came and may be kept; what is wrong with the others is noted. Outside any transaction: it takes a while."""
    found = []
    for key, upload in sent.files.items():
        asked = form.field_of(key)
        assert asked is not None
        try:
            found.append((asked, _inspect(upload, asked)))
        except Invalid as refused:
            sent.problems[key] = refused.message
    return found


def _inspect(upload: FileStorage, asked: Field) -> Inspected:
    return inspection.inspect(upload, asked.kind.value, who=_who())


def _who() -> int | str:
    return current_user.id if current_user.is_authenticated else client_network()


def _store(draft: Draft, form: Form, sent: sending.Sent, arrived: list[tuple[Field, Inspected]]) -> None:
    answering.store(draft, form, sent.answers)
    for asked, inspected in arrived:
        uploads.put(draft, form, asked, inspected, who=_who())
    for key, answer in sent.answers.items():
        target = form.field_of(key)
        if target is not None and answer is not None:
            uploads.forget_guess(draft, form, target)
    for name, act in (("take", uploads.take_over_guess), ("reject", uploads.forget_guess)):
        target = form.field_of(request.form.get(name, ""))
        if target is not None:
            act(draft, form, target)
    removed = form.field_of(request.form.get("remove", ""))
    if removed is not None and removed.kind in UPLOADS:
        uploads.take_away(draft, form, removed)


def _step_page(draft: Draft, form: Form, step: Step, problems: dict[str, object] | None = None) -> str:
    answers = uploads.without_lost(form, answering.answers_of(draft))
    wrong = filling.wrong(form, answers, step=step)
    shown = showing.questions(
        form,
        step,
        answers,
        problems=wrong | (problems or {}),
        known=showing.known_for(step, viewer()),
        language=language(),
    )
    return render_template(
        "community/intake/form.html",
        draft=draft,
        form=form,
        step_shown=step,
        questions=shown,
        readings=showing.readings(form, step, answers),
        is_outdated=answering.is_outdated(draft),
        chosen=showing.request_of(draft),
        has_failed=bool(problems),
    )


# --- Private details beside the form


@blueprint.post("/ask/<secret>/told")
def tell(secret: str) -> Answer:
    """One more private detail; on the page *describe* the texts come along and are kept first."""
    draft = question(secret)
    back = draft_page_of(draft, request.form.get("back"))
    _keep_texts(draft)
    try:
        told = told_in(request.form, viewer())
    except Invalid as refused:
        flash(refused.message, "problem")
        return redirect(back, 303)
    if told is None:
        flash(_("Type the private detail first."), "problem")
        return redirect(back, 303)
    spend_draft()
    with writing():
        hold_open(draft)
        answering.tell(draft, told)
    flash(_("Kept. Only you and staff see it."), "done")
    return redirect(back, 303)


def _keep_texts(draft: Draft) -> None:
    if "title" not in request.form:
        return
    written = DescribeForm(request.form).written()
    if is_storable(written):
        with writing():
            drafts.save(draft, written, sitting_in(request.form))


@blueprint.post("/ask/<secret>/told/<int:number>/remove")
def untell(secret: str, number: int) -> Answer:
    """Without this private detail."""
    draft = question(secret)
    _keep_texts(draft)
    spend_draft()
    with writing():
        hold_open(draft)
        answering.untell(draft, number)
    return redirect(draft_page_of(draft, request.form.get("back")), 303)


@blueprint.post("/ask/<secret>/take-out")
def take_out(secret: str) -> Answer:
    """Private answers that were also written in public are taken out of there."""
    draft = question(secret)
    spend_draft()
    with writing():
        hold_open(draft)
        pasted.take_out(draft, asking.spoken_in(draft, language()))
    flash(_("It is taken out. Look at the text once more."), "done")
    return redirect(url_for("intake.check", secret=secret), 303)


def is_in_own_draft(attachment: Attachment, _viewer: Person | None) -> bool:
    """Judge: what was sent for a draft is shown to whoever writes it, also in a browser that is signed out."""
    if attachment.kept_at is not None:
        return False
    return uploads.is_in_one_of(queries.open_drafts(owner_here(), viewer()), attachment)
