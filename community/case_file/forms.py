"""What customers fill in to tell private details. Values are taken as they are typed; only whoever may read them judges them."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from ..accounts.models import Person
from ..attachments.inspection import Inspected, inspect, was_sent
from ..attachments.models import PHOTO
from ..core.errors import Invalid
from ..threads.forms import as_text
from .asking import ASKABLE, QUESTION
from .kinds import KINDS

#: What can be told in a line of text; photos come with their file.
TELLABLE = tuple(kind for kind in KINDS if kind != "photo")


def told() -> tuple[str, str]:
    """Kind and value of a detail as they were sent. Raises Invalid that names the field."""
    kind = request.form.get("kind", "")
    if kind not in TELLABLE:
        raise Invalid(_("Choose what it is."), "kind")
    return kind, _text("value")


def photo(person: Person) -> Inspected | None:
    """The photo that was sent in place of words, ready to be kept; None if there is none. Raises Invalid on `photo`."""
    upload = request.files.get("photo")
    if upload is None or not was_sent(upload):
        return None
    try:
        return inspect(upload, PHOTO, who=person.id)
    except Invalid as error:
        raise Invalid(error.message, "photo") from error


def answers() -> dict[str, str]:
    """What was sent for the kinds of a request."""
    return {kind: _text(f"answer-{kind}") for kind in (*ASKABLE, QUESTION)}


def _text(field: str) -> str:
    return (as_text(request.form.get(field, "")) or "").strip()
