"""The forum's pages: reading, replying, editing, solving, voting.

Each route loads through `visibility`, asks `policy`, calls one verb and leads on. Addresses of what happens after a change are
worked out before it, because what was loaded is read afresh inside `writing()`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NoReturn
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from ..accounts import gates
from ..accounts.names import shown_name
from ..accounts.queries import person_named
from ..core import idempotency, limits, pages, preferences, sharing, text
from ..core.errors import Gone, require
from ..core.extensions import writing
from ..core.i18n import language
from ..core.incoming import asked_id
from ..core.security import client_network
from . import editing, facets, holding, narrowing, posting, protecting, queries, solving, voting
from .addresses import last_page, post_address, thread_address
from .forms import EditForm, ReplyForm, TitledEditForm
from .mentions import words_of
from .models import Post, Thread
from .policy import (
    can_edit,
    can_mark_solution,
    can_reopen,
    can_reply,
    can_retitle,
    can_say_me_too,
    can_see_revisions,
    can_vote_helpful,
    posting_rate,
)
from .queries import THREAD_PAGE, Key, Show, Within
from .visibility import visible_post, visible_thread, was_removed

blueprint = Blueprint("threads", __name__)


def readable_thread(thread_id: int) -> Thread:
    """The thread with what its page needs; 404 (or 410) unless it exists for the reader."""
    return visible_thread(thread_id, current_user, *THREAD_PAGE) or absent(thread_id)


def absent(thread_id: int) -> NoReturn:
    """Nothing is here for the reader: what became part of another thread leads there for good, what was removed is gone
    (410); all else looks as if it had never been (404)."""
    once = queries.address_once(thread_id)
    paged = queries.place_once_at(f"{once}?page={asked_id('page')}", current_user) if asked_id("page") else None
    if (place := paged or queries.place_once_at(once, current_user)) is not None:
        abort(_leads_to(*place))
    if was_removed(thread_id):
        raise Gone
    abort(404)


def _leads_to(thread: Thread, number: int | None) -> Response:
    """A page: to the post that stood first on it. A feed or picture: to the other thread's. A form: it is sent there."""
    arguments = request.view_args or {}
    if request.method not in ("GET", "HEAD"):
        return redirect(url_for(request.endpoint or "", **arguments | {"thread_id": thread.id}), 307)
    if "slug" not in arguments:
        return _for_good(url_for(request.endpoint or "", **arguments | {"thread_id": thread.id}))
    return redirect(post_address(thread, number) if number else thread_address(thread), 301)


def readable_post(post_id: int) -> Post:
    """The post with its thread and author; 404 unless it exists for the reader."""
    return visible_post(post_id, current_user, joinedload(Post.thread), joinedload(Post.author)) or abort(404)


# --- Lists


@blueprint.get("/")
@pages.for_visitors(pages.lists_stamp)
def home() -> str:
    """The field, the promise, categories, newly solved cases; one's own threads that wait."""
    return render_template(
        "community/home.html",
        promise=current_app.extensions["theke-promise"].figure(),
        categories=queries.categories(),
        solved=queries.newly_solved(),
        waiting=queries.threads_waiting_for(current_user) if current_user.is_authenticated else [],
    )


@blueprint.get("/find")
def find() -> Response:
    """The second button of the front page: what was typed there as an issue is searched for."""
    return redirect(f"{request.script_root}/search?{urlencode({'q': request.args.get('title', '')})}")


@blueprint.get("/threads")
@pages.for_visitors(pages.lists_stamp)
def index() -> str:
    """All threads."""
    return _listed(_("Threads"), Within())


@blueprint.get("/categories")
@pages.for_visitors(pages.lists_stamp)
def categories() -> str:
    """All categories."""
    return render_template("community/threads/categories.html", categories=queries.categories())


@blueprint.get("/categories/<slug>")
@pages.for_visitors(pages.lists_stamp)
def category(slug: str) -> str | Response:
    """The threads of a category; what its address was once leads here."""
    found = queries.category_named(slug) or abort(404)
    if slug != found.slug:
        return _for_good(url_for("threads.category", slug=found.slug))
    within = Within(category=found, only=narrowing.conditions(found, narrowing.kept(request.args)))
    return _listed(found.name_in(language()), within, found.description_in(language()))


