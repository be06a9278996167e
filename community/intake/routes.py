"""Asking, step by step: /ask, then the draft's own pages (describe, similar, check); and drafts: /drafts.

A category with guided requests has further pages in between: `requests.routes`.

Each step is a page with its own address, reads what is stored and stores what was sent, so back and forth is safe. Signed-out
people go all the way to the last button. A draft is found by its owner alone: the person, or the browser it began in.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue as Answer
from flask_babel import gettext as _
from flask_login import current_user, login_required
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from ..accounts import gates
from ..accounts.models import Person
from ..core import error_pages, idempotency, limits
from ..core.errors import Conflict, require
from ..core.extensions import db, login_manager, writing
from ..core.i18n import language
from ..core.security import client_network, hash_token, new_token
from ..threads import queries as thread_queries
from ..threads.addresses import last_page, thread_address
from ..threads.holding import Offer, Refused, judge
from ..threads.mentions import words_of
from ..threads.models import Thread
from ..threads.policy import can_ask
from ..threads.posting import Words
from ..threads.protecting import Personal
from ..threads.visibility import visible_thread
from . import asking, drafts, protecting, queries
from .drafts import DraftClosed, Owner, Sitting, Written
from .forms import (
    AboutForm,
    AnythingElseForm,
    CategoryForm,
    DescribeForm,
    ReplyDraftForm,
    cases_in,
    is_complete,
    is_storable,
    sitting_in,
)
from .looking import Found, is_worth_a_stop, look
from .models import Draft
from .nudges import likelier_category, nudges
from .requests import answering, showing, uploads
from .requests.models import Request
from .requests.pasted import pasted
from .requests.queries import lines_of, menu
from .requests.told_box import told_in
from .similar import Place

blueprint = Blueprint("intake", __name__)
BROWSER = "drafts"  # what the cookie calls the browser's secret; logging in keeps it


# --- Who is here, and which draft is meant


def owner_here() -> Owner:
    """The signed-in person, and this browser if it ever began a draft."""
    secret = session.get(BROWSER)
    return Owner(current_user.id if current_user.is_authenticated else None, hash_token(secret) if secret else None)


def _know_this_browser() -> None:
    """Give a signed-out browser its secret, before it sends anything."""
    if not current_user.is_authenticated and BROWSER not in session:
        session[BROWSER] = new_token()
        session.permanent = True


def spend_draft() -> None:
    limits.spend("draft", current_user.id if current_user.is_authenticated else client_network())


def draft_here(secret: str) -> Draft:
    """The reader's draft, open or closed; 404 for any other. Whoever is signed out of a person's draft logs in first."""
    draft = queries.draft_of(owner_here(), secret)
    if draft is not None:
        return draft
    if current_user.is_authenticated or not queries.belongs_to_a_person(secret):
        return abort(404)
    return abort(_signed_out() if _wants_fragment() else login_manager.unauthorized())


def open_draft(secret: str) -> Draft:
    """The reader's draft, still being written. Raises DraftClosed."""
    draft = draft_here(secret)
    if draft.closed_at is not None:
        raise DraftClosed
    return draft


def question(secret: str) -> Draft:
    """The reader's draft of a thread, still being written; 404 for a reply's. Raises DraftClosed."""
    draft = open_draft(secret)
    return draft if draft.thread_id is None else abort(404)


@blueprint.errorhandler(DraftClosed)
def _closed(error: DraftClosed) -> Answer:
    """A draft that has come to its end leads to what became of it."""
    db.session.rollback()
    if _wants_fragment():
        return fragment(_("This draft was posted or discarded in another window."), 410)
    draft = draft_here((request.view_args or {}).get("secret", ""))
    thread = visible_thread(draft.outcome_thread_id, current_user) if draft.outcome_thread_id else None
    if thread is None:
        return error_pages.page(410, _("This draft was discarded. You can begin a new one at any time."))
    return redirect(thread_address(thread), 303)


# --- Fragments, for the scripts of a page


def _wants_fragment() -> bool:
    return request.headers.get("X-Fragment") == "1"


def fragment(html: str, status: int = 200) -> Response:
    """A short text that a script puts where it belongs, whatever the status."""
    response = make_response(html, status)
    response.headers["X-Fragment"] = "1"
    return response


def _signed_out() -> Response:
    return fragment(render_template("community/intake/_signed_out.html"), 401)


def saved_fragment(draft: Draft | None, is_stored: bool) -> Response:
    status = 200 if is_stored else 409
    return fragment(render_template("community/intake/_saved.html", draft=draft, is_stored=is_stored), status)


