"""What the pages of this room may send, field by field; anything else that is sent is not looked at.

A refusal by a verb or a limit is shown in the form itself, beside what was typed: `with form.refusals(): ...`.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # the stubs do not know SelectChoice
    BooleanField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from ..core import limits
from ..core.errors import Busy, Gone, Invalid, Refusal, TooMany
from ..core.i18n import LANGUAGES, waiting_time
from ..core.text.normalising import normalise_line
from . import passwords, people

AS_TYPED = {"spellcheck": "false", "autocapitalize": "none"}
NICKNAME = {"autocomplete": "nickname", "maxlength": limits.NAME_MAX}


class Form(FlaskForm):  # type: ignore[misc]
    """A form that knows how it was refused: `status`, and `retry_after` in seconds if waiting helps."""

    status = 200
    retry_after: int | None = None

    def check(self) -> None:
        """Raise `Invalid` unless every field passes; their errors say why. The first thing inside `refusals()`."""
        if not self.validate():
            raise _Unfit(None)

    def refusals(self) -> _Refusals:
        """`with form.refusals():` shows in the form what its block is refused; leave the block by `return` when all went well."""
        return _Refusals(self)

    def show(self, refusal: Refusal) -> None:
        """Put the refusal beside the field that it is about, or on top."""
        self.status = refusal.status
        message = refusal.message
        if isinstance(refusal, TooMany):
            self.retry_after = refusal.wait_seconds
            message = message or _(
                "Too often in a short time. Please wait %(time)s.", time=waiting_time(refusal.wait_seconds)
            )
        field = getattr(refusal, "field", None)
        if isinstance(refusal, _Unfit):
            return
        if field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, message]
        else:
            self.form_errors.append(message or _("This has changed since you opened the page. Look at it again."))


class _Unfit(Invalid):
    """The fields' own errors say it all."""


class _Refusals:
    """Takes what a verb, a limit or a field refuses back into the form."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Refusal) or isinstance(error, Gone | Busy):
            return False
        self._form.show(error)
        return True


def _line(text: str | None) -> str:
    return normalise_line(text or "")


def _required(message: Any) -> InputRequired:
    return InputRequired(message)


class LineField(StringField):
    """One line of text; line ends and other controls never survive. `attributes` are those of the input."""

    data: str

    def __init__(self, label: Any, validators: list[Any], attributes: dict[str, Any], **bound: Any) -> None:
        super().__init__(label, validators, filters=[_line], render_kw=attributes, **bound)


class AddressField(LineField):
    """One mail address, in the form in which it is stored."""

    def __init__(self, label: Any, **bound: Any) -> None:
        validators = [_required(_l("Write your mail address.")), Length(max=limits.ADDRESS_MAX)]
        super().__init__(label, validators, {"type": "email", "autocomplete": "email"} | AS_TYPED, **bound)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Raise `StopValidation` for what is no address; keep the normalised one."""
        if validation_stopped:
            return
        try:
            checked = validate_email(self.data, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError as error:
            raise ValidationError(_("This is not a mail address we can write to.")) from error
        self.data = str(checked.ascii_email)


class SecretField(PasswordField):
    """A password; never shown again, never trimmed."""

    data: str

    def __init__(self, label: Any, autocomplete: str, **bound: Any) -> None:
        attributes = {"autocomplete": autocomplete, "maxlength": limits.PASSWORD_MAX}
        super().__init__(label, [_required(_l("Write a password."))], render_kw=attributes, **bound)


def _check_password(field: Field, *known_about_person: str | None) -> None:
    fault = passwords.fault(field.data, [word for word in known_about_person if word])
    if fault is not None:
        raise ValidationError(fault)


class Login(Form):
    """Who are you? `who` is a user name or a mail address."""

    who = LineField(
        _l("User name or mail address"),
        [_required(_l("Write your user name or your mail address.")), Length(max=limits.ADDRESS_MAX)],
        {"autocomplete": "username"} | AS_TYPED,
    )
    password = SecretField(_l("Password"), "current-password")
    next = HiddenField()

    def validate_password(self, field: Field) -> None:
        """Nothing that could not be a password is worth a try."""
        if len(field.data) > limits.PASSWORD_MAX:
            raise ValidationError(_("Use at most %(count)d characters.", count=limits.PASSWORD_MAX))


class UserName(Form):
    """Another user name, when the first wish was taken while its mail was under way."""

    name = LineField(
        _l("User name"),
        [_required(_l("Choose a user name."))],
        {"autocomplete": "username", "minlength": people.NAME_MIN, "maxlength": limits.NAME_MAX} | AS_TYPED,
    )


class Register(UserName):
    """A wish for an account."""

    display_name = LineField(_l("Name that others see"), [], NICKNAME)
    email = AddressField(_l("Mail address"))
    password = SecretField(_l("Password"), "new-password")

    def validate_name(self, field: Field) -> None:
        """Refuse what a customer cannot be called; whether it is taken, the verb says."""
        if (fault := people.name_fault(field.data)) is not None:
            raise ValidationError(fault)

    def validate_display_name(self, field: Field) -> None:
        """Empty is fine: then the user name is shown."""
        if field.data and (fault := people.display_name_fault(field.data)) is not None:
            raise ValidationError(fault)

    def validate_password(self, field: Field) -> None:
        """Refuse what is easily guessed by somebody who knows the names."""
        _check_password(field, self.name.data, self.display_name.data, self.email.data)


class Address(Form):
    """A mail address to which something is to be sent."""

    email = AddressField(_l("Mail address"))


class NewPassword(Form):
    """A password to be set by a mailed link."""

    new_password = SecretField(_l("New password"), "new-password")

    def __init__(self, known: list[str | None], **options: Any) -> None:
        super().__init__(**options)
        self._known = known

    @property
    def known_name(self) -> str | None:
        """The user name, for password keepers."""
        return self._known[0]

    def validate_new_password(self, field: Field) -> None:
        """Refuse what is easily guessed by somebody who knows the names."""
        _check_password(field, *self._known)


class ChangePassword(NewPassword):
    """A password to be set by whoever knows the old one."""

    current_password = SecretField(_l("Present password"), "current-password")
    end_others = BooleanField(_l("Log out all other browsers"))


class ChangeAddress(Form):
    """Another mail address, with the password as proof."""

    email = AddressField(_l("New mail address"))
    current_password = SecretField(_l("Present password"), "current-password")


class Account(Form):
    """What one may change freely."""

    display_name = LineField(_l("Name that others see"), [_required(_l("Write a name."))], NICKNAME)
    language = RadioField(_l("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])


class Erase(Form):
    """The password, as proof."""

    current_password = SecretField(_l("Present password"), "current-password")


class Confirm(Form):
    """One button."""
