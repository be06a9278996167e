"""What somebody says when they flag a post. What is missing is said at its field."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from community.core.errors import Invalid
from community.core.text import is_blank, normalise_line

from .reasons import OTHER, REASONS

TEXT_MAX = 500


def said() -> tuple[str, str]:
    """The reason's key, and what was written besides. Raises Invalid that names the field."""
    reason = request.form.get("reason", "")
    text = normalise_line(request.form.get("text", ""))
    if reason not in REASONS:
        raise Invalid(_("Choose what is wrong with the post."), "reason")
    if len(text) > TEXT_MAX:
        raise Invalid(_("Use at most %(count)d characters.", count=TEXT_MAX), "text")
    if is_blank(text):
        text = ""
    if reason == OTHER and not text:
        raise Invalid(_("Say in a few words what is wrong."), "text")
    return reason, text
