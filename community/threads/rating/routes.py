"""Rating on the thread's page, and at the address from the mail. That one only shows a form: programs that open every link
change nothing."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue as Answer
from flask_login import current_user, login_required

from ...core import limits
from ...core.errors import Conflict, Gone, Invalid, require
from ...core.extensions import writing
from ...core.security import client_network
from ..addresses import thread_address
from ..queries import address_once, thread_once_at
from ..visibility import visible_thread
from . import giving, links, policy, queries
from .words import QUESTIONS

blueprint = Blueprint("rating", __name__)


@blueprint.post("/threads/<int:thread_id>/rating")
@login_required
def rate(thread_id: int) -> Answer:
    """Answer one of the questions, or write the line beside them."""
    thread = visible_thread(thread_id, current_user)
    thread = thread or thread_once_at(address_once(thread_id), current_user) or abort(404)
    require(policy.is_asked(current_user, thread))
    address = f"{thread_address(thread)}#rating"
    limits.spend("rate", current_user.id)
    with writing():
        _store(links.Asked(current_user, thread), via="thread")
    return redirect(address, 303)


@blueprint.get("/rate/<token>")
def asked(token: str) -> Answer:
    """The question whose answer was tapped in the mail, to be confirmed; then the other one."""
    try:
        return _page(token, links.asked_by(token))
    except Gone as refusal:
        return _link_is_over(refusal)


@blueprint.post("/rate/<token>")
def confirm(token: str) -> Answer:
    """Store an answer, or the line; the same page goes on with what is left."""
    limits.spend("rate-network", client_network())
    try:
        found = links.asked_by(token)
        with writing():
            _store(found, via="mail")
    except Gone as refusal:
        return _link_is_over(refusal)
    except Invalid as refusal:
        return _page(token, links.asked_by(token), refusal)
    except Conflict:  # reopened while the page was open
        return _link_is_over(links.is_over())
    return redirect(url_for("rating.asked", token=token), 303)


def _store(found: links.Asked, via: str) -> None:
    form = request.form
    if "comment" in form:
        giving.comment(found.thread, form["comment"], by=found.person, via=via)
    else:
        giving.rate(found.thread, form.get("question", ""), form.get("answer", ""), by=found.person, via=via)


def _page(token: str, found: links.Asked, refusal: Invalid | None = None) -> Response:
    rating = queries.rating_of(found.thread)
    question = _tapped() or next((name for name in QUESTIONS if getattr(rating, name, None) is None), None)
    said = getattr(rating, question, None) if question else None
    written = request.form.get("comment") or (queries.comment_of(rating) if rating else "")
    html = render_template(
        "community/threads/rating/page.html",
        token=token,
        thread=found.thread,
        rating=rating,
        question=question,
        chosen=request.args.get(question or "", said),
        written=written,
        problem=refusal.message if refusal else None,
    )
    return _secret(make_response(html, refusal.status if refusal else 200))


def _tapped() -> str | None:
    """The question that a link of the mail is about, or that is to be answered anew, or that was sent."""
    if "comment" in request.form:
        return None
    sent = request.form.get("question")
    return sent if sent in QUESTIONS else next((name for name in QUESTIONS if name in request.args), None)


def _link_is_over(refusal: Gone) -> Response:
    html = render_template("community/threads/rating/over.html", message=refusal.message)
    return _secret(make_response(html, refusal.status))


def _secret(response: Response) -> Response:
    """The address is a secret: no other site is told it. (Ours must be: a form is taken with it only.)"""
    response.headers["Referrer-Policy"] = "same-origin"
    return response