def _too_long() -> Response:
    return fragment(
        _("Not stored: this text is too long. At most %(count)s characters fit.", count=limits.BODY_MAX), 422
    )


# --- Step 1: what it is about


@blueprint.get("/ask")
def ask() -> Answer:
    """Begin. `title` (or `q`, from a search that found nothing), `category` and `request` may come along."""
    _know_this_browser()
    title = request.args.get("title") or request.args.get("q") or ""
    asked = {"title": title[: limits.TITLE_MAX], "category": request.args.get("category")}
    form = AboutForm(thread_queries.categories(), data=asked)
    return _about_page(form)


@blueprint.post("/ask")
def begin() -> Answer:
    """Begin a draft."""
    form = AboutForm(thread_queries.categories(), request.form)
    if not form.validate() or form.chosen is None:
        return _about_page(form), 422
    limits.spend("draft-new", current_user.id if current_user.is_authenticated else client_network())
    _know_this_browser()
    with writing():
        if (earlier := idempotency.claim()) is not None:
            return redirect(earlier, 303)
        draft = drafts.begin(owner_here(), category=form.chosen, title=form.title.data or "")
        wanted = _wanted(form.chosen.id)
        if wanted is not None:
            answering.choose_request(draft, wanted)
        address = idempotency.settle(_after_category(draft))
    return redirect(address, 303)


@blueprint.get("/ask/<secret>/about")
def about(secret: str) -> Answer:
    """The first step again."""
    draft = question(secret)
    chosen = {"category": draft.category.slug if draft.category else None}
    return _about_page(CategoryForm(thread_queries.categories(), data=chosen), draft)


@blueprint.post("/ask/<secret>/about")
def choose_category(secret: str) -> Answer:
    """It is about something else; the texts stay."""
    draft, form = question(secret), CategoryForm(thread_queries.categories(), request.form)
    if not form.validate() or form.chosen is None:
        return _about_page(form, draft), 422
    spend_draft()
    with writing():
        drafts.choose_category(draft, form.chosen)
        chosen = showing.request_of(draft)
        if chosen is not None and chosen.category_id != form.chosen.id:
            answering.choose_request(draft, None)
    return redirect(_after_category(draft), 303)


def _wanted(category_id: int | None) -> Request | None:
    """The request that the address or the form names, if the category's menu has it."""
    slug = request.values.get("request")
    return next((each for each in menu(category_id) if each.slug == slug), None) if slug and category_id else None


def _after_category(draft: Draft) -> str:
    """Which request, if the category has any and none is chosen; its form; or the description."""
    if draft.request_id is not None:
        return url_for("intake.form_goes_on", secret=draft.secret)
    has_menu = draft.category_id is not None and bool(menu(draft.category_id))
    return url_for("intake.request_menu" if has_menu else "intake.describe", secret=draft.secret)


def _about_page(form: CategoryForm, draft: Draft | None = None) -> str:
    return render_template(
        "community/intake/about.html",
        form=form,
        draft=draft,
        wanted=_wanted(form.chosen.id if form.chosen else None) if draft is None else None,
        waiting=[] if draft else queries.open_drafts(owner_here(), current_user, most=3),
        where_it_goes_on=where_it_goes_on,
    )


# --- Step 2: describe it


@blueprint.get("/ask/<secret>/describe")
def describe(secret: str) -> Answer:
    """Title, with the cases that are like it, and text."""
    draft = question(secret)
    if not _has_category(draft):
        return _back_to_category(draft)
    written = drafts.written_in(draft)
    title = written.title or showing.suggested_title(draft, language())
    form = _form_for(draft)(data={"title": title, "body": written.body, "language": written.language})
    return _describe_page(draft, form, drafts.new_sitting(draft), written.tags)


@blueprint.post("/ask/<secret>/describe")
def store_description(secret: str) -> Answer:
    """Keep it and go on: to the cases that are like it, if there are any new ones, else to the last step."""
    draft, sitting = question(secret), sitting_in(request.form)
    form = _form_for(draft)(request.form)
    written, only_looking = form.written(), "look" in request.form
    is_fit = form.validate()
    found = _found(draft, written) if is_fit else None
    if is_storable(written):
        spend_draft()
        with writing():
            is_stored = drafts.save(draft, written, sitting)
            drafts.note_shown(draft, cases_in(request.form, "shown"))
            has_news = found is not None and is_worth_a_stop(found, draft)
            drafts.note_shown(draft, found.ids if found else [])
            told = told_in(request.form, viewer()) if is_stored else None
            if told is not None:
                answering.tell(draft, told)
        if not is_stored:
            return _both_page(draft), 409
        if only_looking:
            return redirect(url_for("intake.similar", secret=secret), 303)
        if is_fit:
            return redirect(url_for("intake.similar" if has_news else "intake.check", secret=secret), 303)
    return _describe_page(question(secret), form, sitting, written.tags), 422


