"""What is filled in for a number of the site's own, and why it may not be taken: each complaint says what to do."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from community.case_file.number_patterns import EXAMPLE_MAX, NAME_MAX, NumberPattern
from community.core import limits
from community.core.personal_data import Pattern, Unusable, expression, notation
from community.core.personal_data.patterns import EXPRESSION_MAX, WRITTEN_MAX, Why
from community.core.text import is_blank
from community.threads.forms import as_line

from .ordinary import caught_by

_NAMED = 8


def _is_a_name(form: Form, field: Field) -> None:
    if is_blank(field.data or ""):
        raise ValidationError(_l("Give it a name in this language, too: everyone reads the site in their own."))
    if len(field.data) > NAME_MAX:
        raise ValidationError(_l("At most %(count)s characters fit here.", count=NAME_MAX))


class PatternForm(Form):
    """A number of the site's own, as it is written. `caught`: ordinary numbers that it would find as well."""

    name_de = StringField(_l("Name in German"), filters=[as_line], validators=[_is_a_name])
    name_en = StringField(_l("Name in English"), filters=[as_line], validators=[_is_a_name])
    written = StringField(_l("What it looks like"), filters=[as_line])
    is_expression = BooleanField(_l("This is a regular expression"))
    example = StringField(_l("Example"), filters=[as_line])
    is_confirmed = BooleanField(_l("Find these, too"))

    def __init__(self, sent: MultiDict[str, str] | None = None, row: NumberPattern | None = None) -> None:
        super().__init__(sent, obj=row)
        self.caught: list[str] = []
        self._pattern: Pattern | None = None

    def validate_written(self, field: Field) -> None:
        """Raises ValidationError if nothing could be looked for, or too much unless that is confirmed."""
        self._pattern = self._read(field.data or "")
        self.caught = caught_by(self._pattern)
        if self.caught and not self.is_confirmed.data:
            named = ", ".join(self.caught[:_NAMED]) + (" …" if len(self.caught) > _NAMED else "")
            raise ValidationError(
                _("This would also find: %(numbers)s. Make it narrower, or confirm it below.", numbers=named)
            )

    def _read(self, typed: str) -> Pattern:
        try:
            return (expression if self.is_expression.data else notation)(typed)
        except Unusable as error:
            raise ValidationError(said(error, bool(self.is_expression.data))) from error

    def validate_example(self, field: Field) -> None:
        """Raises ValidationError unless it is found, and nothing but it."""
        typed = field.data or ""
        if is_blank(typed):
            raise ValidationError(_("Write an invented number, so that everyone sees what is meant."))
        if len(typed) > EXAMPLE_MAX:
            raise ValidationError(_("At most %(count)s characters fit here.", count=EXAMPLE_MAX))
        if self._pattern is not None and (0, len(typed)) not in self._pattern.places(typed):
            raise ValidationError(_("This example is not found. Either it or what the number looks like is wrong."))

    def columns(self) -> dict[str, Any]:
        """What is stored."""
        return {
            "name_de": self.name_de.data,
            "name_en": self.name_en.data,
            "written": (self.written.data or "").strip(),
            "is_expression": bool(self.is_expression.data),
            "example": self.example.data,
        }


def said(error: Unusable, is_expression: bool) -> str:
    """Why it cannot be used, as a sentence."""
    most = EXPRESSION_MAX if is_expression else WRITTEN_MAX
    sentences = {
        Why.BLANK: _("Write what the number looks like."),
        Why.LONG: _("At most %(count)s characters fit here.", count=most),
        Why.BRACKETS: _("Square brackets stand in pairs, with something in them and no other pair."),
        Why.SHORT: _(
            "This is in every text. Write at least four digits or letters, with # for a digit or @ for a letter."
        ),
        Why.BROKEN: _("This regular expression cannot be read. Look-arounds and references back are not possible."),
        Why.EMPTY: _("This finds even an empty text. Something in it must be required."),
        Why.WORDS: _("This finds ordinary words, such as “%(word)s”. Make it narrower.", word=error.word),
    }
    return str(sentences[error.why])


class TryForm(Form):
    """A text to be tried, as it would be written in a post."""

    text = TextAreaField(_l("Text"))

    def validate_text(self, field: Field) -> None:
        """Raises ValidationError if there is nothing to try, or more than a post can hold."""
        if is_blank(field.data or ""):
            raise ValidationError(_("Paste a text first."))
        if len(field.data) > limits.BODY_MAX:
            raise ValidationError(_("This text is too long. At most %(count)s characters fit.", count=limits.BODY_MAX))
