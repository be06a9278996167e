"""How this room hangs in the app."""

from __future__ import annotations

from flask import Flask

from ..accounts import sessions
from ..core import sealing
from ..threads import protecting as guards
from . import details, kinds, protecting, taking_over
from .contact_entries import keeping
from .contact_entries.models import ContactEntry
from .hooks import routes as hooks
from .hooks.models import Hook
from .models import Detail, Reading
from .opened_for import routes as opened_for
from .opened_for.models import OpenedCase


def init_app(app: Flask) -> None:
    """What is sealed here is sealed anew with new keys; templates know the kinds."""
    sealing.keeps(Detail.sealed)
    sealing.keeps(Reading.sealed_purpose)
    sealing.keeps(ContactEntry.sealed)
    sealing.keeps(Hook.sealed_secret)
    sealing.keeps(OpenedCase.sealed_address)
    app.register_blueprint(hooks.blueprint)
    app.register_blueprint(opened_for.blueprint)
    sessions.on_login(opened_for.remind)
    taking_over.takes_over(keeping.hand_over)
    guards.guarded_by(app, protecting.CaseFileGuard())
    app.jinja_env.globals["details_of_case"] = details.of_case
    app.jinja_env.globals["detail_kinds"] = kinds.KINDS
