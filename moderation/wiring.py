"""How the staff side hangs in the app."""

from __future__ import annotations

from flask import Flask

from community.core import events
from community.threads import redacting

from . import audit, findability, known_issues, log, models, places, routes
from .appeals import models as appeals_models
from .appeals import wiring as appeals
from .approving import models as approving_models
from .approving import wiring as approving
from .blocking import wiring as blocking
from .bulk import wiring as bulk
from .canned_replies import models as canned_replies_models
from .canned_replies import values
from .canned_replies import wiring as canned_replies
from .case_file import wiring as case_file
from .entries import wiring as entries
from .erasing import wiring as erasing
from .estimating import carrying as carrying_ratings
from .estimating import wiring as estimating
from .flagging import models as flagging_models
from .flagging import wiring as flagging
from .keys import wiring as keys
from .news import routes as news
from .notes import carrying
from .notes import models as notes_models
from .notes import wiring as notes
from .notices import models as notices_models
from .notices import wiring as illegal_content
from .owning import contacts
from .owning import wiring as owning
from .redaction import routes as redaction
from .restructuring import belongings, notices
from .restructuring import models as restructuring_models
from .restructuring import routes as restructuring_routes
from .sanctions import wiring as sanctions
from .saved_filters import wiring as saved_filters
from .service_targets import escalating
from .service_targets import wiring as service_targets
from .settings import wiring as settings
from .spam import wiring as spam
from .standing import routes as standing
from .watched_words import wiring as watched_words

__all__ = [
    "appeals_models",
    "approving_models",
    "canned_replies_models",
    "flagging_models",
    "init_app",
    "models",
    "notes_models",
    "notices_models",
    "restructuring_models",
]


def init_app(app: Flask) -> None:
    """The desk, the public log, the audit log's witness, and what staff share among themselves."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(log.blueprint)
    app.register_blueprint(findability.blueprint)
    app.register_blueprint(redaction.blueprint)
    app.register_blueprint(restructuring_routes.blueprint)
    app.jinja_env.globals["restructurings_of"] = notices.notices_of
    app.jinja_env.globals["all_categories"] = routes.all_categories
    app.jinja_env.globals.update(desk_tabs=places.tabs, settings_pages=places.settings_pages)
    redacting.scrubs(audit.redact)
    events.witness(audit.AUDITED, audit.write)
    service_targets.init_app(app)
    owning.init_app(app)
    notes.init_app(app)
    app.register_blueprint(standing.blueprint)
    app.register_blueprint(news.blueprint)
    app.jinja_env.globals["news_address"] = news.address
    known_issues.init_app(app)
    bulk.init_app(app)
    saved_filters.init_app(app)
    keys.init_app(app)
    canned_replies.init_app(app)
    estimating.init_app(app)
    flagging.init_app(app)
    sanctions.init_app(app)
    blocking.init_app(app)
    appeals.init_app(app)
    illegal_content.init_app(app)
    approving.init_app(app)
    watched_words.init_app(app)
    spam.init_app(app)
    settings.init_app(app)
    entries.init_app(app)
    case_file.init_app(app)
    erasing.init_app(app)
    escalating.ask_for_owner(contacts.owner_id)
    belongings.goes_along("notes", carrying.carry_notes, carrying.return_notes)
    belongings.goes_along("ratings", carrying_ratings.carry_ratings, carrying_ratings.return_ratings)
    belongings.goes_along("contact", contacts.carry_contact, contacts.return_contact)
    values.contacts_come_from(app, contacts.contact_of)
