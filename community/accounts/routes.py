"""The pages of this room: /register /verify /login /logout /reset /kept and /settings/...

Forms are shown again with what was typed when something is refused. No answer depends on whether a mail address is known.
Links from mails only show a button: programs that open every link change nothing.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue as Answer
from flask_babel import gettext as _
from flask_login import current_user, login_required
from werkzeug.exceptions import NotFound

from ..core import idempotency, limits, parking
from ..core.errors import Gone
from ..core.extensions import db, writing
from ..core.i18n import force_locale, language
from ..core.security import client_network, hash_token, safe_next
from . import (
    address,
    erasing,
    forms,
    gates,
    logging_in,
    passwords,
    people,
    policy,
    registration,
    resetting,
    sessions,
    tokens,
)
from .models import Registration, Session, Token
from .tokens import Purpose

blueprint = Blueprint("accounts", __name__)
VERIFYING = (Purpose.REGISTER, Purpose.ADDRESS)
SETTING_PASSWORD = (Purpose.RESET, Purpose.INVITE)


def _page(template: str, form: forms.Form | None = None, **context: Any) -> Response:
    """The page, with the status that the form was refused with."""
    response = make_response(render_template(f"community/accounts/{template}.html", form=form, **context))
    response.status_code = form.status if form else 200
    if form and form.retry_after:
        response.headers["Retry-After"] = str(form.retry_after)
    return response


def _secret_page(template: str, form: forms.Form, **context: Any) -> Response:
    """A page whose address is a secret: it is told to no other site. (To ours it must be: a form is taken with it only.)"""
    response = _page(template, form, **context)
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _link_is_over(refusal: Gone, again: str) -> Response:
    """The page for a mailed link that no longer works; `again` is where to ask for a new one."""
    response = _page("link_over", message=refusal.message, again=again)
    response.status_code = refusal.status
    return response


def _onward(target: str | None) -> str:
    """Where to go after login: first to a form that waits, then to `target` on this site, else to the start."""
    onward = safe_next(target)
    return url_for("accounts.kept", next=onward) if parking.parked() else onward or "/"


def _spend_mail(given_address: str) -> None:
    """Mails to one address and mails asked for by one network are limited, whoever's address it is."""
    limits.spend("mail", f"to {hash_token(people.address_key_of(given_address))[:32]}")


# Logging in and out


@blueprint.get("/login")
def login() -> Answer:
    """The login form; whoever is logged in goes on."""
    if current_user.is_authenticated:
        return redirect(_onward(request.args.get("next")), 303)
    form = forms.Login(next=request.args.get("next", ""))
    return _page("login", form, has_kept_form="kept" in request.args)


@blueprint.post("/login")
def log_in() -> Answer:
    """Begin a session."""
    form = forms.Login()
    with form.refusals():
        form.check()
        person = logging_in.recognise(form.who.data, form.password.data, network=client_network())
        with writing():
            sessions.log_in(person)
        return redirect(_onward(form.next.data), 303)
    return _page("login", form, has_kept_form=False)


@blueprint.post("/logout")
def log_out() -> Answer:
    """End this browser's session, and forget what the browser kept of it."""
    with writing():
        sessions.log_out()
    flash(_("You are logged out."), "done")
    response = redirect("/", 303)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


# Registering and confirming


@blueprint.get("/register")
def register() -> Answer:
    """The form for an account; whoever has one and is logged in goes on."""
    if current_user.is_authenticated:
        return redirect("/", 303)
    return _page("register", forms.Register())


@blueprint.post("/register")
def ask_for_account() -> Answer:
    """Note the wish and mail the address."""
    form = forms.Register()
    with form.refusals():
        form.check()
        limits.spend("register-network", client_network())
        gates.require_network(client_network())
        gates.require_address(form.email.data)
        registration.refuse_name(form.name.data)
        _spend_mail(form.email.data)
        password_hash = passwords.hash_password(form.password.data)
        with writing():
            if (earlier := idempotency.claim()) is not None:
                return redirect(earlier, 303)
            registration.ask(
                name=form.name.data,
                display_name=form.display_name.data,
                address=form.email.data,
                password_hash=password_hash,
                language=language(),
            )
            return redirect(idempotency.settle(url_for("accounts.register_sent")), 303)
    return _page("register", form)


@blueprint.get("/register/sent")
def register_sent() -> Answer:
    """Look into your mails; and a form to have the mail sent again."""
    return _page("register_sent", forms.Address())


@blueprint.post("/register/sent")
def send_again() -> Answer:
    """Mail the address once more what it needs."""
    form = forms.Address()
    with form.refusals():
        form.check()
        limits.spend("register-network", client_network())
        _spend_mail(form.email.data)
        with writing():
            registration.ask_again(form.email.data)
        flash(_("If this address waits to be confirmed, the mail is on its way again."), "done")
        return redirect(url_for("accounts.register_sent"), 303)
    return _page("register_sent", form)


