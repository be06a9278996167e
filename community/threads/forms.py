"""What people fill in, and when it cannot be taken. Every text is made uniform first and judged afterwards.

The validators and filters are shared with the asking form, so that a title is judged the same wherever it is written.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from ..core import limits
from ..core.text import is_blank, normalise, normalise_line

LETTERS_MIN = 3
REASON_MAX = 200


def as_line(value: str | None) -> str:
    """Filter: one line, trimmed, without what cannot be seen."""
    return normalise_line(value or "")


def as_text(value: str | None) -> str:
    """Filter: a text without what cannot be seen, without empty lines at its ends."""
    return normalise(value or "").strip("\n").rstrip()


def says_something(form: Form, field: Field) -> None:
    """Validator of a title: long enough to be understood, with letters, not too long."""
    title = field.data or ""
    if is_blank(title):
        raise ValidationError(_l("Write a title: what is your issue, in one line?"))
    if len(title) > limits.TITLE_MAX:
        raise ValidationError(_l("This title is too long. At most %(count)s characters fit.", count=limits.TITLE_MAX))
    if sum(char.isalpha() for char in title) < LETTERS_MIN:
        raise ValidationError(_l("Say it in words: a title needs letters."))
    if len(title) < limits.TITLE_MIN:
        raise ValidationError(_l("A few words more, please: at least %(count)s characters.", count=limits.TITLE_MIN))


def has_words(form: Form, field: Field) -> None:
    """Validator of a post's text: there is something to read, and not too much."""
    body = field.data or ""
    if is_blank(body):
        raise ValidationError(_l("There is nothing to read yet. Write your text here."))
    if len(body) > limits.BODY_MAX or len(body.encode("utf-8", "surrogatepass")) > limits.BODY_MAX_BYTES:
        raise ValidationError(_l("This text is too long. At most %(count)s characters fit.", count=limits.BODY_MAX))


def is_short(form: Form, field: Field) -> None:
    """Validator of a reason: it fits on a line of the log."""
    if len(field.data or "") > REASON_MAX:
        raise ValidationError(_l("At most %(count)s characters fit here.", count=REASON_MAX))


class ReplyForm(Form):
    """A reply."""

    body = TextAreaField(_l("Your reply"), filters=[as_text], validators=[has_words])

    @property
    def text(self) -> str:
        """What was written, made uniform."""
        return self.body.data or ""


class EditForm(Form):
    """A post anew."""

    body = TextAreaField(_l("Text"), filters=[as_text], validators=[has_words])
    reason = StringField(_l("Why do you change it?"), filters=[as_line], validators=[is_short])

    @property
    def text(self) -> str:
        """What was written, made uniform."""
        return self.body.data or ""


class TitledEditForm(EditForm):
    """An opening post anew, with the thread's title."""

    title = StringField(_l("Title"), filters=[as_line], validators=[says_something])
