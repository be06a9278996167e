"""What the promises are called, for pages and mails."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from .timing import Kind


def target_word(kind: str) -> str:
    """'First answer', 'Next answer', 'Solution', in the language of what is being written now."""
    return str({Kind.FIRST: _("First answer"), Kind.NEXT: _("Next answer"), Kind.RESOLUTION: _("Solution")}[Kind(kind)])


def span_in_words(minutes: int) -> str:
    """'1 h 30 min', '2 hours', '40 minutes'."""
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=rest))
    if hours:
        return str(ngettext("%(num)s hour", "%(num)s hours", hours))
    return str(ngettext("%(num)s minute", "%(num)s minutes", rest))
