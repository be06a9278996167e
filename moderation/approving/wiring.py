"""How approval hangs in the app: who judges, what follows the facts, the tab, the settings."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from community.accounts.permissions import Verb
from community.core import events
from community.core.events import Action
from community.threads import holding

from ..places import Place, add_settings, add_tab
from . import judging, keeping, models, queries, routes, submitting, trusting, words

__all__ = ["init_app", "models"]


def _held_count() -> int:
    return queries.held_count(current_user)


def init_app(app: Flask) -> None:
    """Register it all."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals["held_note"] = words.held_note
    app.jinja_env.filters["ground_in_words"] = words.ground_in_words
    holding.judged_by(app, submitting.judge)
    judging.add_judge(app, trusting.first_post)
    judging.add_judge(app, trusting.link)
    events.witness(Action.POST_HELD, keeping.note_held)
    events.witness(Action.POST_EDITED, keeping.note_edited)
    events.witness(keeping.DECISIONS, keeping.note_decided)
    events.witness(Action.POST_RESTORED, keeping.note_restored)
    add_tab(app, Place(30, "held", _l("Held"), "approving.held", Verb.APPROVE, _held_count))
    add_settings(app, Place(80, "approval", _l("Approval"), "approving.settings", Verb.WORDS))