@blueprint.get("/verify/<token>")
def verify(token: str) -> Answer:
    """Ask for one press on a button: this is my address."""
    try:
        found = _living(token, *VERIFYING)
        waiting = registration.registration_of(found) if found.purpose == Purpose.REGISTER else None
    except Gone as refusal:
        return _link_is_over(refusal, url_for("accounts.register_sent"))
    return _verify_page(found, waiting)


@blueprint.post("/verify/<token>")
def confirm_address(token: str) -> Answer:
    """The address is real: make the person and log them in, or give them their new address."""
    try:
        found = _living(token, *VERIFYING)
        if found.purpose == Purpose.ADDRESS:
            return _confirm_new_address(found)
        return _confirm_registration(found, registration.registration_of(found))
    except Gone as refusal:
        return _link_is_over(refusal, url_for("accounts.register_sent"))


def _confirm_registration(found: Token, waiting: Registration) -> Answer:
    form = _name_form(waiting)
    with form.refusals():
        form.check()
        gates.require_address(waiting.email)
        with writing():
            person = registration.confirm(found, name=form.name.data if isinstance(form, forms.UserName) else None)
            sessions.log_in(person)
        flash(_("Your address is confirmed. Welcome, %(name)s.", name=person.display_name), "done")
        return redirect(_onward(None), 303)
    return _verify_page(found, waiting, form)


def _confirm_new_address(found: Token) -> Answer:
    form = forms.Confirm()
    with form.refusals():
        form.check()
        gates.require_address(found.payload["address"], found.person)
        with writing():
            address.confirm(found)
        flash(_("Your new address is confirmed."), "done")
        return redirect(url_for("accounts.account" if current_user.is_authenticated else "accounts.login"), 303)
    return _verify_page(found, None, form)


def _name_form(waiting: Registration) -> forms.Form:
    """One button; with a field for another user name if the wished one was taken meanwhile."""
    return forms.UserName() if people.is_name_taken(waiting.name) else forms.Confirm()


def _verify_page(found: Token, waiting: Registration | None, form: forms.Form | None = None) -> Response:
    shown = form or (_name_form(waiting) if waiting else forms.Confirm())
    return _secret_page("verify", shown, registration=waiting, new_address=found.payload.get("address"))


def _living(secret: str, *purposes: Purpose) -> Token:
    """The token of a mailed link. Raises `Gone`."""
    found = tokens.find(secret, *purposes)
    if found is None:
        raise tokens.is_over()
    return found


# A new password by mail


@blueprint.get("/reset")
def reset() -> Answer:
    """Where shall we send the link?"""
    return _page("reset", forms.Address())


@blueprint.post("/reset")
def ask_for_reset() -> Answer:
    """Mail a link, if somebody has this address."""
    form = forms.Address()
    with form.refusals():
        form.check()
        limits.spend("reset-network", client_network())
        _spend_mail(form.email.data)
        with writing():
            resetting.ask(form.email.data)
        return redirect(url_for("accounts.reset_sent"), 303)
    return _page("reset", form)


@blueprint.get("/reset/sent")
def reset_sent() -> Answer:
    """Look into your mails."""
    return _page("reset_sent")


@blueprint.get("/reset/<token>")
def new_password(token: str) -> Answer:
    """The form for a new password."""
    try:
        return _new_password_page(_new_password_form(_living(token, *SETTING_PASSWORD)))
    except Gone as refusal:
        return _link_is_over(refusal, url_for("accounts.reset"))


@blueprint.post("/reset/<token>")
def set_password(token: str) -> Answer:
    """Set it; all sessions end, so log in with it."""
    try:
        found = _living(token, *SETTING_PASSWORD)
    except Gone as refusal:
        return _link_is_over(refusal, url_for("accounts.reset"))
    form = _new_password_form(found)
    with form.refusals():
        form.check()
        password_hash = passwords.hash_password(form.new_password.data)
        with writing():
            resetting.set_password(found, password_hash)
        flash(_("Your new password is set. Log in with it."), "done")
        return redirect(url_for("accounts.login"), 303)
    return _new_password_page(form)


def _new_password_form(found: Token) -> forms.NewPassword:
    person = found.person
    assert person is not None
    return forms.NewPassword([person.name, person.display_name, person.email])


def _new_password_page(form: forms.NewPassword) -> Response:
    return _secret_page("new_password", form, name=form.known_name)


# What was kept


@blueprint.get("/kept")
@login_required
def kept() -> Answer:
    """The form that could not be taken, to be sent again with one press."""
    waiting = parking.parked()
    onward = safe_next(request.args.get("next"))
    if waiting is None:
        return redirect(onward or "/", 303)
    return _page("kept", kept=waiting, next=onward)


@blueprint.post("/kept/discard")
@login_required
def discard_kept() -> Answer:
    """It is no longer wanted."""
    parking.discard()
    flash(_("The kept text is thrown away."), "done")
    return redirect(safe_next(request.form.get("next")) or "/", 303)


