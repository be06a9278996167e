"""What kinds of illegal content and grounds of decisions are called, in the language of what is being written now."""

from __future__ import annotations

from flask_babel import gettext as _

from .models import Ground, Kind


def notice_kind(kind: str) -> str:
    """'Insult or defamation', 'Fraud' ..."""
    return str(
        {
            Kind.INSULT: _("Insult or defamation"),
            Kind.PERSONAL: _("Personal data"),
            Kind.COPYRIGHT: _("Copyright"),
            Kind.CHILDREN: _("Child protection"),
            Kind.FRAUD: _("Fraud"),
            Kind.OTHER: _("Something else"),
        }[Kind(kind)]
    )


def notice_ground(ground: str) -> str:
    """'A law', 'A rule of this community'."""
    return str({Ground.LAW: _("A law"), Ground.RULE: _("A rule of this community")}[Ground(ground)])
