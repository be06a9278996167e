"""What staff fill in about private details. What is wrong is said at its field; what was typed goes back to the page."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from community.accounts.models import Person
from community.case_file import grounds
from community.case_file.forms import TELLABLE, told
from community.core.errors import Invalid

__all__ = ["TELLABLE", "kinds_and_question", "purpose", "removal", "told", "whose"]


def purpose() -> str:
    """What the details are opened for."""
    return grounds.purpose_of(request.form.get("purpose", ""), request.form.get("more", ""))


def removal() -> str:
    """Why a detail is removed."""
    return grounds.removal_of(request.form.get("ground", ""))


def kinds_and_question() -> tuple[list[str], str]:
    """What is asked for."""
    return request.form.getlist("kinds"), request.form.get("question", "")


def whose(persons: list[Person]) -> Person:
    """Which of these persons it is about; the first if nothing is said. Raises Invalid for anybody else."""
    asked = request.form.get("person", "")
    found = next((person for person in persons if str(person.id) == asked), None if asked else persons[0])
    if found is None:
        raise Invalid(_("Choose somebody who has to do with this case."), "person")
    return found
