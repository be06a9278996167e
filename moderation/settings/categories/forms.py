"""What is filled in for a category, and when it cannot be taken: every complaint at once, each at its field."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from community.core.text import is_blank
from community.threads.category_keeping import DESCRIPTION_MAX, NAME_MAX, SLUG_MAX, Written, slug_of
from community.threads.forms import as_line


def _is_a_name(form: Form, field: Field) -> None:
    if is_blank(field.data or ""):
        raise ValidationError(_l("Give it a name in this language, too: everyone reads the site in their own."))
    if len(field.data) > NAME_MAX:
        raise ValidationError(_l("At most %(count)s characters fit here.", count=NAME_MAX))


def _is_short(form: Form, field: Field) -> None:
    if len(field.data or "") > DESCRIPTION_MAX:
        raise ValidationError(_l("At most %(count)s characters fit here.", count=DESCRIPTION_MAX))


def _is_an_address(form: CategoryForm, field: Field) -> None:
    typed = field.data or ""
    if len(typed) > SLUG_MAX:
        raise ValidationError(_l("At most %(count)s characters fit here.", count=SLUG_MAX))
    meant = typed or form.name_en.data or ""
    if not is_blank(meant) and not slug_of(meant):
        raise ValidationError(_l("Write letters or digits: nothing else can stand in an address."))


class CategoryForm(Form):
    """A category, as it is written. Without an address it gets one from the English name."""

    name_de = StringField(_l("Name in German"), filters=[as_line], validators=[_is_a_name])
    name_en = StringField(_l("Name in English"), filters=[as_line], validators=[_is_a_name])
    description_de = StringField(_l("What it is about, in German"), filters=[as_line], validators=[_is_short])
    description_en = StringField(_l("What it is about, in English"), filters=[as_line], validators=[_is_short])
    slug = StringField(_l("Word in the address"), filters=[as_line], validators=[_is_an_address])

    def written(self) -> Written:
        """What was written, made uniform."""
        return Written(
            slug=slug_of(self.slug.data or self.name_en.data or ""),
            name_de=self.name_de.data or "",
            name_en=self.name_en.data or "",
            description_de=self.description_de.data or "",
            description_en=self.description_en.data or "",
        )
