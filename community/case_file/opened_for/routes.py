"""Where the mail of an invitation leads. Looking changes nothing: mail programs open links by themselves."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue as Answer
from flask_babel import gettext as _
from flask_login import current_user, login_required
from markupsafe import Markup

from ...accounts.models import Person
from ...accounts.policy import is_free_to_act
from ...core import error_pages
from ...core.errors import require
from ...core.extensions import writing
from ...threads.addresses import thread_address
from . import opening

blueprint = Blueprint("opened_for", __name__)
WAITING = "claims"  # the secret in the cookie of whoever has to log in first


@blueprint.get("/claim/<secret>")
def look(secret: str) -> Answer:
    """What was opened, and the way to make it one's own."""
    opened = opening.invitation(secret)
    if opened is None:
        return _over()
    if not current_user.is_authenticated:
        session[WAITING] = secret
    return render_template("community/case_file/claim.html", thread=opened.thread, secret=secret)


@blueprint.post("/claim/<secret>")
@login_required
def claim(secret: str) -> Answer:
    """It is mine."""
    opened = opening.invitation(secret)
    if opened is None:
        return _over()
    require(is_free_to_act(current_user), _("Confirm your mail address first. The invitation is kept."))
    with writing():
        thread = opening.claim(opened, current_user)
        address = thread_address(thread)
    flash(_("This case is yours now. As soon as somebody answers, we tell you."), "done")
    return redirect(address, 303)


def _over() -> Answer:
    return error_pages.page(410, _("This invitation was used already or has run out. Staff can send it again."))


def remind(_person: Person) -> None:
    """At login: whoever came with an invitation is led back to it."""
    secret = session.pop(WAITING, None)
    if secret and opening.invitation(secret) is not None:
        flash(
            Markup('{} <a href="{}">{}</a>').format(
                _("A case was opened for you."), url_for("opened_for.look", secret=secret), _("Look at it")
            ),
            "notice",
        )