@blueprint.get("/tags/<name>")
@pages.for_visitors(pages.lists_stamp)
def tag(name: str) -> str | Response:
    """The threads that carry a tag; in another spelling, or under another word for it, its address leads here."""
    found = queries.tag_named(name) or abort(404)
    if name != found.name:
        return _for_good(url_for("threads.tag", name=found.name))
    return _listed(_("Tag: %(name)s", name=found.name), Within(tag=found))


def _listed(title: str, within: Within, lead: str = "") -> str:
    show, key = _asked_show(), _asked_key()
    pieces = None
    if current_user.is_authenticated and show is not Show.WAITING_FOR_YOU:
        pieces = sharing.shared_pieces(
            ("list", request.full_path, language()),
            pages.lists_stamp(),
            lambda: queries.threads_to_show(show, within, None, key),
        )
    return render_template(
        "community/threads/list.html",
        title=title,
        lead=lead,
        within=within,
        show=show,
        Show=Show,
        found=pieces.things if pieces is not None else queries.threads_to_show(show, within, current_user, key),
        pieces=pieces,
        address=_address_of_this_list,
    )


def _asked_show() -> Show:
    try:
        show = Show(request.args.get("show", Show.NEW))
    except ValueError:
        return Show.NEW
    return Show.NEW if show is Show.WAITING_FOR_YOU and not current_user.is_authenticated else show


def _asked_key() -> Key | None:
    if "after" in request.args:
        return Key.read(request.args["after"], backwards=True)
    return Key.read(request.args.get("before", ""))


def _address_of_this_list(show: Show, older: Key | None = None, newer: Key | None = None) -> str:
    assert request.endpoint is not None
    narrowed = None if show is Show.NEW else show.value
    also: dict[str, Any] = narrowing.kept(request.args) if request.endpoint == "threads.category" else {}
    return url_for(request.endpoint, **(request.view_args or {}), **also, show=narrowed, before=older, after=newer)


@blueprint.get("/people/<name>")
@pages.for_visitors(pages.lists_stamp)
def person(name: str) -> str:
    """Who somebody is: threads they asked, cases they solved."""
    found = person_named(name) or abort(404)
    solution_count, solved = queries.solutions_by(found)
    return render_template(
        "community/threads/person.html",
        person=found,
        solution_count=solution_count,
        solved=solved,
        asked=queries.threads_to_show(Show.NEW, Within(author=found), current_user, _asked_key()),
        address=_address_of_this_list,
        show=Show.NEW,
    )


@blueprint.get("/about")
@pages.for_visitors(pages.lists_stamp)
def about() -> str:
    """What this place is, its rules, who answers."""
    return render_template(
        "community/about.html", staff=queries.staff(), promise=current_app.extensions["theke-promise"].figure()
    )


# --- A thread


def thread_stamp(thread_id: int, slug: str) -> tuple[Any, ...]:
    """The version of a thread's page for visitors; empty if there is no such thread."""
    return pages.stamp(
        "SELECT version, (SELECT version FROM page_versions WHERE scope = 'site') FROM threads WHERE id = ?",
        (thread_id,),
    )


@blueprint.get("/threads/<int:thread_id>/", defaults={"slug": ""}, strict_slashes=False)
@blueprint.get("/threads/<int:thread_id>/<slug>")
@pages.for_visitors(thread_stamp)
def show(thread_id: int, slug: str) -> str | Response:
    """A page of a thread. Another title in the address leads to the right one."""
    shared = _shared(thread_id)
    thread = shared.things.thread if shared is not None else readable_thread(thread_id)
    if slug != thread.slug:
        return _for_good(thread_address(thread))
    return _shown(thread, ReplyForm(), shared=shared)


def _for_good(address: str) -> Response:
    """This is the address from now on, for what was asked of the other one."""
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    return redirect(address + query, 301)


