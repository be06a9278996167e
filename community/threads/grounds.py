"""Why the site hid a post by itself: a word in the post's row, a sentence in the language of whoever reads it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

FLAGS = "flags"
SENTENCES = {FLAGS: _l("Hidden because of flags, until staff have looked at it.")}


def why_hidden(reason: str | None, ground: str | None) -> Any:
    """What readers are told: the site's own sentence (lazy), else the reason that staff gave, else None."""
    return SENTENCES.get(ground or "", reason)