def _form_for(draft: Draft) -> type[DescribeForm]:
    """After a form has asked for what is needed there need not be anything else to say."""
    return DescribeForm if draft.form_version_id is None else AnythingElseForm


def _is_described(draft: Draft) -> bool:
    return is_complete(drafts.written_in(draft), _form_for(draft))


def _describe_page(draft: Draft, form: DescribeForm, sitting: Sitting, tags: str) -> str:
    usual = queries.usual_tags(draft.category) if draft.category else []
    ticked = tags.split(", ")
    return render_template(
        "community/intake/describe.html",
        draft=draft,
        form=form,
        sitting=sitting,
        found=_found(draft, form.written()),
        recognised=asking.spoken_in(draft, language()),
        usual_tags=[(name, name in ticked) for name in usual],
        other_tags=", ".join(name for name in ticked if name not in usual),
        chosen=showing.request_of(draft),
        private=showing.private_lines(draft, language()),
        known=showing.known_besides(draft, viewer()),
    )


def _found(draft: Draft, written: Written) -> Found:
    spoken = written.language or asking.spoken_in(draft, language())
    return look(written.title, written.body, spoken, viewer())


def viewer() -> Person | None:
    return current_user if current_user.is_authenticated else None


def _has_category(draft: Draft) -> bool:
    return draft.category is not None and draft.category.archived_at is None


def _back_to_category(draft: Draft) -> Response:
    flash(_("This category takes no questions any more. Choose another one; your text is kept."), "notice")
    return redirect(url_for("intake.about", secret=draft.secret), 303)  # type: ignore[return-value]


# --- Step 2b: the cases that are like it, on a page of their own


@blueprint.get("/ask/<secret>/similar")
def similar(secret: str) -> Answer:
    """The cases that are like it; without any, straight on."""
    draft = question(secret)
    found = _found(draft, drafts.written_in(draft))
    if found:
        return render_template("community/intake/similar.html", draft=draft, found=found)
    if _is_described(draft):
        return redirect(url_for("intake.check", secret=secret), 303)
    flash(_("No solved case is like yours so far. Go on and describe it."), "notice")
    return redirect(url_for("intake.describe", secret=secret), 303)


@blueprint.post("/ask/<secret>/similar")
def not_quite(secret: str) -> Answer:
    """None of them is it. `case`: those that were open."""
    _note_opened(question(secret))
    return redirect(url_for("intake.check", secret=secret), 303)


@blueprint.post("/ask/<secret>/opened")
def opened(secret: str) -> Answer:
    """A case was opened while describing; from a page without scripts also: it was not quite it, back to the text."""
    draft = question(secret)
    _note_opened(draft)
    if _wants_fragment():
        return fragment("", 204)
    written = DescribeForm(request.form).written()
    if is_storable(written):
        with writing():
            drafts.save(draft, written, sitting_in(request.form))
    return redirect(url_for("intake.describe", secret=secret), 303)


def _note_opened(draft: Draft) -> None:
    spend_draft()
    readable = [case for case in cases_in(request.form, "case") if visible_thread(case, current_user)]
    with writing():
        for case in readable:
            drafts.note_opened(draft, case)


@blueprint.post("/ask/<secret>/solved")
def solved(secret: str) -> Answer:
    """This case solved it: nothing is posted."""
    draft = question(secret)
    case = next(iter(cases_in(request.form, "case")), 0)
    thread = visible_thread(case, current_user) or abort(404)
    if thread.solved_at is None:
        raise Conflict(_("This thread is not solved yet. Your draft is kept."))
    spend_draft()
    address = thread_address(thread)
    with writing():
        asking.spare_draft(draft, thread)
    flash(_("Good that it is solved, and thank you for saying so. Nothing was posted."), "done")
    return redirect(address, 303)


# --- Step 3: check it, and post


@blueprint.get("/ask/<secret>/check")
def check(secret: str) -> Answer:
    """What will be public, as it will look; and what would make it better."""
    draft = question(secret)
    if not _has_category(draft):
        return _back_to_category(draft)
    if not _is_described(draft):
        return redirect(url_for("intake.describe", secret=secret), 303)
    if not _is_filled(draft):
        return _back_to_form(draft)
    try:
        protecting.protected(draft, MultiDict(), asking.spoken_in(draft, language()))
    except Personal as personal:
        return _check_page(draft, personal=personal)
    return _check_page(draft)


