"""Every setting: name, environment variable, default, one line of meaning. Unsafe production values refuse to start."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
ENOUGH_CONTRAST = 4.5
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
_COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
UNSAFE_SECRETS = {"", "dev", "secret", "changeme", "change-me", "development"}


def _flag(value: str) -> bool:
    return value.strip().lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Setting:
    """One setting. `read` turns the environment's text into the value."""

    name: str
    default: Any
    meaning: str
    read: Callable[[str], Any] = str

    @property
    def variable(self) -> str:
        """The environment variable's name: the same word."""
        return self.name


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "THEKE_ENV",
        "production",
        "production or development; development shows mails at /dev/mail and allows demo logins",
    ),
    Setting("SECRET_KEY", "", "signs cookies; at least 32 characters; kept out of the repository"),
    Setting(
        "SECRET_KEY_FALLBACKS",
        [],
        "older secrets, separated by commas, accepted while they run out",
        lambda v: [x for x in v.split(",") if x],
    ),
    Setting("DATA_DIR", str(ROOT / "instance"), "folder for the embedded database, the search index and locks"),
    Setting("DATABASE_URL", "", "empty: SQLite in DATA_DIR; else postgresql+psycopg://..."),
    Setting("SEARCH_ENGINE", "whoosh", "whoosh (embedded), postgres (in DATABASE_URL, for several machines) or none"),
    Setting("MACHINES", 1, "machines that run the site; more than one cannot share the embedded index", int),
    Setting("HOST", "127.0.0.1", "address that the server listens on"),
    Setting("PORT", 8000, "port that the server listens on", int),
    Setting(
        "BASE_URL", "", "the site's public address, as https://community.example.org; all links in mails start with it"
    ),
    Setting("TRUSTED_PROXIES", 0, "number of proxies in front that overwrite X-Forwarded-For, -Proto and -Host", int),
    Setting("BEHIND_PROXY", False, "a buffering proxy stands in front, so a public HOST is allowed", _flag),
    Setting("SITE_NAME", "Theke", "the community's own title"),
    Setting("SITE_TAGLINE_DE", "", "one line under the title, German"),
    Setting("SITE_TAGLINE_EN", "", "one line under the title, English"),
    Setting("SITE_LANGUAGE", "de", "language for readers who state no preference: de or en"),
    Setting("SITE_ACCENT", "", "accent colour as #rrggbb; empty: the built-in one"),
    Setting("SITE_IMPRINT_URL", "", "address of the company's imprint, linked in the footer"),
    Setting("SITE_PRIVACY_URL", "", "address of the company's privacy statement, linked in the footer"),
    Setting("SOFT_CLOSE_DAYS", 30, "days after which a quiet solved thread takes no more replies; 0: never", int),
    Setting("TIMEZONE", "Europe/Berlin", "time zone in which times are shown"),
    Setting(
        "WIDGET_ORIGINS",
        [],
        "sites that may show the search for solved cases, separated by commas: https://www.example.org",
        lambda v: [x.strip().rstrip("/").lower() for x in v.split(",") if x.strip()],
    ),
    Setting(
        "FLAGS_HIDE_AT",
        3,
        "how many flags of usual weight hide a post until staff have looked at it; 0: flags never hide anything",
        int,
    ),
    Setting(
        "DETAILS_KEYS",
        "",
        "keys that seal private details, the newest first, separated by commas; empty: details.keys in DATA_DIR",
    ),
    Setting("MAIL_FROM", "", "sender's address; mails to it are read (never a no-reply address)"),
    Setting(
        "MAIL_IN_ADDRESS",
        "",
        "where answers by mail come in, with +r. or +p. and a token added; empty: MAIL_FROM if they are fetched, else nowhere",
    ),
    Setting(
        "MAIL_AUTH_SERVER",
        "",
        "our mail server's name in Authentication-Results; then only answers with dmarc=pass from it are taken",
    ),
    Setting("IMAP_HOST", "", "server of the mailbox from which answers are fetched; empty: none are fetched"),
    Setting("IMAP_PORT", 993, "its port", int),
    Setting("IMAP_USER", "", "login at the mailbox"),
    Setting("IMAP_PASSWORD", "", "password at the mailbox"),
    Setting("IMAP_TLS", "tls", "tls, starttls or none (none only for a server on this machine)"),
    Setting("SMTP_HOST", "", "mail server; empty in development: mails are only kept for /dev/mail"),
    Setting("SMTP_PORT", 587, "mail server's port", int),
    Setting("SMTP_USER", "", "login at the mail server"),
    Setting("SMTP_PASSWORD", "", "password at the mail server"),
    Setting("SMTP_TLS", "starttls", "starttls, tls or none (none only for a server on this machine)"),
    Setting("WORKERS", 2, "gunicorn processes", int),
    Setting("THREADS", 8, "threads in each gunicorn process", int),
)


