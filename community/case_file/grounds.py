"""Why staff open private details, and why they remove one: from a short list, so that what is logged tells nothing private.

What somebody adds in their own words goes with the purpose, is sealed like it, and is read by whose details they are.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..core.errors import Invalid
from ..core.text import normalise_line

LONGEST_PURPOSE = 200
PURPOSES: dict[str, Any] = {
    "identify": _l("to find the customer or contract"),
    "fault": _l("to look into the fault"),
    "order": _l("to carry out what was asked for"),
    "invoice": _l("to check an invoice or payment"),
    "call": _l("to call or write back"),
    "check": _l("to check what was done"),
}
REMOVED: dict[str, Any] = {
    "wrong": _l("It was wrong."),
    "twice": _l("It was there twice."),
    "not_needed": _l("It is not needed."),
    "asked": _l("The customer asked for it."),
}


def purpose_of(word: str, more: str) -> str:
    """A purpose as it is kept: a word of the list, the reader's own words, or both. Raises Invalid if there is neither."""
    more = normalise_line(more)
    if len(more) > LONGEST_PURPOSE:
        raise Invalid(_("Use at most %(count)d characters.", count=LONGEST_PURPOSE), "more")
    if word not in PURPOSES and not more:
        raise Invalid(_("Say what you need the details for. The customer can read it."), "purpose")
    return f"{word if word in PURPOSES else ''}\n{more}"


def in_words(purpose: str) -> str:
    """A kept purpose in the reader's language."""
    word, _line, more = purpose.partition("\n")
    said = [str(PURPOSES[word])] if word in PURPOSES else []
    return ": ".join([*said, more] if more else said)


def removal_of(word: str) -> str:
    """Why a detail is removed. Raises Invalid for what is not on the list."""
    if word not in REMOVED:
        raise Invalid(_("Choose why it is removed. The customer is told."), "ground")
    return word
