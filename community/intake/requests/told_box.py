"""The box "Only you and staff see this": what was typed into it, or told in another case and confirmed."""

from __future__ import annotations

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ...accounts.models import Person
from ...case_file import details
from ...case_file.kinds import KINDS, KNOWN
from ...core.errors import Invalid
from ...core.text import normalise_line
from . import filling
from .answering import Told


def told_in(sent: MultiDict[str, str], person: Person | None) -> Told | None:
    """The private detail that was sent, if any. Raises Invalid if it is too long."""
    value, kind = normalise_line(sent.get("told-value", "")), sent.get("told-kind", "")
    if not value:
        return _confirmed(sent, person)
    if len(value) > filling.TEXT_MAX:
        raise Invalid(_("Between 1 and %(count)s characters fit into a private detail.", count=filling.TEXT_MAX))
    return Told(kind if kind in KINDS else "other", value)


def _confirmed(sent: MultiDict[str, str], person: Person | None) -> Told | None:
    wanted = sent.get("known", type=int)
    if person is None or wanted is None:
        return None
    return next((Told(one.kind, one.value) for one in details.known_to(person, *KNOWN) if one.id == wanted), None)