class UnsafeSettings(SystemExit):
    """The settings would endanger customers; says which and why. Ends the program."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Theke does not start with these settings:\n" + "\n".join(f"  - {line}" for line in problems))
        self.problems = problems


def from_environment(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings as a dict for `app.config`. Raises `UnsafeSettings` for a value that cannot be read."""
    values: dict[str, Any] = {}
    unreadable: list[str] = []
    for setting in SETTINGS:
        given = environment.get(setting.variable)
        try:
            values[setting.name] = setting.default if given is None else setting.read(given)
        except ValueError:
            unreadable.append(f"{setting.variable}={given!r} cannot be read: {setting.meaning}")
    if unreadable:
        raise UnsafeSettings(unreadable)
    return values


def complete(values: dict[str, Any]) -> dict[str, Any]:
    """Add what follows from the settings: Flask's own keys, cookie rules, the database's address."""
    directory = Path(values["DATA_DIR"]).resolve()
    development = values["THEKE_ENV"] == "development"
    base_url = values["BASE_URL"].rstrip("/") or f"http://127.0.0.1:{values['PORT']}"
    https = base_url.startswith("https://")
    host = urlsplit(base_url).netloc
    mail_from = values["MAIL_FROM"] or f"community@{host.split(':')[0] if '.' in host else 'localhost'}"
    return values | {
        "DATA_DIR": str(directory),
        "BASE_URL": base_url,
        "MAIL_FROM": mail_from,
        # Only where something takes answers in are they asked for: to MAIL_FROM alone a person answers.
        "MAIL_IN_ADDRESS": values["MAIL_IN_ADDRESS"] or (mail_from if values["IMAP_HOST"] or development else ""),
        "DEVELOPMENT": development,
        "SQLALCHEMY_DATABASE_URI": values["DATABASE_URL"] or f"sqlite:///{directory / 'theke.sqlite3'}",
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(values["DATABASE_URL"]),
        "TRUSTED_HOSTS": None if development else [host.split(":")[0]],
        "MAX_CONTENT_LENGTH": 10 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 100,
        "SESSION_COOKIE_NAME": "__Host-theke" if https else "theke",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": 90 * 24 * 3600,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
        "BABEL_DEFAULT_LOCALE": values["SITE_LANGUAGE"],
        "BABEL_DEFAULT_TIMEZONE": values["TIMEZONE"],
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "TEMPLATES_AUTO_RELOAD": development,
    }


def _engine_options(database_url: str) -> dict[str, Any]:
    pool = {"pool_size": 10, "max_overflow": 10, "pool_timeout": 10}
    if database_url.startswith("postgresql"):
        return pool | {"pool_pre_ping": True, "pool_recycle": 1800}
    return pool


def check(values: Mapping[str, Any]) -> None:
    """Raise `UnsafeSettings` with every reason why these settings must not serve customers."""
    problems = list(_problems(values))
    if problems:
        raise UnsafeSettings(problems)


