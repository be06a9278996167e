"""The public log of moderation: when, who, what, why. Anyone may read it; it names no author and quotes no post."""

from __future__ import annotations

from flask import Blueprint, render_template

from community.core.incoming import asked_id

from . import audit

blueprint = Blueprint("moderation_log", __name__)
ROWS = 30


@blueprint.get("/moderation/log")
def index() -> str:
    """The newest acts first; ?before= pages by entry."""
    entries = audit.public_entries(asked_id("before"), ROWS + 1)
    older = entries[ROWS - 1].id if len(entries) > ROWS else None
    return render_template("moderation/log.html", entries=entries[:ROWS], older=older)
