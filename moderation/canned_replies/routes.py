"""Canned replies at the desk: their settings, and their use in a reply box. All of it is behind the one door.

A reply of staff is sent to an address here, so that a macro can go along with it; without one it is a reply like any other.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts import gates
from community.core import idempotency, limits
from community.core.errors import Conflict, Invalid, require
from community.core.extensions import db, writing
from community.core.incoming import asked_id
from community.core.security import client_network, safe_next
from community.intake import drafts
from community.intake.drafts import Sitting
from community.intake.drafts import Written as Draft
from community.intake.forms import ReplyDraftForm, is_storable
from community.threads import posting, protecting, solving
from community.threads import queries as thread_queries
from community.threads import routes as thread_routes
from community.threads.addresses import last_page, post_address
from community.threads.forms import ReplyForm
from community.threads.mentions import words_of
from community.threads.models import Thread
from community.threads.policy import can_reopen, can_reply, posting_rate
from community.threads.posting import Words
from community.threads.visibility import visible_thread

from ..access import put_door
from . import keeping, macros, queries
from .filling import VARIABLES
from .forms import CANNED_MAX, CannedReplyForm
from .models import CannedReply
from .policy import can_apply_macro, can_edit_canned_replies

blueprint = put_door(Blueprint("canned_replies", __name__, url_prefix="/moderation"))
Answer = str | Response | tuple[str, int]


# --- Settings


@blueprint.get("/settings/replies")
def settings() -> str:
    """All of them, and the form for a new one."""
    require(can_edit_canned_replies(current_user))
    return _settings_page(_form())


@blueprint.post("/settings/replies")
def add() -> Answer:
    """Write a new one."""
    require(can_edit_canned_replies(current_user))
    form = _form()
    try:
        _take(form)
        with writing():
            keeping.add(form.written(), by=current_user)
    except Invalid as error:
        return _settings_page(_complaining(form, error)), 422
    flash(_("The canned reply is stored."), "done")
    return redirect(url_for("canned_replies.settings"), 303)


@blueprint.get("/settings/replies/<int:reply_id>")
def one(reply_id: int) -> str:
    """One of them, to be changed."""
    require(can_edit_canned_replies(current_user))
    reply = _reply(reply_id)
    return _settings_page(_form(reply), reply)


@blueprint.post("/settings/replies/<int:reply_id>")
def change(reply_id: int) -> Answer:
    """Store other words for it. `version`: the one that the form was filled from."""
    require(can_edit_canned_replies(current_user))
    reply, form = _reply(reply_id), _form()
    try:
        _take(form)
        with writing():
            keeping.change(reply, form.written(), by=current_user, started_from=asked_id("version") or 0)
    except Invalid as error:
        return _settings_page(_complaining(form, error), _reply(reply_id)), 422
    except Conflict:
        return _settings_page(form, _reply(reply_id), is_stale=True), 409
    flash(_("The canned reply is stored."), "done")
    return redirect(url_for("canned_replies.settings"), 303)


@blueprint.post("/settings/replies/<int:reply_id>/archive")
def archive(reply_id: int) -> Response:
    """Offer it to nobody any more."""
    require(can_edit_canned_replies(current_user))
    reply = _reply(reply_id)
    with writing():
        keeping.archive(reply, by=current_user)
    flash(_("The canned reply is archived. Nobody is offered it any more."), "done")
    return redirect(url_for("canned_replies.settings"), 303)


@blueprint.post("/settings/replies/<int:reply_id>/unarchive")
def unarchive(reply_id: int) -> Response:
    """Offer it again."""
    require(can_edit_canned_replies(current_user))
    reply = _reply(reply_id)
    with writing():
        keeping.unarchive(reply, by=current_user)
    flash(_("The canned reply is offered again."), "done")
    return redirect(url_for("canned_replies.settings"), 303)


def _reply(reply_id: int) -> CannedReply:
    return queries.canned_reply(reply_id) or abort(404)


def _form(reply: CannedReply | None = None) -> CannedReplyForm:
    sent = request.form if request.method == "POST" else None
    return CannedReplyForm(thread_queries.categories(), sent, keeping.written_in(reply) if reply else None)


def _take(form: CannedReplyForm) -> None:
    """Raises Invalid, about no field in particular, if the form complains."""
    if not form.validate():
        raise Invalid(_("Something is missing or wrong"))


def _complaining(form: CannedReplyForm, error: Invalid) -> CannedReplyForm:
    db.session.rollback()
    if error.field is not None:
        form[error.field].errors = [str(error)]
    return form


def _settings_page(form: CannedReplyForm, reply: CannedReply | None = None, *, is_stale: bool = False) -> str:
    return render_template(
        "moderation/canned_replies/settings.html",
        form=form,
        reply=reply,
        version=(asked_id("version") or 0) if request.method == "POST" and not is_stale else reply and reply.version,
        is_stale=is_stale,
        replies=queries.canned_replies(),
        archived=queries.canned_replies(archived=True),
        variables=VARIABLES,
        most=CANNED_MAX,
    )


# --- In a reply box


@blueprint.get("/threads/<int:thread_id>/canned-replies")
def offered(thread_id: int) -> str:
    """The options of the list that `/` opens, filled in for this thread; a fragment."""
    thread = _thread(thread_id)
    filled = queries.filled_for(thread, current_user, queries.offered_in(thread))
    return render_template("moderation/canned_replies/_options.html", filled=filled, language=thread.language)


@blueprint.post("/threads/<int:thread_id>/canned-replies")
def insert(thread_id: int) -> Answer:
    """Without scripts: what was typed and, below it, the filled text become the draft that the reply box comes back with."""
    thread, typed = _thread(thread_id), ReplyDraftForm(request.form).written().body
    require(can_reply(current_user, thread), _("This thread takes no more replies. Your text is below; copy it."))
    reply = _offered(thread, asked_id("canned"))
    if reply is None:
        return _reply_box_again(thread_id, _("Choose a canned reply first."), 422)
    (filled,) = queries.filled_for(thread, current_user, [reply])
    written = Draft(body="\n\n".join(text for text in (typed, filled.text) if text))
    if filled.problem or not is_storable(written):
        return _reply_box_again(thread_id, filled.problem or _("With it the text would be too long."), 422)
    address = _where_the_box_is(thread, reply)
    limits.spend("draft", current_user.id)
    with writing():
        drafts.save_reply(thread, written, Sitting(), by=current_user)
    return redirect(address, 303)


@blueprint.post("/threads/<int:thread_id>/replies")
@idempotency.once
def reply(thread_id: int) -> Answer:
    """Reply, and do what the chosen macro says. Looking first, a text that cannot be taken and a plain reply are the forum's."""
    form, macro_id, used_id = ReplyForm(request.form), asked_id("macro"), asked_id("used")
    if "preview" in request.form or not (macro_id or used_id) or not form.validate():
        return thread_routes.reply(thread_id=thread_id)  # type: ignore[no-any-return]
    thread = _thread(thread_id)
    gates.require_open(current_user, client_network())
    require(can_reply(current_user, thread), _("This thread takes no more replies. Your text is below; copy it."))
    limits.refuse_if_spent(posting_rate(current_user), current_user.id)
    try:
        protected = protecting.protect({"body": form.text}, request.form, language=thread.language)
        words = words_of(protected["body"])
        with writing():
            address = _posted(thread, words, macro_id, used_id)
            protecting.keep(protected, thread, by=current_user)
        return redirect(address, 303)
    except protecting.Personal as personal:
        return thread_routes.page_with_reply(thread_id, form, personal), 422
    except Conflict as error:
        why = error.message or _("The thread has changed meanwhile.")
        return _reply_box_again(thread_id, _("%(why)s Nothing was posted.", why=why), 409)


