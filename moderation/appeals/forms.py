"""What is filled in to appeal, and to decide about an appeal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from community.core.text import is_blank
from community.threads.forms import as_text

from .models import Outcome

APPEAL_MAX = 4_000


def _says_why(form: Form, field: Field) -> None:
    if is_blank(field.data or ""):
        raise ValidationError(_l("Say why. The other side reads it, and the decision rests on it."))
    if len(field.data) > APPEAL_MAX:
        raise ValidationError(_l("This text is too long. At most %(count)s characters fit.", count=APPEAL_MAX))


def _is_chosen(form: Form, field: Field) -> None:
    if field.data not in list(Outcome):
        raise ValidationError(_l("Choose whether you grant or deny the appeal."))


class AppealForm(Form):
    """Why the decision is wrong."""

    text = TextAreaField(_l("Why is the decision wrong?"), filters=[as_text], validators=[_says_why])


class DecisionForm(Form):
    """What becomes of an appeal, and why."""

    outcome = StringField(_l("Decision"), validators=[_is_chosen])
    reason = TextAreaField(_l("Reason (both sides are told)"), filters=[as_text], validators=[_says_why])