def _shared(thread_id: int) -> sharing.Pieces | None:
    """The page as any reader sees it, kept; None for whoever sees more: staff, and authors of what is hidden there."""
    if not current_user.is_authenticated or current_user.is_staff:
        return None
    stamp, number = thread_stamp(thread_id, ""), asked_id("page") or 1
    if not stamp:
        return None
    found = sharing.shared_pieces(
        ("thread", thread_id, number, language()), stamp, lambda: queries.common_page(thread_id, number)
    )
    things: queries.CommonPage | None = found.things
    return found if things is not None and current_user.id not in things.see_more else None


def _shown(
    thread: Thread,
    form: ReplyForm,
    preview: str | None = None,
    page: int | None = None,
    shared: sharing.Pieces | None = None,
    personal: protecting.Personal | None = None,
) -> str:
    last = last_page(thread)
    paged = pages.PageOf(min(max(page, 1), last), last, 0) if page else pages.asked_page(last)
    if shared is not None:
        shown = queries.for_reader(shared.things.page, current_user)
    else:
        shown = queries.thread_page(thread, paged.number, current_user)

    def render() -> str:
        return render_template(
            "community/threads/thread.html",
            thread=thread,
            shown=shown,
            pieces=shared,
            page=paged,
            form=form,
            preview=preview,
            personal=personal,
            quoted=_asked_quote(thread),
            reply_to=asked_id("reply_to") or asked_id("quote"),
        )

    if shared is not None and (alike := _what_is_shown_of_reader(shown)):
        return sharing.whole_page(shared, alike, render)
    return sharing.filled(render())


def page_with_reply(thread_id: int, form: ReplyForm, personal: protecting.Personal | None = None) -> str:
    """The thread's page with this reply in its box, for a room above this one that could not take it."""
    return _shown(readable_thread(thread_id), form, page=asked_id("page"), personal=personal)


def _what_is_shown_of_reader(shown: queries.ThreadPage) -> Hashable | None:
    """All that makes this page differ from other readers' of the same thread; None if nobody else gets such a one."""
    if request.method != "GET" or not request.args.keys() <= {"page"} or "_flashes" in session:
        return None
    of_reader = facets.of(shown, current_user._get_current_object())
    return of_reader and (request.full_path, request.host, language(), preferences.theme(), *of_reader)


def _asked_quote(thread: Thread) -> str:
    """The post asked for by `?quote=`, as the beginning of a reply."""
    number = asked_id("quote")
    if number is None or not can_reply(current_user, thread):
        return ""
    quoted = queries.post_numbered(thread, number, current_user)
    if quoted is None:
        return ""
    is_markdown = quoted.source_format == "markdown"
    return text.quote(quoted.source if is_markdown else quoted.plain, shown_name(quoted.author))


@blueprint.get("/posts/<int:post_id>")
def post(post_id: int) -> Response:
    """The permalink of a post: leads to where it stands."""
    found = readable_post(post_id)
    return redirect(post_address(found.thread, found.number))


@blueprint.post("/threads/<int:thread_id>/replies")
@login_required
@idempotency.once
def reply(thread_id: int) -> Response | str | tuple[str, int]:
    """Reply; or look at the reply first."""
    if "preview" in request.form:
        limits.spend("preview", current_user.id)
    thread = visible_thread(thread_id, current_user) or _merged_into(thread_id) or absent(thread_id)
    form, page = ReplyForm(request.form), asked_id("page") if thread.id == thread_id else None
    gates.require_open(current_user, client_network())
    require(can_reply(current_user, thread), _("This thread takes no more replies. Your text is below; copy it."))
    if not form.validate():
        return _shown(readable_thread(thread.id), form, page=page), 422
    if "preview" in request.form:
        return _shown(readable_thread(thread.id), form, words_of(form.text).rendered.html, page)
    reply_to = asked_id("reply_to") if thread.id == thread_id else None
    limits.refuse_if_spent(posting_rate(current_user), current_user.id)
    try:
        protected = protecting.protect({"body": form.text}, request.form, language=thread.language)
        words = words_of(protected["body"])
        grounds = holding.judge_reply(thread, words, by=current_user)
    except protecting.Personal as personal:
        return _shown(readable_thread(thread.id), form, page=page, personal=personal), 422
    except holding.Refused as refused:
        _complain(form, refused)
        return _shown(readable_thread(thread.id), form, page=page), 422
    reopens = "reopen" in request.form
    with writing():
        if (earlier := idempotency.claim()) is not None:
            return redirect(earlier, 303)
        limits.spend(posting_rate(current_user), current_user.id)
        if (before := posting.said_already(thread.id, by=current_user, words=words)) is not None:
            return redirect(idempotency.settle(post_address(thread, before)), 303)
        reopens = reopens and can_reopen(current_user, thread)
        if reopens and not grounds:
            solving.reopen(thread, by=current_user)
        written = posting.reply(
            thread, by=current_user, words=words, reply_to=reply_to, grounds=grounds, reopens=reopens
        )
        protecting.keep(protected, thread, by=current_user)
        address = idempotency.settle(post_address(thread, written.number))
    return redirect(address, 303)


