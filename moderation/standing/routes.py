"""The page of one's own standing, among the settings: everybody reads theirs and nobody another's."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_login import current_user, login_required

from community.core.incoming import asked_id

from . import queries

blueprint = Blueprint("standing", __name__)


@blueprint.get("/settings/standing")
@login_required
def index() -> str:
    """What staff decided about one's threads and posts, newest first; ?before= pages by entry."""
    standing = queries.standing_of(current_user, asked_id("before"))
    return render_template("moderation/standing.html", standing=standing)
