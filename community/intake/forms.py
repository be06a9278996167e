"""What is filled in while asking: judged like a post when it is about to be one, and hardly at all while it is a draft."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from ..core import limits
from ..core.i18n import LANGUAGES
from ..core.text import normalise_line
from ..threads.forms import as_line, as_text, has_words, says_something
from ..threads.models import Category
from ..threads.tagging import read_tags
from .drafts import CASES_NOTED, Sitting, Written

WINDOW_MAX = 32
LARGEST_ID = 2**31 - 1

Sent = MultiDict[str, str]


def _fits_in_a_title(form: Form, field: Field) -> None:
    if len(field.data or "") > limits.TITLE_MAX:
        raise ValidationError(_l("This title is too long. At most %(count)s characters fit.", count=limits.TITLE_MAX))


def _is_offered(form: CategoryForm, field: Field) -> None:
    if form.chosen is None:
        raise ValidationError(_l("Choose what comes closest."))


class CategoryForm(Form):
    """What it is about: one of the categories that take threads."""

    category = StringField(_l("What is it about?"), validators=[_is_offered])

    def __init__(
        self, offered: Sequence[Category], sent: Sent | None = None, data: dict[str, str | None] | None = None
    ):
        super().__init__(sent, data=data)
        self.offered = offered

    @property
    def chosen(self) -> Category | None:
        """The category that was chosen, if it is to be had."""
        return next((category for category in self.offered if category.slug == self.category.data), None)


class AboutForm(CategoryForm):
    """The first step: what it is about, and, if one likes, the title already."""

    title = StringField(_l("Your issue in one line"), filters=[as_line], validators=[_fits_in_a_title])


class DescribeForm(Form):
    """The second step. `tag` are suggested tags that were ticked, `tags` those typed."""

    title = StringField(_l("Title"), filters=[as_line], validators=[says_something])
    body = TextAreaField(_l("What happens, and what have you tried?"), filters=[as_text], validators=[has_words])
    tag = SelectMultipleField(_l("Tags"), choices=[], validate_choice=False)
    tags = StringField(_l("Other tags"))
    language = StringField(_l("Language"))

    def written(self) -> Written:
        """The texts, ready to be stored."""
        return Written(
            title=self.title.data or "",
            body=self.body.data or "",
            tags=", ".join(read_tags(",".join([*(self.tag.data or []), self.tags.data or ""]))),
            language=self.language.data if self.language.data in LANGUAGES else "",
        )


def _fits(form: Form, field: Field) -> None:
    if field.data:
        has_words(form, field)


class AnythingElseForm(DescribeForm):
    """The second step after a form has asked for what is needed: there need not be anything else to say."""

    body = TextAreaField(_l("Anything else?"), filters=[as_text], validators=[_fits])


class ReplyDraftForm(Form):
    """A reply on its way."""

    body = TextAreaField(_l("Your reply"), filters=[as_text])

    def written(self) -> Written:
        """The text, ready to be stored."""
        return Written(body=self.body.data or "")


def is_storable(written: Written) -> bool:
    """Does it fit in a draft? The same sizes as for posts."""
    return (
        len(written.title) <= limits.TITLE_MAX
        and len(written.body) <= limits.BODY_MAX
        and len(written.body.encode("utf-8", "surrogatepass")) <= limits.BODY_MAX_BYTES
    )


def is_complete(written: Written, form: type[DescribeForm] = DescribeForm) -> bool:
    """Could it be posted as it is?"""
    return bool(form(data={"title": written.title, "body": written.body}).validate())


def sitting_in(sent: Sent) -> Sitting:
    """The window that a form came from, and the version that it last saw."""
    return Sitting(normalise_line(sent.get("window", ""))[:WINDOW_MAX], sent.get("version", type=int))


def cases_in(sent: Sent, name: str) -> list[int]:
    """Thread ids sent under `name`, each once; what is none is left out."""
    numbers = dict.fromkeys(sent.getlist(name, type=int))
    return [number for number in numbers if 0 < number <= LARGEST_ID][:CASES_NOTED]
