"""How the staff side hangs in the app."""

from __future__ import annotations

from flask import Flask

from community.core import events

from . import audit, findability, log, models, places, routes
from .canned_replies import models as canned_replies_models
from .canned_replies import values
from .canned_replies import wiring as canned_replies
from .notes import carrying
from .notes import models as notes_models
from .notes import wiring as notes
from .owning import contacts
from .owning import wiring as owning
from .restructuring import belongings, notices
from .restructuring import models as restructuring_models
from .restructuring import routes as restructuring_routes
from .service_targets import escalating
from .service_targets import wiring as service_targets
from .settings import wiring as settings
from .standing import routes as standing

__all__ = ["canned_replies_models", "init_app", "models", "notes_models", "restructuring_models"]


def init_app(app: Flask) -> None:
    """The desk, the public log, the audit log's witness, and what staff share among themselves."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(log.blueprint)
    app.register_blueprint(findability.blueprint)
    app.register_blueprint(restructuring_routes.blueprint)
    app.jinja_env.globals["restructurings_of"] = notices.notices_of
    app.jinja_env.globals["all_categories"] = routes.all_categories
    app.jinja_env.globals.update(desk_tabs=places.tabs, settings_pages=places.settings_pages)
    events.witness(audit.AUDITED, audit.write)
    service_targets.init_app(app)
    owning.init_app(app)
    notes.init_app(app)
    app.register_blueprint(standing.blueprint)
    canned_replies.init_app(app)
    settings.init_app(app)
    escalating.ask_for_owner(contacts.owner_id)
    belongings.goes_along("notes", carrying.carry_notes, carrying.return_notes)
    belongings.goes_along("contact", contacts.carry_contact, contacts.return_contact)
    values.contacts_come_from(app, contacts.contact_of)
