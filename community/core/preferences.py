"""Language and colour scheme of a reader, signed in or not. Stored in two plain cookies, and in the account's language.

The form needs no token: it changes nothing but how this browser is shown the site, and other sites' forms are refused by
the cookie rule and the origin check.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, Response, abort, redirect, request
from flask_login import current_user

from .extensions import csrf, writing
from .i18n import ASKED_BY, COOKIE, LANGUAGES
from .security import comes_from_here, safe_next

THEMES = ("system", "light", "dark")
YEAR = 365 * 24 * 3600


def theme() -> str:
    """The colour scheme this browser asked for; 'system' follows the device."""
    chosen = request.cookies.get("theme", "system")
    return chosen if chosen in THEMES else "system"


def save() -> Response:
    """Keep the choices sent as `language` and `theme`; go back to `next`."""
    if not comes_from_here():
        abort(403)
    language, chosen_theme = request.form.get("language"), request.form.get("theme")
    target = safe_next(request.form.get("next")) or "/"
    response = redirect(_in_no_language(target) if language in LANGUAGES else target, 303)
    assert isinstance(response, Response)
    if language in LANGUAGES:
        _keep(response, COOKIE, language)
        if current_user.is_authenticated:
            with writing():
                current_user.language = language
    if chosen_theme in THEMES:
        _keep(response, "theme", chosen_theme)
    return response


def _in_no_language(target: str) -> str:
    """The address without the language that it names: the choice just made counts."""
    parts = urlsplit(target)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != ASKED_BY]
    return parts._replace(query=urlencode(query)).geturl()


def _keep(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=name != "theme")


def init_app(app: Flask) -> None:
    """POST /preferences; `theme()` for templates."""
    app.add_url_rule("/preferences", "preferences", csrf.exempt(save), methods=["POST"])
    app.jinja_env.globals["theme"] = theme
