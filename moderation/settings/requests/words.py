"""What kinds of fields are called, and what else the pages of the builder say about a field."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.intake.requests.definition import Field, Form, Kind, Problem, Reads

KINDS: dict[Kind, Any] = {
    Kind.TEXT: _l("Text in one line"),
    Kind.LONG_TEXT: _l("Longer text"),
    Kind.CHOICE: _l("One of several answers"),
    Kind.SEVERAL: _l("Several answers at once"),
    Kind.NUMBER: _l("A number"),
    Kind.DATE: _l("Date"),
    Kind.FILE: _l("File"),
    Kind.PHOTO: _l("Photo"),
}
READS: dict[Reads, Any] = {
    Reads.NOTHING: _l("It is not read"),
    Reads.METER: _l("The reading of a meter"),
    Reads.SERIAL: _l("A serial number"),
    Reads.INVOICE: _l("An invoice number"),
}


def question(field: Field, language: str) -> str:
    """What is asked; as long as nobody has written it, that."""
    return field.label.in_language(language) or _("Question not written yet")


def condition(form: Form, field: Field, language: str) -> Any:
    """When the field is shown, in words; empty: always."""
    if field.shown_if is None:
        return ""
    on = form.field_of(field.shown_if.on)
    if on is None:
        return _("depends on a question that is gone")
    asked = question(on, language)
    if not field.shown_if.values:
        return _("only if “%(question)s” is answered", question=asked)
    labels = {option.key: option.label.in_language(language) for option in on.options}
    answers = [labels.get(value, "?") for value in field.shown_if.values]
    return _("only if “%(question)s” is: %(answers)s", question=asked, answers=_(" or ").join(answers))


def where(form: Form, problem: Problem, language: str) -> str:
    """What a problem is about, as a heading for it."""
    field = form.field_of(problem.field) if problem.field else None
    if field is not None:
        return question(field, language)
    step = next((step for step in form.steps if step.key == problem.step), None)
    return (step.title.in_language(language) or _("Step without a title")) if step else _("The whole form")
