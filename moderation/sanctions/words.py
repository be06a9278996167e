"""What sanctions are called, for pages and mails."""

from __future__ import annotations

from flask_babel import gettext as _

from community.core.i18n import exact

from .models import Kind, Sanction


def sanction_word(kind: str) -> str:
    """'Warning', 'Silenced', 'Suspended', in the language of what is being written now."""
    return str({Kind.WARN: _("Warning"), Kind.SILENCE: _("Silenced"), Kind.SUSPEND: _("Suspended")}[Kind(kind)])


def term_in_words(sanction: Sanction) -> str:
    """'for good' or 'until 24 December 2026, 00:00'; nothing for a warning."""
    if sanction.kind == Kind.WARN:
        return ""
    return str(_("until %(moment)s", moment=exact(sanction.ends_at)) if sanction.ends_at else _("for good"))
