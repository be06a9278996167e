"""Every error is a page in the reader's language: what happened, what was kept, what to do. Never a traceback, never a loss.

If a form was on its way, its texts are shown on the page and can be sent again with one press.
"""

from __future__ import annotations

import logging
import sqlite3
from typing import Any

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from . import parking
from .errors import Busy, Refusal, TooMany
from .extensions import db, login_manager
from .i18n import waiting_time

log = logging.getLogger("theke.errors")


def _sentences(status: int) -> tuple[str, str]:
    """Title and advice for an HTTP status."""
    table = {
        400: (
            _("This request could not be read"),
            _("Go back and try again. If it happens again, tell us what you did."),
        ),
        403: (_("You may not do this"), _("Log in with an account that may, or go back.")),
        404: (
            _("There is nothing here"),
            _("The address may be wrong, or the page is not public. Search for it, or go to the start page."),
        ),
        405: (_("This address cannot be used this way"), _("Go back and use the buttons on the page.")),
        409: (
            _("Somebody was faster"),
            _("This has changed since you opened the page. Look at it again and decide anew."),
        ),
        410: (_("This was taken away"), _("It was public once and is no longer.")),
        413: (_("This is too large"), _("Shorten the text or send a smaller file.")),
        422: (_("Something is missing or wrong"), _("Correct it and send it again.")),
        429: (_("Too often in a short time"), _("Wait a little, then send it again.")),
        500: (_("Something went wrong on our side"), _("We have noted it. Try again in a moment.")),
        503: (_("This could not be stored just now"), _("Nothing was changed. Wait a moment, then send it again.")),
    }
    return table.get(status, table[500] if status >= 500 else table[400])


def page(status: int, message: Any = None, retry_after: int | None = None) -> Response:
    """The error page for `status`, with the texts of a form that was on its way."""
    try:
        return _page(status, message, retry_after)
    except SQLAlchemyError:  # the database cannot even say who is asking: then it is a stranger
        g._login_user = login_manager.anonymous_user()  # where Flask-Login keeps who is asking
        return _page(status, message, retry_after)


def _page(status: int, message: Any, retry_after: int | None) -> Response:
    title, advice = _sentences(status)
    kept = parking.sent_form() if status in (400, 403, 409, 422, 429, 500, 503) else None
    html = render_template(
        "errors/error.html", status=status, title=title, advice=message or advice, kept=kept, retry_after=retry_after
    )
    response = make_response(html, status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refusal(error: Refusal) -> Response:
    db.session.rollback()
    wait = error.wait_seconds if isinstance(error, TooMany) else 5 if isinstance(error, Busy) else None
    message = error.message
    if isinstance(error, TooMany) and not message:
        message = _("Please wait %(time)s, then send it again.", time=waiting_time(error.wait_seconds))
    return page(error.status, message, wait)


def _http(error: HTTPException) -> Response:
    if error.response is not None and isinstance(error.response, Response):
        return error.response
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    db.session.rollback()
    response = page(error.code or 500)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _not_our_name(error: SecurityError) -> Response:
    """Asked for under a name that is not ours, a page would not know its own addresses."""
    return Response(_("This site has another name."), status=400, content_type="text/plain; charset=utf-8")


def _csrf(error: CSRFError) -> Response:
    return page(400, _l("The page was open for too long, or cookies are off. Your text is below; send it again."))


def is_storage_trouble(error: DBAPIError) -> bool:
    """Locked, full, read-only or unreachable: nothing is wrong with the request, and it may be sent again."""
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return True
    return isinstance(error.orig, sqlite3.OperationalError)


def _database(error: DBAPIError) -> Response:
    db.session.rollback()
    if isinstance(error, DataError):  # a value that no column could hold, such as a NUL in a choice
        return page(400)
    if not is_storage_trouble(error):
        raise error
    log.error("the database refused: %s", error.orig)
    return page(503, retry_after=5)


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected error at %s %s", request.method, request.path)
    db.session.rollback()
    try:
        return page(500)
    except Exception:
        log.exception("the error page failed as well")
        return Response(_("Something went wrong on our side"), status=500, content_type="text/plain; charset=utf-8")


def sign_in_first() -> Response:
    """Send a stranger to the login page; a form they sent is parked and offered again after login."""
    parked = parking.park()
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.login", next=target, kept=1 if parked else None), 303)  # type: ignore[return-value]


def init_app(app: Flask) -> None:
    """Hang the handlers in."""
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SecurityError, _not_our_name)
    app.register_error_handler(DBAPIError, _database)
    if not app.testing:
        app.register_error_handler(Exception, _unexpected)
    login_manager.unauthorized_handler(sign_in_first)
