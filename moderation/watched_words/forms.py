"""What is filled in to watch a word, or several at once; every complaint stands at its field."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from community.core import limits
from community.core.errors import Invalid
from community.core.text import is_blank, normalise
from community.threads.forms import as_line

from .matching import Watched
from .models import NOTE_MAX, Act, WatchedWord
from .reading import read_watched

SEVERAL_MAX = 500


def _is_an_act(form: Form, field: Field) -> None:
    if field.data not in list(Act):
        raise ValidationError(_l("Choose what becomes of the post."))


def _fits(form: Form, field: Field) -> None:
    if len(field.data or "") > NOTE_MAX:
        raise ValidationError(_l("At most %(count)s characters fit here.", count=NOTE_MAX))


class _WatchForm(Form):
    """What is the same for one word and for several. `watched`: what was read, once the form is valid."""

    act = StringField(_l("A post that says it"), validators=[_is_an_act], default=Act.HOLD.value)
    note = StringField(_l("Note for staff"), filters=[as_line], validators=[_fits])
    watched: tuple[Watched, ...] = ()

    def chosen(self) -> Act:
        """The act; holding, while none is chosen."""
        return Act.REFUSE if self.act.data == Act.REFUSE else Act.HOLD


class WordForm(_WatchForm):
    """One watched word. It is kept as it was typed while it cannot be taken."""

    written = StringField(_l("Word or words in a row"))

    def __init__(self, sent: MultiDict[str, str] | None = None, row: WatchedWord | None = None) -> None:
        super().__init__(sent, data={"written": row.written, "act": row.act, "note": row.note} if row else None)

    def validate_written(self, field: Field) -> None:
        """Raises ValidationError if it cannot be watched."""
        try:
            self.watched = (read_watched(field.data or "", self.chosen()),)
        except Invalid as error:
            raise ValidationError(str(error)) from error


class SeveralForm(_WatchForm):
    """Several at once, one a line."""

    written = TextAreaField(_l("Words, one a line"), id="several")

    def validate_written(self, field: Field) -> None:
        """Raises ValidationError that names the first line that cannot be watched."""
        lines = [line for line in normalise(field.data or "").split("\n") if not is_blank(line)]
        if not lines:
            raise ValidationError(_("Write the word that is to be watched."))
        if len(lines) > SEVERAL_MAX:
            raise ValidationError(_("At most %(count)s lines fit here.", count=SEVERAL_MAX))
        read = [self._read(line) for line in lines]
        self.watched = tuple({watched.key: watched for watched in read}.values())

    def _read(self, line: str) -> Watched:
        try:
            return read_watched(line, self.chosen())
        except Invalid as error:
            raise ValidationError(_("“%(line)s”: %(why)s", line=line[:40], why=str(error))) from error


class TryForm(Form):
    """A text to be tried, as it would be written in a post."""

    text = TextAreaField(_l("Text"))

    def validate_text(self, field: Field) -> None:
        """Raises ValidationError if there is nothing to try, or more than a post can hold."""
        if is_blank(field.data or ""):
            raise ValidationError(_("Paste a text first."))
        if len(field.data) > limits.BODY_MAX:
            raise ValidationError(_("This text is too long. At most %(count)s characters fit.", count=limits.BODY_MAX))
