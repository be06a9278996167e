"""Who is on a case, by buttons and quietly: every address here is behind the one door (`access`)."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from community.accounts.permissions import Verb, may
from community.core.errors import Conflict, Invalid
from community.core.extensions import writing
from community.core.i18n import language
from community.core.incoming import asked_id
from community.core.limits import LIST_ROWS
from community.core.security import safe_next
from community.threads.addresses import thread_address
from community.threads.models import Thread
from community.threads.visibility import visible_thread

from ..access import need, put_door
from ..contact_cards import forms as card_forms
from ..contact_cards import keeping as card_keeping
from ..contact_cards.routes import Answer, complaint
from . import claiming, contacts, duty, forms, presence
from .signs import signs_of

blueprint = put_door(Blueprint("owning", __name__, url_prefix="/moderation"))
#: The rows of a queue, and the case beside them.
ASKED_AT_ONCE = LIST_ROWS + 1


def _thread(thread_id: int) -> Thread:
    return visible_thread(thread_id, current_user) or abort(404)


def _back(address: str) -> Response:
    return redirect(safe_next(request.form.get("next")) or address, 303)  # type: ignore[return-value]


@blueprint.post("/threads/<int:thread_id>/claim")
def claim(thread_id: int) -> Response:
    """I am on it."""
    thread = _thread(thread_id)
    need(Verb.CLAIM, thread)
    with writing():
        claiming.claim(thread, by=current_user)
    return _back(thread_address(thread))


@blueprint.post("/threads/<int:thread_id>/claim/release")
def release(thread_id: int) -> Response:
    """I am not, any more."""
    thread = _thread(thread_id)
    need(Verb.CLAIM, thread)
    with writing():
        claiming.release(thread, by=current_user)
    return _back(thread_address(thread))


@blueprint.post("/threads/<int:thread_id>/claim/take-over")
def take_over(thread_id: int) -> Response:
    """I am on it in place of the colleague whom the page showed (`from`)."""
    thread, from_id = _thread(thread_id), asked_id("from") or 0
    need(Verb.CLAIM, thread)
    with writing():
        claiming.take_over(thread, by=current_user, from_id=from_id)
    flash(_("You are on it now."), "done")
    return _back(thread_address(thread))


@blueprint.post("/threads/<int:thread_id>/hand-over")
def hand_over(thread_id: int) -> Response:
    """Somebody else (`to`) answers for it from now on."""
    thread = _thread(thread_id)
    need(Verb.CLAIM, thread)
    to, note = forms.colleague(), forms.note()
    with writing():
        contacts.hand_over(thread, to, by=current_user, note=note)
    flash(_("%(name)s is the contact now.", name=to.display_name), "done")
    return _back(thread_address(thread))


@blueprint.post("/threads/<int:thread_id>/give-up")
def give_up(thread_id: int) -> Response:
    """I answer for it no longer."""
    thread = _thread(thread_id)
    need(Verb.CLAIM, thread)
    with writing():
        contacts.give_up(thread, by=current_user)
    flash(_("You are not the contact any more. The next who answers will be."), "done")
    return _back(thread_address(thread))


@blueprint.post("/off-duty")
def go_off_duty() -> Answer:
    """I take no new threads, until the day `back_on` if I know it; meanwhile `stand_in` is there, if one is chosen."""
    try:
        back_on = card_forms.back_on()
        with writing():
            duty.go_off_duty(current_user, back_on)
            if "stand_in" in request.form:
                card_keeping.name_stand_in(current_user, asked_id("stand_in"))
            card_keeping.show_anew(current_user)
    except (Invalid, Conflict) as error:
        return complaint(error, current_user.id)
    return _back(url_for("moderation.desk"))


@blueprint.post("/off-duty/end")
def come_on_duty() -> Response:
    """I take them again."""
    with writing():
        duty.come_on_duty(current_user)
        card_keeping.show_anew(current_user)
    return _back(url_for("moderation.desk"))


@blueprint.post("/threads/<int:thread_id>/presence")
def note_presence(thread_id: int) -> Response:
    """I have this thread before me; with `writing` a text that is not yet posted; with `typing` I am at it just now."""
    thread = _thread(thread_id)
    with writing():
        presence.note(thread, by=current_user, is_writing="writing" in request.form)
        if "typing" in request.form and may(current_user, Verb.CLAIM, thread.category_id):
            claiming.renew(thread, by=current_user)
    return Response(status=204)


@blueprint.get("/presence")
def signs() -> Response:
    """Who is on the threads `?threads=4-8-15`, as a fragment; 304 while nothing has changed."""
    found = signs_of(forms.thread_ids(ASKED_AT_ONCE), current_user)
    etag = hashlib.sha256(f"{found}{language()}{current_user.id}".encode()).hexdigest()[:20]
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = make_response(render_template("moderation/owning/signs.html", found=found))
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    return response
