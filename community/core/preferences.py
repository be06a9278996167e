"""Language and colour scheme of a reader, signed in or not. Stored in two plain cookies, and in the account's language.

The form needs no token: it changes nothing but how this browser is shown the site, and other sites' forms are refused by
the cookie rule and the origin check.
"""

from __future__ import annotations

from flask import Flask, Response, abort, redirect, request
from flask_login import current_user

from .extensions import csrf, writing
from .i18n import COOKIE, LANGUAGES
from .security import safe_next

THEMES = ("system", "light", "dark")
YEAR = 365 * 24 * 3600


def theme() -> str:
    """The colour scheme this browser asked for; 'system' follows the device."""
    chosen = request.cookies.get("theme", "system")
    return chosen if chosen in THEMES else "system"


def save() -> Response:
    """Keep the choices sent as `language` and `theme`; go back to `next`."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    response = redirect(safe_next(request.form.get("next")) or "/", 303)
    assert isinstance(response, Response)
    language, chosen_theme = request.form.get("language"), request.form.get("theme")
    if language in LANGUAGES:
        _keep(response, COOKIE, language)
        if current_user.is_authenticated:
            with writing():
                current_user.language = language
    if chosen_theme in THEMES:
        _keep(response, "theme", chosen_theme)
    return response


def _keep(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=name != "theme")


def init_app(app: Flask) -> None:
    """POST /preferences; `theme()` for templates."""
    app.add_url_rule("/preferences", "preferences", csrf.exempt(save), methods=["POST"])
    app.jinja_env.globals["theme"] = theme
