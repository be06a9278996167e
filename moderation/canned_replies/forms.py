"""What is filled in for a canned reply, and when it cannot be taken: every complaint at once, each at its field."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from community.core.errors import Invalid
from community.core.text import is_blank
from community.threads.forms import REASON_MAX, as_line, as_text
from community.threads.models import Category
from community.threads.tagging import read_tags

from .filling import VARIABLES, cases_in, check
from .keeping import Written
from .models import NAME_MAX, Afterwards
from .values import public_threads

CANNED_MAX = 8_000


def _is_a_name(form: Form, field: Field) -> None:
    if is_blank(field.data or ""):
        raise ValidationError(_l("Give it a short name: it is found by that."))
    if len(field.data) > NAME_MAX:
        raise ValidationError(_l("At most %(count)s characters fit here.", count=NAME_MAX))


def _has_a_text(form: CannedReplyForm, field: Field) -> None:
    if is_blank(form.text_de.data or "") and is_blank(form.text_en.data or ""):
        raise ValidationError(_l("Write the text in one language at least."))


def _is_fillable(form: Form, field: Field) -> None:
    written = field.data or ""
    if len(written) > CANNED_MAX:
        raise ValidationError(_l("This text is too long. At most %(count)s characters fit.", count=CANNED_MAX))
    cases = cases_in(written)
    public = public_threads(cases.values())
    try:
        check(written, {*VARIABLES, *(name for name, number in cases.items() if number in public)})
    except Invalid as error:
        raise ValidationError(str(error)) from error


def _is_said_if_it_locks(form: CannedReplyForm, field: Field) -> None:
    if form.afterwards.data == Afterwards.LOCKED and is_blank(field.data or ""):
        raise ValidationError(
            _l("Say why the thread is locked: the reason stands in the thread and in the public log.")
        )
    if len(field.data or "") > REASON_MAX:
        raise ValidationError(_l("At most %(count)s characters fit here.", count=REASON_MAX))


def _is_offered(form: CannedReplyForm, field: Field) -> None:
    if field.data and field.data not in [category.slug for category in form.categories]:
        raise ValidationError(_l("Choose one of these categories, or all."))


def _is_a_state(form: Form, field: Field) -> None:
    if field.data not in list(Afterwards):
        raise ValidationError(_l("Choose what becomes of the thread."))


class CannedReplyForm(Form):
    """A canned reply, as it is written."""

    name = StringField(_l("Short name"), filters=[as_line], validators=[_is_a_name])
    text_de = TextAreaField(_l("Text in German"), filters=[as_text], validators=[_has_a_text, _is_fillable])
    text_en = TextAreaField(_l("Text in English"), filters=[as_text], validators=[_is_fillable])
    category = StringField(_l("Offered in"), validators=[_is_offered])
    tags = StringField(_l("Adds these tags"), filters=[as_line])
    afterwards = StringField(
        _l("Afterwards the thread is to"), validators=[_is_a_state], default=Afterwards.WAITING.value
    )
    reason = StringField(_l("Reason for locking (public)"), filters=[as_line], validators=[_is_said_if_it_locks])

    def __init__(
        self,
        categories: Sequence[Category],
        sent: MultiDict[str, str] | None = None,
        written: Written | None = None,
    ):
        super().__init__(sent, data=_fields(written) if written else None)
        self.categories = categories

    def written(self) -> Written:
        """What was written, made uniform."""
        return Written(
            name=self.name.data or "",
            text_de=self.text_de.data or "",
            text_en=self.text_en.data or "",
            category=self.category.data or "",
            tags=tuple(read_tags(self.tags.data or "")),
            afterwards=self.afterwards.data or Afterwards.WAITING.value,
            reason=(self.reason.data or "") if self.afterwards.data == Afterwards.LOCKED else "",
        )


def _fields(written: Written) -> dict[str, str]:
    return {
        "name": written.name,
        "text_de": written.text_de,
        "text_en": written.text_en,
        "category": written.category,
        "tags": ", ".join(written.tags),
        "afterwards": written.afterwards,
        "reason": written.reason,
    }
