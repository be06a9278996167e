"""How this room hangs in the app."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from ..accounts import erasing as erasures
from ..accounts import sessions
from ..attachments import serving
from ..core import events, sealing
from ..core.events import Action
from ..threads import facets
from ..threads import protecting as guards
from ..threads.models import Thread
from . import asking, cli, details, erasing, files, forms, grounds, kinds, policy, protecting, queries, taking_over
from .contact_entries import keeping
from .contact_entries.models import ContactEntry
from .hooks import routes as hooks
from .hooks.models import Hook
from .models import Detail, DetailRequest, Reading
from .opened_for import routes as opened_for
from .opened_for.models import OpenedCase
from .routes import blueprint


def _own_case(thread: Thread) -> queries.Case | None:
    return queries.own_case(thread, current_user)


def init_app(app: Flask) -> None:
    """Addresses and commands; what is sealed here is sealed anew with new keys; what templates may ask."""
    app.register_blueprint(blueprint)
    app.cli.add_command(cli.details_group)
    sealing.keeps(Detail.sealed)
    sealing.keeps(Reading.sealed_purpose)
    sealing.keeps(ContactEntry.sealed)
    sealing.keeps(Hook.sealed_secret)
    sealing.keeps(OpenedCase.sealed_address)
    app.register_blueprint(hooks.blueprint)
    app.register_blueprint(opened_for.blueprint)
    sessions.on_login(opened_for.remind)
    erasures.erases(erasing.erase)
    erasures.counts("details", _l("Private details and contacts"), erasing.count)
    taking_over.takes_over(keeping.hand_over)
    guards.guarded_by(app, protecting.CaseFileGuard())
    app.jinja_env.globals["details_of_case"] = details.of_case
    app.jinja_env.globals["detail_kinds"] = kinds.KINDS
    sealing.keeps(DetailRequest.sealed_question)
    facets.shows(app, queries.nothing_private)
    serving.shown_to(app, files.may_fetch)
    details.takes_along(files.remove_file)
    events.witness(Action.DETAIL_ADDED, asking.note_answer)
    app.jinja_env.globals.update(
        details_of_case=details.of_case,
        detail_kinds=kinds.KINDS,
        tellable_kinds=forms.TELLABLE,
        detail_sources=queries.SOURCES,
        question_of=asking.question_of,
        files_of_details=files.files_of,
        can_tell_details=policy.can_tell_details,
        own_case=_own_case,
    )
    app.jinja_env.filters["purpose"] = grounds.in_words
