"""How the settings hang in the app."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from community.accounts.permissions import Verb

from ..places import Place, add_settings
from .categories import routes as categories
from .permissions import routes as permissions
from .requests import models as request_models
from .requests import routes as requests
from .requests.drafting import routes as form_drafts
from .staff import routes as staff
from .tags import routes as tags

__all__ = ["init_app", "request_models"]


def init_app(app: Flask) -> None:
    """Their addresses, and their places among the settings."""
    for page in (categories, requests, form_drafts, tags, staff, permissions):
        app.register_blueprint(page.blueprint)
    for place in (
        Place(10, "categories", _l("Categories"), "category_settings.index", Verb.CATEGORIES),
        Place(15, "requests", _l("Requests"), "request_settings.index", Verb.REQUESTS),
        Place(20, "tags", _l("Tags"), "tag_settings.index", Verb.TAGS),
        Place(30, "staff", _l("Staff"), "staff_settings.index", Verb.STAFF),
        Place(40, "permissions", _l("Permissions"), "permission_settings.index", Verb.STAFF),
    ):
        add_settings(app, place)
