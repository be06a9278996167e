"""Forms and requests that tests of the builder begin with."""

from __future__ import annotations

from community.accounts.models import Person
from community.core.extensions import db, writing
from community.intake.requests import keeping
from community.intake.requests.definition import Both, Condition, Field, Form, Kind, Option, Step
from community.intake.requests.keeping import Naming
from community.intake.requests.models import Request
from tests.making import Make

LIST = "/moderation/settings/requests"
NAMING = {
    "name_de": "Leitung tot",
    "name_en": "My line is down",
    "description_de": "Kein Internet.",
    "description_en": "No internet.",
}


def text(key: str, **columns: object) -> Field:
    """A field of one line."""
    return Field(key, columns.pop("kind", Kind.TEXT), Both(key.capitalize(), key.capitalize()), **columns)  # type: ignore[arg-type]


def choice(key: str, *options: str, **columns: object) -> Field:
    """A field with answers to choose from."""
    return text(key, kind=Kind.CHOICE, options=tuple(Option(each, Both(each, each)) for each in options), **columns)


def form_of(*fields: Field) -> Form:
    """A form of one step."""
    return Form((Step("step_1", Both("Worum es geht", "What it is about"), fields),))


FORM = form_of(
    choice("device", "koogbox", "other", is_required=True),
    text("model", shown_if=Condition("device", ("other",))),
    text("since", kind=Kind.DATE),
)


def a_request(make: Make, by: Person, form: Form = FORM, category: str = "internet", **naming: str) -> Request:
    """A request in use."""
    place = make.category(category)
    with writing():
        return keeping.add_request(place, Naming(**(NAMING | naming)), form, by=by)


def fresh(request: Request) -> Request:
    """As it is now."""
    db.session.rollback()
    db.session.refresh(request)
    return request