def _complain(form: ReplyForm | EditForm, refused: holding.Refused) -> None:
    """Say what is wrong with the text at its field."""
    form.body.errors = (str(refused.message),)


def _merged_into(thread_id: int) -> Thread | None:
    """Where a reply goes that was begun before its thread became part of another."""
    return queries.thread_once_at(queries.address_once(thread_id), current_user)


@blueprint.post("/preview")
@login_required
def preview() -> str:
    """What the Markdown in `body` will look like, as a fragment."""
    limits.spend("preview", current_user.id)
    form = ReplyForm(request.form)
    if not form.validate():
        return render_template("community/threads/_preview.html", html=None, problem=form.body.errors[0])
    return render_template("community/threads/_preview.html", html=words_of(form.text).rendered.html, problem=None)


# --- Editing


@blueprint.get("/posts/<int:post_id>/edit")
@login_required
def edit(post_id: int) -> str:
    """The post's text in a form."""
    found = readable_post(post_id)
    require(can_edit(current_user, found))
    return _edited(found, _edit_form(found, data={"title": found.thread.title, "body": found.source}))


@blueprint.post("/posts/<int:post_id>/edit")
@login_required
@idempotency.once
def save_edit(post_id: int) -> Response | str | tuple[str, int]:
    """Store a revision; or look at it first; or meet somebody else's."""
    if "preview" in request.form:
        limits.spend("preview", current_user.id)
    found = readable_post(post_id)
    gates.require_open(current_user, client_network())
    require(can_edit(current_user, found))
    form = _edit_form(found, request.form)
    if not form.validate():
        return _edited(found, form), 422
    if "preview" in request.form:
        return _edited(found, form, words_of(form.text, found.source_format).rendered.html)
    source_format = found.source_format
    limits.spend(posting_rate(current_user), current_user.id)
    try:
        protected = _protected_edit(found, form)
        words = words_of(protected["body"], source_format)
        grounds = holding.judge_edit(found, words, protected["title"] or None, by=current_user)
        return redirect(_stored(post_id, form, words, grounds, protected), 303)
    except protecting.Personal as personal:
        return _edited(readable_post(post_id), form, personal=personal), 422
    except holding.Refused as refused:
        _complain(form, refused)
        return _edited(readable_post(post_id), form), 422
    except editing.StaleEdit:
        return _edited(readable_post(post_id), form, is_stale=True), 409


def _edit_form(post: Post, sent: Any = None, data: dict[str, str] | None = None) -> EditForm:
    titled = post.number == 1 and can_retitle(current_user, post.thread)
    return (TitledEditForm if titled else EditForm)(sent, data=data)


def _title_in(form: EditForm) -> str | None:
    return form.title.data if isinstance(form, TitledEditForm) else None


def _protected_edit(post: Post, form: EditForm) -> protecting.Protected:
    """The new text, and the title if it is changed. What stands there in public already is asked about no more."""
    texts = {"body": form.text, "title": _title_in(form) or "", "reason": form.reason.data or ""}
    public = f"{post.source}\n\n{post.thread.title}"
    return protecting.protect(texts, request.form, language=post.language, public_already=public)


