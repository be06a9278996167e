"""How sanctions hang in the app: pages, the bar that only the person sees, who is told, a check of the doctor's."""

from __future__ import annotations

from flask import Flask, render_template
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from community.accounts.models import Person
from community.accounts.policy import is_silenced, is_suspended
from community.core import doctor, events, sharing
from community.notifications import kinds
from community.threads import facets
from community.threads.models import Thread

from ..appeals.subjects import add_subject
from . import appeals, models, queries, repair, routes, telling, words

__all__ = ["init_app", "models"]

_SENTENCES = {
    "warned": _l("You were warned. The reason stands in your standing."),
    "silenced": _l("You can write nothing for a time. Until when, and why, stands in your standing."),
    "suspended": _l("Your account is suspended. Until when, and why, stands in your standing."),
    "sanction_lifted": _l("A decision about your account was taken back. The reason stands in your standing."),
}


def _is_sanctioned(person: Person) -> bool:
    return bool(person.is_authenticated) and (is_silenced(person) or is_suspended(person))


def _bar() -> Markup:
    """What the reader alone sees on top of every page; nothing for nearly everybody, and then nothing is asked."""
    reader = current_user._get_current_object()
    sanction = queries.weightiest(reader) if _is_sanctioned(reader) else None
    if sanction is None:
        return Markup("")
    return Markup(render_template("moderation/sanctions/_bar.html", sanction=sanction))  # noqa: S704  our own template


def _like_others(thread: Thread, reader: Person) -> bool | None:
    """Who is silenced or suspended gets pages of their own."""
    return None if _is_sanctioned(reader) else True


def init_app(app: Flask) -> None:
    """Register it all."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(
        sanction_word=words.sanction_word,
        term_in_words=words.term_in_words,
        sanctions_brief=queries.brief_of,
        sanctions_of=queries.sanctions_of,
    )
    sharing.gives(app, "sanction-bar", _bar)
    facets.shows(app, _like_others)
    events.subscribe(telling.KINDS, telling.JOB)
    for name, sentence in _SENTENCES.items():
        kinds.add(kinds.Kind(name, sentence, leads_to=telling.leads_to))
    add_subject(app, appeals.SANCTION)
    doctor.add_check("sanctions", repair.drift, repair.mend)
