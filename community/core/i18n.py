"""Which language a reader sees, and how moments and numbers are said in it.

A page says hundreds of words and dozens of moments, so the reader's language is worked out once a request and what Babel makes
of a moment is kept for the next reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import flask_babel
from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from . import clock
from .extensions import babel

LANGUAGES = {"de": "Deutsch", "en": "English"}
COOKIE = "lang"
ASKED_BY = "lang"
RELATIVE_FOR = timedelta(days=7)


def chosen_language() -> str:
    """The reader's language: their account's, the one they switched to, their browser's, the site's."""
    if not has_request_context():
        return str(current_app.config["SITE_LANGUAGE"])
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    return visitor_language()


def asked_language() -> str | None:
    """The language that the address names (`?lang=de`), so that a page has one address in each; None for any."""
    asked = request.args.get(ASKED_BY)
    return asked if asked in LANGUAGES else None


def visitor_language() -> str:
    """The language of a signed-out reader: what the address asks for, else what they switched to, else their browser's,
    else the site's; needs no database."""
    asked, switched = asked_language(), request.cookies.get(COOKIE)
    if asked is not None:
        return asked
    if switched and switched in LANGUAGES:
        return switched
    return _understood(request.headers.get("Accept-Language", ""), str(current_app.config["SITE_LANGUAGE"]))


@lru_cache(maxsize=500)
def _understood(accepted: str, own: str) -> str:
    """The language that fits a browser's wishes best; the site's where several do or none."""
    accepts = parse_accept_header(accepted, LanguageAccept)
    return accepts.best_match(sorted(LANGUAGES, key=lambda spoken: spoken != own)) or own


def locale() -> Locale:
    """The locale of what is being written now."""
    try:
        return g.theke_locale  # type: ignore[no-any-return]
    except AttributeError:
        g.theke_locale = flask_babel.get_locale() or Locale.parse(current_app.config["SITE_LANGUAGE"])
        return g.theke_locale  # type: ignore[no-any-return]


def language() -> str:
    """The language of what is being written now: 'de' or 'en'."""
    return locale().language


class _Texts(dict[str, Markup]):
    """Every text of one language that a template has said so far, safe to put into a page."""

    def __init__(self, translations: Any) -> None:
        self.translations = translations

    def __missing__(self, text: str) -> Markup:
        self[text] = Markup(self.translations.ugettext(text))  # noqa: S704  our own words
        return self[text]


def _texts() -> _Texts:
    """The texts in the language of now."""
    try:
        return g.theke_texts  # type: ignore[no-any-return]
    except AttributeError:
        known: dict[str, _Texts] = current_app.extensions["theke-texts"]
        spoken = language()
        if spoken not in known:
            known[spoken] = _Texts(flask_babel.get_translations())
        g.theke_texts = known[spoken]
        return known[spoken]


def _say(text: str, **values: Any) -> Markup:
    """`_('...')` of a template: translated, and filled with escaped values. A percent sign is written twice."""
    return _texts()[text] % values


def _say_many(one: str, many: str, num: int, **values: Any) -> Markup:
    """`ngettext` of a template; the number is `%(num)s`."""
    text = _texts().translations.ungettext(one, many, num)
    return Markup(text) % {"num": num, **values}  # noqa: S704  our own words; the values are escaped


def say_plainly(text: str, **values: Any) -> str:
    """`_('...')` of a template of plain text: nothing is escaped."""
    return str(_texts().translations.ugettext(text)) % values


def forget_language() -> None:
    """The reader has just become somebody else, or has switched: work the language out anew."""
    for name in ("theke_locale", "theke_texts"):
        g.pop(name, None)


@contextmanager
def force_locale(wanted: str) -> Iterator[None]:
    """Say everything in the `with` block in this language: for mails, which speak their reader's."""
    forget_language()
    try:
        with flask_babel.force_locale(wanted):
            yield
    finally:
        forget_language()


def when(moment: datetime) -> str:
    """'3 hours ago', 'in 3 hours' for a week, then the date."""
    age = clock.now() - moment
    if abs(age) < timedelta(minutes=1):
        return str(_("just now"))
    if abs(age) < RELATIVE_FOR:
        return _relative(int(age.total_seconds() / 60), language())
    return _date(moment.astimezone(get_timezone(_zone())).date(), language())


def today() -> date:
    """The day it is now where the site is."""
    return clock.now().astimezone(get_timezone(_zone())).date()


def exact(moment: datetime) -> str:
    """The moment to the minute, in the site's time zone."""
    return _moment(moment, "long", language(), _zone())


def day(moment: datetime) -> str:
    """The date, in the site's time zone."""
    return _date(moment.astimezone(get_timezone(_zone())).date(), language())


def clock_time(moment: datetime) -> str:
    """Hours and minutes, in the site's time zone: 14:03."""
    return _moment(moment, "HH:mm", language(), _zone())


def duration(span: timedelta) -> str:
    """'2 hours', '3 days': the largest unit that fits."""
    return str(format_timedelta(span, granularity="minute", threshold=1.2, locale=language()))


def waiting_time(seconds: int) -> str:
    """'45 seconds', '9 minutes': how long to wait, rather too long than too short."""
    whole = seconds if seconds < 90 else -(-seconds // 60) * 60
    return str(format_timedelta(timedelta(seconds=whole), granularity="second", threshold=1.5, locale=language()))


def iso(moment: datetime) -> str:
    """For a `datetime` attribute."""
    return moment.isoformat(timespec="seconds")


def _zone() -> str:
    return str(current_app.config["TIMEZONE"])


@lru_cache(maxsize=20_000)
def _relative(minutes: int, spoken: str) -> str:
    span = timedelta(minutes=-minutes)
    return format_timedelta(span, add_direction=True, granularity="minute", threshold=1.2, locale=spoken)


@lru_cache(maxsize=5_000)
def _date(day: date, spoken: str) -> str:
    return format_date(day, "medium", locale=spoken)


@lru_cache(maxsize=20_000)
def _moment(moment: datetime, pattern: str, spoken: str, zone: str) -> str:
    return format_datetime(moment, pattern, tzinfo=get_timezone(zone), locale=spoken)


def init_app(app: Flask) -> None:
    """Choose the language per request; offer the filters when, exact, day, iso, clock_time and duration."""
    babel.init_app(app, locale_selector=chosen_language)
    app.extensions["theke-texts"] = {}
    app.jinja_env.globals.update(_=_say, gettext=_say, ngettext=_say_many)
    app.jinja_env.filters.update(when=when, exact=exact, day=day, iso=iso, clock_time=clock_time, duration=duration)
    app.jinja_env.globals.update(get_locale=locale, LANGUAGES=LANGUAGES)
