"""Connect telephone systems and chat tools, for whoever may. A secret is shown once, on the answer to the form itself."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.case_file.hooks import keeping
from community.case_file.hooks.models import Hook
from community.core.errors import Invalid
from community.core.extensions import db, writing
from community.core.text import normalise_line

from ...access import need, put_door

blueprint = put_door(Blueprint("hook_settings", __name__, url_prefix="/moderation/settings/hooks"))
Answer = str | Response | tuple[str, int]


@blueprint.get("")
def index() -> str:
    """All systems, what they told last, and the form for a new one."""
    need(Verb.HOOKS)
    return _page()


def _page(shown: Hook | None = None, secret: str = "", error: Invalid | None = None) -> str:
    """`secret` is that of `shown`, this once."""
    return render_template(
        "moderation/settings/hooks.html",
        hooks=[(hook, keeping.latest_calls(hook)) for hook in keeping.all_hooks()],
        base_url=current_app.config["BASE_URL"],
        shown=shown,
        secret=secret,
        error=error,
        typed=request.form if error else {},
    )


@blueprint.post("")
def connect() -> Answer:
    """Connect a system; its secret is on the page that comes back, and never again."""
    need(Verb.HOOKS)
    try:
        with writing():
            hook, secret = keeping.connect(normalise_line(request.form.get("name", "")), by=current_user)
    except Invalid as error:
        db.session.rollback()
        return _page(error=error), 422
    return _page(hook, secret)


def _hook(hook_id: int) -> Hook:
    return db.session.get(Hook, hook_id) or abort(404)


@blueprint.post("/<int:hook_id>/secret")
def renew(hook_id: int) -> Answer:
    """Give it another secret; that, too, is shown this once."""
    need(Verb.HOOKS)
    hook = _hook(hook_id)
    with writing():
        secret = keeping.renew_secret(hook, by=current_user)
    return _page(hook, secret)


@blueprint.post("/<int:hook_id>/disconnect")
def disconnect(hook_id: int) -> Answer:
    """Listen to it no more."""
    need(Verb.HOOKS)
    return _switch(hook_id, keeping.disconnect, _("The system is disconnected."))


@blueprint.post("/<int:hook_id>/reconnect")
def reconnect(hook_id: int) -> Answer:
    """Listen to it again."""
    need(Verb.HOOKS)
    return _switch(hook_id, keeping.reconnect, _("The system is connected again."))


def _switch(hook_id: int, act: Callable[..., None], said: str) -> Answer:
    hook = _hook(hook_id)
    with writing():
        act(hook, by=current_user)
    flash(said, "done")
    return redirect(url_for("hook_settings.index"), 303)
