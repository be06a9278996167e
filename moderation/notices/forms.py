"""What is filled in for a notice, and for the decision about one: every complaint at once, each at its field.

Name and mail address are asked for and may stay empty: nobody has to name themselves to be heard.
"""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from community.accounts.models import Person
from community.core.limits import ADDRESS_MAX
from community.core.text import is_blank
from community.threads.forms import as_line, as_text
from community.threads.models import Post

from .finding import post_at
from .models import Ground, Kind, Outcome

EXPLANATION_MAX = 4_000
NAME_MAX = 100
RULE_MAX = 200


def _leads_to_a_post(form: NoticeForm, field: Field) -> None:
    if is_blank(field.data or ""):
        raise ValidationError(_l("Give the address of the post: which one is it about?"))
    form.post = post_at(field.data[:500], form.reader)
    if form.post is None:
        raise ValidationError(
            _l("No public post is found at this address. Copy the address of the post’s time from its thread.")
        )


def _is_a_kind(form: Form, field: Field) -> None:
    if field.data not in list(Kind):
        raise ValidationError(_l("Choose what it is about."))


def _explains(form: Form, field: Field) -> None:
    if is_blank(field.data or ""):
        raise ValidationError(_l("Say why it is illegal. Without that nobody can judge it."))
    if len(field.data) > EXPLANATION_MAX:
        raise ValidationError(_l("This text is too long. At most %(count)s characters fit.", count=EXPLANATION_MAX))


def _fits(most: int) -> object:
    def check(form: Form, field: Field) -> None:
        if len(field.data or "") > most:
            raise ValidationError(_l("At most %(count)s characters fit here.", count=most))

    return check


def _is_an_address_or_nothing(form: Form, field: Field) -> None:
    if not field.data:
        return
    try:
        checked = validate_email(field.data[: ADDRESS_MAX + 1], check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise ValidationError(_l("This is not a mail address we can write to.")) from error
    field.data = str(checked.ascii_email)


def _is_ticked(form: Form, field: Field) -> None:
    if not field.data:
        raise ValidationError(_l("Tick this: we act on what is stated in good faith."))


class NoticeForm(Form):
    """A notice. `post`: what its address leads to, once it was validated."""

    address = StringField(_l("Address of the post"), filters=[as_line], validators=[_leads_to_a_post])
    kind = StringField(_l("What is it about?"), validators=[_is_a_kind])
    explanation = TextAreaField(_l("Why is it illegal?"), filters=[as_text], validators=[_explains])
    name = StringField(_l("Your name"), filters=[as_line], validators=[_fits(NAME_MAX)])
    email = StringField(_l("Your mail address"), filters=[as_line], validators=[_is_an_address_or_nothing])
    good_faith = BooleanField(
        _l("I believe in good faith that what I state is accurate and complete."), validators=[_is_ticked]
    )

    post: Post | None = None

    def __init__(self, reader: Person, sent: MultiDict[str, str] | None = None, *, address: str = "") -> None:
        super().__init__(sent, data={"address": address})
        self.reader = reader


def _is_an_outcome(form: Form, field: Field) -> None:
    if field.data not in list(Outcome):
        raise ValidationError(_l("Choose whether the content is removed or kept."))


def _says_the_facts(form: Form, field: Field) -> None:
    if is_blank(field.data or ""):
        raise ValidationError(_l("Give the reasons: both sides are told, and either may appeal."))
    if len(field.data) > EXPLANATION_MAX:
        raise ValidationError(_l("This text is too long. At most %(count)s characters fit.", count=EXPLANATION_MAX))


def _is_a_ground(form: Form, field: Field) -> None:
    if field.data not in list(Ground):
        raise ValidationError(_l("Choose what the decision rests on."))


def _is_named(form: Form, field: Field) -> None:
    if is_blank(field.data or ""):
        raise ValidationError(_l("Name the law or the rule."))


class DecisionForm(Form):
    """The reasoned decision."""

    outcome = StringField(_l("Decision"), validators=[_is_an_outcome])
    facts = TextAreaField(
        _l("Facts and reasons (both sides are told)"), filters=[as_text], validators=[_says_the_facts]
    )
    ground = StringField(_l("It rests on"), validators=[_is_a_ground])
    rule = StringField(_l("Which one?"), filters=[as_line], validators=[_is_named, _fits(RULE_MAX)])