def _stored(
    post_id: int, form: EditForm, words: posting.Words, grounds: posting.Grounds, protected: protecting.Protected
) -> str:
    with writing():
        if (earlier := idempotency.claim()) is not None:
            return earlier
        found = readable_post(post_id)
        editing.edit_post(
            found,
            by=current_user,
            words=words,
            started_from=asked_id("started_from") or 0,
            title=protected["title"] or None,
            reason=protected["reason"],
            grounds=grounds,
        )
        protecting.keep(protected, found.thread, by=current_user, of=found.author_id)
        return idempotency.settle(post_address(found.thread, found.number))


def _edited(
    post: Post,
    form: EditForm,
    preview: str | None = None,
    *,
    is_stale: bool = False,
    personal: protecting.Personal | None = None,
) -> str:
    return render_template(
        "community/threads/edit.html",
        post=post,
        thread=post.thread,
        form=form,
        preview=preview,
        personal=personal,
        is_stale=is_stale,
        started_from=post.revision if is_stale or request.method == "GET" else asked_id("started_from") or 0,
        changes=text.difference(post.source, form.text) if is_stale else [],
    )


@blueprint.get("/posts/<int:post_id>/revisions")
def revisions(post_id: int) -> str:
    """How a post came to read as it does: every revision, and what one of them changed."""
    found = readable_post(post_id)
    require(can_see_revisions(current_user, found))
    every = editing.revisions_of(found)
    chosen = next((row for row in every if row.number == asked_id("revision")), every[-1] if every else abort(404))
    before = next((row for row in reversed(every) if row.number < chosen.number), None)
    return render_template(
        "community/threads/revisions.html",
        post=found,
        thread=found.thread,
        revisions=every[::-1],
        chosen=chosen,
        before=before,
        title_changes=text.difference(before.title or "", chosen.title or "") if before and chosen.title else [],
        changes=text.difference(before.source if before else "", chosen.source) if before else [],
    )


# --- What people say of posts and threads


def _act(verb: Callable[..., Any], thing: Post | Thread, address: str) -> Response:
    """Do one small thing to a post or thread, and go back to where it stands."""
    limits.spend("vote", current_user.id)
    with writing():
        verb(thing, by=current_user)
    return redirect(address, 303)


def _address(post: Post) -> str:
    return post_address(post.thread, post.number)


@blueprint.post("/posts/<int:post_id>/solution")
@login_required
def mark_solution(post_id: int) -> Response:
    """This reply solved it."""
    found = readable_post(post_id)
    require(can_mark_solution(current_user, found))
    return _act(solving.mark_solution, found, _address(found))


@blueprint.post("/posts/<int:post_id>/solution/withdrawal")
@login_required
def unmark_solution(post_id: int) -> Response:
    """It did not, after all."""
    found = readable_post(post_id)
    require(can_mark_solution(current_user, found))
    return _act(solving.unmark_solution, found, _address(found))


@blueprint.post("/posts/<int:post_id>/helpful")
@login_required
def vote_helpful(post_id: int) -> Response:
    """This reply helped me."""
    found = readable_post(post_id)
    require(can_vote_helpful(current_user, found))
    return _act(voting.vote_helpful, found, _address(found))


@blueprint.post("/posts/<int:post_id>/helpful/withdrawal")
@login_required
def withdraw_helpful(post_id: int) -> Response:
    """Take the vote back."""
    found = readable_post(post_id)
    require(can_vote_helpful(current_user, found))
    return _act(voting.withdraw_helpful, found, _address(found))


@blueprint.post("/threads/<int:thread_id>/me-too")
@login_required
def say_me_too(thread_id: int) -> Response:
    """I have this too."""
    thread = readable_thread(thread_id)
    require(can_say_me_too(current_user, thread))
    return _act(voting.say_me_too, thread, thread_address(thread))


@blueprint.post("/threads/<int:thread_id>/me-too/withdrawal")
@login_required
def withdraw_me_too(thread_id: int) -> Response:
    """I no longer have it."""
    thread = readable_thread(thread_id)
    require(can_say_me_too(current_user, thread))
    return _act(voting.withdraw_me_too, thread, thread_address(thread))