def _is_filled(draft: Draft) -> bool:
    """Is everything answered that its form needs, with files that are still there?"""
    form = answering.form_of(draft)
    if form is None:
        return True
    return answering.first_open_step(form, uploads.without_lost(form, answering.answers_of(draft))) is None


def _back_to_form(draft: Draft) -> Response:
    flash(_("Something is still needed here. All that you have written is kept."), "notice")
    return redirect(url_for("intake.form_goes_on", secret=draft.secret), 303)  # type: ignore[return-value]


def _check_page(draft: Draft, problem: Refused | None = None, personal: Personal | None = None) -> str:
    found = _found(draft, drafts.written_in(draft))
    spoken = asking.spoken_in(draft, language())
    return render_template(
        "community/intake/check.html",
        draft=draft,
        html=words_of(showing.body_of(draft, spoken)).rendered.html,
        spoken=spoken,
        tags=[tag for tag in draft.tags.split(", ") if tag],
        nudges=[] if draft.form_version_id else nudges(draft.title, draft.body),
        likelier=_likelier_category(draft, found),
        may_post=can_ask(current_user),
        problem=problem,
        personal=personal,
        answered=showing.public_facts(draft, language()),
        private=showing.private_lines(draft, language()),
        known=showing.known_besides(draft, viewer()),
        pasted=pasted(draft),
    )


def _likelier_category(draft: Draft, found: Found) -> Place | None:
    categories = {case.category.id: case.category for case in found.cases if case.category}
    likelier = likelier_category(draft.category_id or 0, [case.category.id for case in found.cases if case.category])
    return categories[likelier] if likelier is not None and not categories[likelier].archived_at else None


def _moved(draft: Draft) -> int:
    """Without what its writer wants moved to the private details; the draft's version then. Raises Personal."""
    clean = protecting.protected(draft, request.form, asking.spoken_in(draft, language()))
    if clean.moved:
        with writing():
            protecting.move(draft, clean)
    return draft.version


@blueprint.post("/ask/<secret>/check")
@login_required
def post(secret: str) -> Answer:
    """Post it. `version` is the one that was looked at: another window's changes are looked at first."""
    draft = question(secret)
    gates.require_open(current_user, client_network())
    require(can_ask(current_user), _("Confirm your mail address first. Your draft is kept."))
    version = draft.version
    if not _is_described(draft) or request.form.get("version", type=int) != version:
        return _look_again(secret)
    if draft.category_id is None:
        return _back_to_category(draft)
    if pasted(draft):
        return _check_page(draft), 422
    try:
        version = _moved(draft)
    except Personal as personal:
        return _check_page(question(secret), personal=personal), 422
    words = words_of(showing.body_of(draft, asking.spoken_in(draft, language())))
    try:
        verdict = judge(Offer(current_user, draft.category_id, draft.title, _all_public(draft, words)))
        with writing():
            thread = asking.post_draft(
                draft, by=current_user, words=words, version=version, reads=language(), verdict=verdict
            )
            address = thread_address(thread)
    except Refused as refused:
        return _check_page(question(secret), refused), 422
    except asking.DraftChanged:
        return _look_again(secret)
    except asking.CategoryClosed:
        return _back_to_category(question(secret))
    except (asking.Incomplete, uploads.FileLost):
        return _back_to_form(question(secret))
    if verdict.grounds:
        flash(
            _("Your question is stored. Staff look at it before others can read it; we tell you what they decide."),
            "done",
        )
    else:
        flash(_("Your question is public now. As soon as somebody answers, we tell you."), "done")
    return redirect(address, 303)


def _all_public(draft: Draft, words: Words) -> Words:
    """Everything that will be public, to be judged: public answers are as public as the text."""
    facts = showing.public_facts(draft, language())
    lines = lines_of(facts, language()) if facts else []
    return words_of("\n\n".join([words.source, *lines])) if lines else words


def _look_again(secret: str) -> Answer:
    flash(_("The text has changed in another window. Look at it once more, then post it."), "notice")
    return redirect(url_for("intake.check", secret=secret), 303)


# --- Drafts


@blueprint.get("/drafts")
def draft_list() -> Answer:
    """What the reader has begun."""
    return render_template(
        "community/intake/drafts.html",
        drafts=queries.open_drafts(owner_here(), current_user),
        where_it_goes_on=where_it_goes_on,
    )