def _problems(values: Mapping[str, Any]) -> list[str]:
    problems: list[str] = []
    if values["THEKE_ENV"] not in {"production", "development"}:
        problems.append(f"THEKE_ENV is {values['THEKE_ENV']!r}: production or development")
    if values["SITE_LANGUAGE"] not in {"de", "en"}:
        problems.append(f"SITE_LANGUAGE is {values['SITE_LANGUAGE']!r}: de or en")
    if values["SEARCH_ENGINE"] not in {"whoosh", "postgres", "none"}:
        problems.append(f"SEARCH_ENGINE is {values['SEARCH_ENGINE']!r}: whoosh, postgres or none")
    if values["SEARCH_ENGINE"] == "postgres" and not values["DATABASE_URL"].startswith("postgresql"):
        problems.append("SEARCH_ENGINE is postgres, and DATABASE_URL names no PostgreSQL")
    if values["SITE_ACCENT"] and (_contrast_with_white(values["SITE_ACCENT"]) or 0) < ENOUGH_CONTRAST:
        problems.append(
            f"SITE_ACCENT is {values['SITE_ACCENT']!r}: a colour as #rrggbb, dark enough for white text ({ENOUGH_CONTRAST}:1)"
        )
    if strange := [origin for origin in values["WIDGET_ORIGINS"] if not _ORIGIN.fullmatch(origin)]:
        problems.append(
            f"WIDGET_ORIGINS has {strange[0]!r}: a scheme and a host, as https://www.example.org, and no path"
        )
    if values["FLAGS_HIDE_AT"] < 0:
        problems.append(f"FLAGS_HIDE_AT is {values['FLAGS_HIDE_AT']}: a number of flags, or 0 for never")
    if not is_loopback(values["HOST"]) and not values["BEHIND_PROXY"]:
        problems.append(
            f"HOST is {values['HOST']}, a public address, and BEHIND_PROXY is not set: the server must stand behind a "
            "buffering proxy (docs/operations.md shows nginx and Caddy)"
        )
    if values["IMAP_TLS"] not in {"tls", "starttls", "none"}:
        problems.append(f"IMAP_TLS is {values['IMAP_TLS']!r}: tls, starttls or none")
    problems += _unfit_keys(values)
    return problems + (_too_open(values) if values["DEVELOPMENT"] else _unfit_for_customers(values))


def _unfit_keys(values: Mapping[str, Any]) -> list[str]:
    problems: list[str] = []
    given = [key.strip() for key in values["DETAILS_KEYS"].split(",") if key.strip()]
    if not all(_KEY.fullmatch(key) for key in given):
        problems.append("DETAILS_KEYS has something that is no key: `flask details new-key` prints one")
    if values["MACHINES"] > 1 and not given:
        problems.append("MACHINES is more than one, and DETAILS_KEYS is empty: all machines need the same keys")
    return problems


def _too_open(values: Mapping[str, Any]) -> list[str]:
    """Development shows every mail and knows demo logins: it must not be reachable."""
    if is_loopback(values["HOST"]):
        return []
    return ["THEKE_ENV is development, which shows all mails: HOST must be a loopback address"]


def _unfit_for_customers(values: Mapping[str, Any]) -> list[str]:
    problems: list[str] = []
    if len(values["SECRET_KEY"]) < 32 or values["SECRET_KEY"].lower() in UNSAFE_SECRETS:
        problems.append("SECRET_KEY is missing, short or a default: at least 32 random characters")
    address = urlsplit(values["BASE_URL"])
    if not values["BASE_URL_GIVEN"] or not address.netloc:
        problems.append("BASE_URL is missing: the public address, as https://community.example.org")
    elif address.scheme != "https" and not is_loopback(address.hostname or ""):
        problems.append("BASE_URL is not https: sessions would travel in clear text")
    if not values["SMTP_HOST"]:
        problems.append("SMTP_HOST is missing: customers would wait for mails that never come")
    if values["SMTP_TLS"] == "none" and not is_loopback(values["SMTP_HOST"]):
        problems.append("SMTP_TLS is none for a server on another machine: mails would travel in clear text")
    if values["IMAP_TLS"] == "none" and values["IMAP_HOST"] and not is_loopback(values["IMAP_HOST"]):
        problems.append("IMAP_TLS is none for a server on another machine: answers would travel in clear text")
    return problems


def _contrast_with_white(colour: str) -> float | None:
    """Contrast ratio as WCAG 2.2 defines it, from relative luminance in sRGB; None if it is no colour."""
    match = _COLOUR.fullmatch(colour)
    if match is None:
        return None
    shares = [int(part, 16) / 255 for part in match.groups()]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def is_loopback(host: str) -> bool:
    """Does this host name or address mean this machine alone?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def settings(overrides: Mapping[str, Any] | None = None, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Read, complete and check: what `create_app` starts from. `overrides` win over the environment."""
    values = from_environment(environment) | dict(overrides or {})
    values["BASE_URL_GIVEN"] = bool(values["BASE_URL"])
    values = complete(values) | {
        k: v for k, v in (overrides or {}).items() if k.isupper() and k not in {s.name for s in SETTINGS}
    }
    check(values)
    return values
