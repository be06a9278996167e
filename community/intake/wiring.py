"""How this room hangs in the app."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from ..accounts import erasing, sessions
from ..attachments import serving
from ..core import events, sealing, sharing
from ..core.events import Action
from ..threads import facets, narrowing
from . import drafts, reply_box, routes, saying
from .models import Draft
from .photo_reading import wiring as photo_reading
from .requests import routes as form_routes
from .requests import showing, uploads
from .requests.narrowing import asked_request, by_answers, choices
from .requests.queries import facts_of, menu


def init_app(app: Flask) -> None:
    """Register addresses, template globals, the witness of replies and the claiming of drafts at login."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(reply_draft=reply_box.reply_draft, reply_nudge=reply_box.reply_nudge)
    app.jinja_env.filters["saved_line"] = saying.saved_line
    sharing.gives(app, "new-window", drafts.new_window)
    facets.shows(app, reply_box.no_draft)
    events.witness((Action.POST_REPLIED, Action.POST_HELD), drafts.forget_reply)
    sealing.keeps(Draft.sealed)
    app.jinja_env.globals.update(facts_of=facts_of, request_menu=menu, form_steps=showing.form_steps)
    narrowing.narrows(app, by_answers)
    app.jinja_env.globals.update(asked_request=asked_request, answer_choices=choices, narrowing_of=narrowing.kept)
    app.jinja_env.globals["day_of"] = saying.day_of
    serving.shown_to(app, uploads.is_public_answer)
    serving.shown_to(app, form_routes.is_in_own_draft)
    sessions.on_login(routes.claim_drafts)
    erasing.erases(drafts.forget_person)
    erasing.counts("drafts", _l("Drafts"), drafts.count_of)
    photo_reading.init_app(app)
