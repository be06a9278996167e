"""The addresses of notices: the form and the receipt are everybody's, the decision is made behind the desk's door."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb, may_somewhere
from community.core import clock, limits
from community.core.errors import require
from community.core.extensions import writing
from community.core.i18n import language
from community.core.incoming import asked_id
from community.core.limits import LIST_ROWS
from community.core.security import client_network, hash_token

from ..access import MAY_NOT, need, put_door_to_desk
from ..appeals import appealing as appeals
from ..appeals import queries as appeal_queries
from ..appeals.forms import APPEAL_MAX, AppealForm
from . import deciding, giving, queries
from .appealing import matter_of_notice
from .deciding import Reasons
from .forms import EXPLANATION_MAX, DecisionForm, NoticeForm
from .models import Kind, Notice, Outcome

blueprint = put_door_to_desk(Blueprint("notices", __name__))
Answer = str | Response | tuple[str, int]


# --- Everybody's


@blueprint.get("/notices")
def figures() -> str:
    """What became of notices, year by year."""
    return render_template("moderation/notices/figures.html", years=queries.years(clock.now().year))


@blueprint.get("/notices/new")
def form() -> str:
    """The form; ?post= names the post by its number."""
    post_id = asked_id("post")
    return _form(NoticeForm(current_user, address=url_for("threads.post", post_id=post_id) if post_id else ""))


@blueprint.post("/notices/new")
def give() -> Answer:
    """Give a notice; the answer is its receipt. Sent twice, it leads to the same one."""
    secret = giving.fitting_secret(request.form.get("receipt", ""))
    address = url_for("notices.receipt", token=secret)
    if giving.notice_behind(secret) is not None:
        return redirect(address, 303)
    form = NoticeForm(current_user, request.form)
    if not form.validate() or form.post is None:
        return _form(form, secret), 422
    limits.spend("notice-network", client_network())
    if form.email.data:
        limits.spend("mail", hash_token(form.email.data.casefold()))  # who complained is written nowhere else
    with writing():
        giving.give(
            form.post,
            kind=form.kind.data or Kind.OTHER,
            explanation=form.explanation.data or "",
            name=form.name.data or "",
            email=form.email.data or "",
            language=language(),
            secret=secret,
        )
    return redirect(address, 303)


def _form(form: NoticeForm, secret: str = "") -> str:
    return render_template(
        "moderation/notices/form.html",
        form=form,
        kinds=list(Kind),
        most=EXPLANATION_MAX,
        secret=giving.fitting_secret(secret),
    )


@blueprint.get("/notices/receipt/<token>")
def receipt(token: str) -> str:
    """The receipt: what became of the notice. Whoever has its address may read it and appeal."""
    return _receipt(_behind(token), token, AppealForm())


@blueprint.post("/notices/receipt/<token>")
def appeal(token: str) -> Answer:
    """Appeal against the decision to keep the content."""
    notice, form = _behind(token), AppealForm(request.form)
    if not form.validate():
        return _receipt(notice, token, form), 422
    limits.spend("notice-network", client_network())
    with writing():
        appeals.make(matter_of_notice(notice), by=None, text=form.text.data or "")
    flash(_("Your appeal was received. Somebody who did not make the decision will decide about it."), "done")
    return redirect(url_for("notices.receipt", token=token), 303)


def _behind(token: str) -> Notice:
    notice_id = giving.notice_behind(token)
    return (queries.notice(notice_id) if notice_id else None) or abort(404)


def _receipt(notice: Notice, token: str, form: AppealForm) -> str:
    matter = matter_of_notice(notice)
    made = appeal_queries.made_before(matter, None)
    return render_template(
        "moderation/notices/receipt.html",
        notice=notice,
        token=token,
        form=form,
        most=APPEAL_MAX,
        made=made,
        decided=queries.decided_appeals(notice),
        may_appeal=made is None and matter.subject.may_appeal(notice, None),
    )


@blueprint.get("/notices/decisions/<int:notice_id>")
@login_required
def decision(notice_id: int) -> str:
    """The reasons, for the author of what was complained of; without a word about who complained."""
    notice = queries.notice(notice_id) or abort(404)
    if notice.decided_at is None or notice.post.author_id != current_user.id:
        abort(404)
    matter = matter_of_notice(notice)
    made = appeal_queries.made_before(matter, current_user)
    return render_template(
        "moderation/notices/decision.html",
        notice=notice,
        decided=queries.decided_appeals(notice),
        about=matter.about if made or matter.subject.may_appeal(notice, current_user) else None,
    )


# --- At the desk


@blueprint.get("/moderation/notices")
def inbox() -> str:
    """Those that wait, oldest first; ?after= pages by notice."""
    require(may_somewhere(current_user, Verb.NOTICES), MAY_NOT)
    return _desk(None, DecisionForm())


@blueprint.get("/moderation/notices/<int:notice_id>")
def case(notice_id: int) -> str:
    """One of them, with what it is about."""
    return _desk(_notice(notice_id), DecisionForm())


@blueprint.post("/moderation/notices/<int:notice_id>")
def decide(notice_id: int) -> Answer:
    """Remove or keep what it is about, with reasons; the next one comes by itself."""
    notice, form = _notice(notice_id), DecisionForm(request.form)
    require(notice.post.author_id != current_user.id, deciding.NOT_ABOUT_ONESELF)
    if not form.validate():
        return _desk(notice, form), 422
    reasons = Reasons(form.facts.data or "", form.ground.data or "", form.rule.data or "")
    with writing():
        deciding.decide(notice, Outcome(form.outcome.data or ""), reasons, by=current_user)
    flash(_("The notice is decided. Both sides are told, with your reasons."), "done")
    following = queries.next_for(current_user)
    return redirect(url_for("notices.case", notice_id=following.id) if following else url_for("notices.inbox"), 303)


def _notice(notice_id: int) -> Notice:
    notice = queries.notice(notice_id) or abort(404)
    need(Verb.NOTICES, notice.post.thread)
    return notice


def _desk(notice: Notice | None, form: DecisionForm) -> str:
    waiting = queries.open_notices(current_user, asked_id("after"), LIST_ROWS + 1)
    return render_template(
        "moderation/notices/inbox.html",
        notice=notice,
        form=form,
        most=EXPLANATION_MAX,
        waiting=waiting[:LIST_ROWS],
        more=waiting[LIST_ROWS - 1].id if len(waiting) > LIST_ROWS else None,
    )
