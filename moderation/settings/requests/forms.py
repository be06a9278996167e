"""What a request is called, and when it cannot be taken: every complaint at once, each at its field."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from community.core.text import is_blank
from community.intake.requests.keeping import Naming
from community.threads.forms import as_line

NAME_MAX, DESCRIPTION_MAX = 80, 300


def _is_a_name(form: Form, field: Field) -> None:
    if is_blank(field.data or ""):
        raise ValidationError(_l("Give it a name in this language, too: everyone reads the site in their own."))
    if len(field.data) > NAME_MAX:
        raise ValidationError(_l("At most %(count)s characters fit here.", count=NAME_MAX))


def _is_short(form: Form, field: Field) -> None:
    if len(field.data or "") > DESCRIPTION_MAX:
        raise ValidationError(_l("At most %(count)s characters fit here.", count=DESCRIPTION_MAX))


class NamingForm(Form):
    """What stands in the menu."""

    name_de = StringField(_l("Name in German"), filters=[as_line], validators=[_is_a_name])
    name_en = StringField(_l("Name in English"), filters=[as_line], validators=[_is_a_name])
    description_de = StringField(_l("Line below it, in German"), filters=[as_line], validators=[_is_short])
    description_en = StringField(_l("Line below it, in English"), filters=[as_line], validators=[_is_short])

    def naming(self) -> Naming:
        """What was written, made uniform."""
        return Naming(
            self.name_de.data or "",
            self.name_en.data or "",
            self.description_de.data or "",
            self.description_en.data or "",
        )
