"""How contact entries hang in the app."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from community.accounts.permissions import Verb
from community.case_file.contact_entries import queries
from community.case_file.opened_for import opening as opened_for

from ..opening import routes as opening
from ..places import Place, add_tab
from . import forms, routes


def init_app(app: Flask) -> None:
    """Addresses, the tab of contacts that are nobody's yet, and what pages show of contacts."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(opening.blueprint)
    app.jinja_env.globals.update(
        entries_of_case=queries.entries_of_case,
        public_entries_of=queries.public_entries_of,
        contact_entries_with=queries.entries_with,
        channel_words=forms.CHANNEL_WORDS,
        opened_case_of=opened_for.opened_case_of,
        invited_address=opened_for.address_of,
        typed_moment=forms.moment_typed,
    )
    add_tab(app, Place(55, "entries", _l("Contacts"), "entries.index", Verb.ENTRIES, queries.count_unassigned))