@blueprint.after_app_request
def drop_what_was_sent(response: Response) -> Response:
    """A kept form that was sent again and taken need not be kept any longer."""
    if request.method == "POST" and parking.COOKIE_KEY in session and response.status_code < 400:
        waiting = parking.parked() if current_user.is_authenticated else None
        if waiting is not None and waiting.path == request.full_path.rstrip("?"):
            parking.discard()
    return response


# Settings


@blueprint.get("/settings/account")
@login_required
def account() -> Answer:
    """Name and language; the ways to password, address and sessions."""
    return _page("settings_account", forms.Account(obj=current_user))


@blueprint.post("/settings/account")
@login_required
def save_account() -> Answer:
    """Store name and language."""
    form = forms.Account()
    with form.refusals():
        form.check()
        if form.display_name.data != current_user.display_name:
            gates.require_open(current_user, client_network())
            limits.spend("rename", current_user.id)
        with writing():
            people.rename(current_user, form.display_name.data, by=current_user)
            people.set_language(current_user, form.language.data)
        with force_locale(form.language.data):
            flash(_("Saved."), "done")
        return redirect(url_for("accounts.account"), 303)
    return _page("settings_account", form)


@blueprint.get("/settings/password")
@login_required
def password() -> Answer:
    """The form for another password."""
    return _page("settings_password", _change_password_form(end_others=True))


@blueprint.post("/settings/password")
@login_required
def change_password() -> Answer:
    """Store it, in a session with a new secret."""
    form = _change_password_form()
    with form.refusals():
        form.check()
        logging_in.confirm_password(current_user, form.current_password.data)
        password_hash = passwords.hash_password(form.new_password.data)
        with writing():
            resetting.change_password(current_user, password_hash, end_others=form.end_others.data)
            sessions.log_in(current_user._get_current_object())
        flash(_("Your password is changed."), "done")
        return redirect(url_for("accounts.account"), 303)
    return _page("settings_password", form)


def _change_password_form(**values: Any) -> forms.ChangePassword:
    return forms.ChangePassword([current_user.name, current_user.display_name, current_user.email], **values)


@blueprint.get("/settings/address")
@login_required
def change_address() -> Answer:
    """The form for another mail address."""
    return _page("settings_address", forms.ChangeAddress())


@blueprint.post("/settings/address")
@login_required
def ask_for_address() -> Answer:
    """Mail the new address and the old one."""
    form = forms.ChangeAddress()
    with form.refusals():
        form.check()
        logging_in.confirm_password(current_user, form.current_password.data)
        gates.require_address(form.email.data, current_user)
        limits.spend("mail", current_user.id)
        _spend_mail(form.email.data)
        with writing():
            address.ask_change(current_user, form.email.data)
        flash(_("Open the link in the mail to your new address within 24 hours. Until then nothing changes."), "done")
        return redirect(url_for("accounts.account"), 303)
    return _page("settings_address", form)


@blueprint.get("/settings/data")
@login_required
def stored() -> Answer:
    """What is stored of the reader, and the form that erases it."""
    return _stored_page(forms.Erase())


@blueprint.post("/settings/data/erase")
@login_required
def erase_oneself() -> Answer:
    """Erase it all; one is a stranger afterwards."""
    form = forms.Erase()
    with form.refusals():
        form.check()
        logging_in.confirm_password(current_user, form.current_password.data)
        person = current_user._get_current_object()
        with writing():
            erasing.erase(person, by=person)
            sessions.log_out()
        flash(_("Your account is erased. What you posted stays, without your name."), "done")
        return redirect("/", 303)
    return _stored_page(form)


def _stored_page(form: forms.Erase) -> Answer:
    return _page("settings_data", form, kept=erasing.kept_of(current_user), why_not=erasing.refuse(current_user))


@blueprint.get("/settings/sessions")
@login_required
def session_list() -> Answer:
    """Where one is logged in."""
    return _page(
        "settings_sessions",
        sessions=sessions.sessions_of(current_user),
        is_this_browser=sessions.is_this_browser,
        browser_name=sessions.browser_name,
    )


@blueprint.post("/settings/sessions/<int:session_id>/end")
@login_required
def end_session(session_id: int) -> Answer:
    """End one session; the present one too."""
    row = db.session.get(Session, session_id)
    if row is None or not policy.can_end_session(current_user, row):
        raise NotFound
    with writing():
        sessions.end_session(current_user, session_id)
    flash(_("That browser is logged out."), "done")
    return redirect(url_for("accounts.session_list"), 303)


@blueprint.post("/settings/sessions/end-others")
@login_required
def end_other_sessions() -> Answer:
    """End all sessions but this one."""
    with writing():
        ended = sessions.end_sessions(current_user, but_this=True)
    flash(_("Other browsers that were logged out: %(count)d.", count=ended), "done")
    return redirect(url_for("accounts.session_list"), 303)
