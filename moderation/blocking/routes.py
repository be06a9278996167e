"""The page of blocked networks and mail domains, for whoever may block."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core import clock
from community.core.errors import Invalid
from community.core.extensions import db, writing
from community.core.incoming import asked_id
from community.core.security import client_network
from community.core.text import is_blank, normalise_line

from ..access import need, put_door
from ..ends import read_end
from . import keeping, queries, reading
from .models import NOTE_MAX, Kind

blueprint = put_door(Blueprint("blocking", __name__, url_prefix="/moderation/settings/blocks"))
Answer = str | Response | tuple[str, int]


@blueprint.get("")
def index() -> str:
    """All blocks, newest first, and the forms for new ones; ?networks= and ?domains= page by id."""
    need(Verb.BLOCK)
    return _page()


def _page(at: str = "", error: Invalid | None = None) -> str:
    """`at`: the kind whose form was refused."""
    return render_template(
        "moderation/settings/blocks.html",
        networks=queries.blocks(Kind.NETWORK, asked_id("networks")),
        domains=queries.blocks(Kind.DOMAIN, asked_id("domains")),
        now=clock.now(),
        at=at,
        error=error,
        typed=request.form if error else {},
    )


@blueprint.post("/networks")
def block_network() -> Answer:
    """Block a network."""
    need(Verb.BLOCK)
    try:
        network, about = reading.read_network(request.form.get("network", "")), _about()
        with writing():
            keeping.block_network(network, about, by=current_user, own_network=client_network())
    except Invalid as error:
        return _again(Kind.NETWORK, error)
    return _done(_("The network is blocked."))


@blueprint.post("/domains")
def block_domain() -> Answer:
    """Block a mail domain."""
    need(Verb.BLOCK)
    try:
        domain, about = reading.read_domain(request.form.get("domain", "")), _about()
        with writing():
            keeping.block_domain(domain, about, by=current_user)
    except Invalid as error:
        return _again(Kind.DOMAIN, error)
    return _done(_("The mail domain is blocked."))


@blueprint.post("/<int:block_id>/remove")
def remove(block_id: int) -> Answer:
    """Block it no more."""
    need(Verb.BLOCK)
    with writing():
        keeping.remove(block_id, by=current_user)
    return _done(_("The block is removed."))


def _about() -> keeping.About:
    note = normalise_line(request.form.get("note", ""))
    if is_blank(note):
        raise Invalid(_("Note why, so that colleagues know when it can be removed. Only staff read it."), "note")
    if len(note) > NOTE_MAX:
        raise Invalid(_("Use at most %(count)d characters.", count=NOTE_MAX), "note")
    too_far = _("This is more than ten years away. Leave it empty instead.")
    return keeping.About(note, read_end(request.form.get("until", ""), "until", too_far))


def _again(kind: Kind, error: Invalid) -> Answer:
    db.session.rollback()
    return _page(kind.value, error), 422


def _done(sentence: str) -> Response:
    flash(sentence, "done")
    return redirect(url_for("blocking.index"), 303)