def _posted(thread: Thread, words: Words, macro_id: int | None, used_id: int | None) -> str:
    """Where the reply stands. Call it inside `writing()`."""
    if (earlier := idempotency.claim()) is not None:
        return earlier
    limits.spend(posting_rate(current_user), current_user.id)
    if (before := posting.said_already(thread.id, by=current_user, words=words)) is not None:
        if macro_id is not None:
            raise Conflict(_("You have said the same here within the last hour; the macro was not applied to it."))
        return idempotency.settle(post_address(thread, before))
    if "reopen" in request.form and can_reopen(current_user, thread):
        solving.reopen(thread, by=current_user)
    if macro_id is not None:
        macro = queries.canned_reply(macro_id) or abort(404)
        require(
            can_apply_macro(current_user, macro, thread),
            _("You may not do here what this macro does. Your text is kept."),
        )
        post = macros.apply_macro(thread, macro, by=current_user, text=words, reply_to=asked_id("reply_to"))
    else:
        post = posting.reply(thread, by=current_user, words=words, reply_to=asked_id("reply_to"))
    if used_id is not None and used_id != macro_id:
        macros.note_use(used_id)
    return idempotency.settle(post_address(thread, post.number))


def _thread(thread_id: int) -> Thread:
    return visible_thread(thread_id, current_user) or abort(404)


def _offered(thread: Thread, reply_id: int | None) -> CannedReply | None:
    return next((reply for reply in queries.offered_in(thread) if reply.id == reply_id), None)


def _reply_box_again(thread_id: int, problem: str, status: int) -> Answer:
    """The thread's page with what was typed in its box, and a sentence at the top."""
    flash(problem, "problem")
    return thread_routes.page_with_reply(thread_id, ReplyForm(request.form)), status


def _where_the_box_is(thread: Thread, reply: CannedReply) -> str:
    """Back to the box, on the desk or in the thread, which says what was used and which macro is chosen."""
    page = url_for(
        "threads.show",
        thread_id=thread.id,
        slug=thread.slug,
        page=asked_id("page") or last_page(thread),
        reply_to=asked_id("reply_to"),
    )
    chosen = {"used": reply.id, "macro": reply.id if reply.is_macro else asked_id("macro")}
    query = urlencode({name: number for name, number in chosen.items() if number is not None})
    back = (safe_next(request.form.get("next")) or page).partition("#")[0]
    return f"{back}{'&' if '?' in back else '?'}{query}#reply"
