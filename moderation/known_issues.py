"""The tab *Known issues*. There are none yet: the page says what will stand here, and what to do until then."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template
from flask_babel import lazy_gettext as _l

from .access import put_door
from .places import Place, add_tab

blueprint = put_door(Blueprint("known_issues", __name__, url_prefix="/moderation/known-issues"))


@blueprint.get("")
def index() -> str:
    """What will stand here."""
    return render_template("moderation/known_issues.html")


def init_app(app: Flask) -> None:
    """The tab and its page."""
    app.register_blueprint(blueprint)
    add_tab(app, Place(60, "known-issues", _l("Known issues"), "known_issues.index"))
