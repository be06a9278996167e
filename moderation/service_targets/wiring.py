"""How service targets hang in the app: pages, the witness that keeps clocks, a check of the doctor's, words for templates."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_babel import lazy_gettext as _l

from community.accounts.permissions import Verb
from community.core import doctor, events
from community.core.events import Action
from community.notifications import kinds

from ..places import Place, add_settings
from . import escalating, keeping, models, routes, words

__all__ = ["init_app", "models"]


def _span(span: timedelta) -> str:
    return words.span_in_words(int(span.total_seconds()) // 60)


def init_app(app: Flask) -> None:
    """Register it all."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(target_word=words.target_word)
    add_settings(app, Place(50, "targets", _l("Service targets"), "service_targets.targets", Verb.TARGETS))
    add_settings(app, Place(60, "calendars", _l("Calendars"), "service_targets.calendars", Verb.TARGETS))
    app.jinja_env.filters.update(open_span=_span, open_minutes=words.span_in_words)
    events.witness(keeping.CHANGES_A_CLOCK, keeping.note)
    events.subscribe(Action.TARGET_BREACHED, escalating.TELL)
    kinds.add(
        kinds.Kind(
            "breached",
            _l("A customer waits too long in “%(title)s”"),
            leads_to=lambda row, reader: None,
            staff_only=True,
        )
    )
    doctor.add_check("queue", keeping.drift, keeping.mend)