@blueprint.post("/drafts/<secret>")
def save(secret: str) -> Answer:
    """Keep what is written so far; answers a fragment. 409: another window has changed it, and both texts are kept."""
    draft, form = question(secret), DescribeForm(request.form)
    written = form.written()
    if not is_storable(written):
        return _too_long()
    spend_draft()
    with writing():
        is_stored = drafts.save(draft, written, sitting_in(request.values))
        drafts.note_shown(draft, cases_in(request.form, "shown"))
    return saved_fragment(draft, is_stored)


@blueprint.post("/drafts/<secret>/preview")
def preview(secret: str) -> Answer:
    """What the text will look like, as a fragment."""
    question(secret)
    limits.spend("preview", current_user.id if current_user.is_authenticated else client_network())
    form = DescribeForm(request.form)
    form.validate()
    problem = next(iter(form.body.errors), None)
    html = None if problem else words_of(form.body.data or "").rendered.html
    return render_template("community/threads/_preview.html", html=html, problem=problem)


@blueprint.post("/drafts/<secret>/discard")
def discard(secret: str) -> Answer:
    """Throw the draft away."""
    draft = open_draft(secret)
    with writing():
        drafts.discard(draft)
    flash(_("The draft is discarded."), "done")
    return redirect(url_for("intake.draft_list"), 303)


@blueprint.get("/drafts/<secret>/both")
def both(secret: str) -> Answer:
    """Two texts of one draft, from two windows: which one stays?"""
    draft = open_draft(secret)
    return _both_page(draft) if draft.aside else redirect(where_it_goes_on(draft), 303)


def _both_page(draft: Draft) -> str:
    return render_template(
        "community/intake/both.html",
        draft=draft,
        stored=drafts.written_in(draft),
        aside=drafts.put_aside(draft),
        aside_at=drafts.put_aside_at(draft),
    )


@blueprint.post("/drafts/<secret>/both")
def choose(secret: str) -> Answer:
    """Go on with one of them."""
    draft = open_draft(secret)
    address = where_it_goes_on(draft)
    with writing():
        (drafts.choose_aside if request.form.get("keep") == "aside" else drafts.choose_stored)(draft)
    return redirect(address, 303)


def where_it_goes_on(draft: Draft) -> str:
    """The page on which a draft is written."""
    if draft.thread_id is not None:
        return url_for("intake.reply_draft", thread_id=draft.thread_id)
    if draft.request_id is not None:
        return url_for("intake.form_goes_on", secret=draft.secret)
    return url_for("intake.describe", secret=draft.secret)


def draft_page_of(draft: Draft, name: str | None) -> str:
    """The page of the draft that an act was done on."""
    return url_for("intake.check" if name == "check" else "intake.describe", secret=draft.secret, _anchor="told")


@blueprint.get("/drafts/reply/<int:thread_id>")
@login_required
def reply_draft(thread_id: int) -> Answer:
    """Go on with a reply: its box is on the thread's last page."""
    thread = _readable_thread(thread_id)
    return redirect(thread_address(thread, last_page(thread)) + "#reply", 303)


@blueprint.post("/drafts/reply/<int:thread_id>")
def save_reply(thread_id: int) -> Answer:
    """Keep a reply that is being written; answers a fragment, as `save` does."""
    if not current_user.is_authenticated:
        return _signed_out()
    thread, written = _readable_thread(thread_id), ReplyDraftForm(request.form).written()
    if not is_storable(written):
        return _too_long()
    spend_draft()
    with writing():
        draft, is_stored = drafts.save_reply(thread, written, sitting_in(request.values), by=current_user)
    return saved_fragment(draft, is_stored)


def _readable_thread(thread_id: int) -> Thread:
    """The thread, or the one that it became part of: there the reply will go."""
    once = thread_queries.address_once(thread_id)
    return visible_thread(thread_id, current_user) or thread_queries.thread_once_at(once, current_user) or abort(404)


def claim_drafts(person: Person) -> None:
    """At login: what this browser wrote signed out becomes the person's own, and they are led back to it."""
    secret = session.pop(BROWSER, None)
    if not secret or not drafts.claim(hash_token(secret), person):
        return
    kept = _("Your draft is kept.")
    if "/ask/" not in request.values.get("next", ""):
        kept = Markup('{} <a href="{}">{}</a>').format(kept, url_for("intake.draft_list"), _("Go on with it"))
    flash(kept, "notice")
