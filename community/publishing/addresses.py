"""The addresses that outsiders remember: whole ones, and names for things (tag URIs, RFC 4151) that outlive every address."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app

from ..core.i18n import ASKED_BY

#: From when on the site's host names these things; it never changes, whenever a site is founded.
_SINCE = "2026"


def absolute(path: str, language: str | None = None) -> str:
    """The whole address of a path on this site, in one language if one is named."""
    address = f"{current_app.config['BASE_URL']}{path}"
    if language is None:
        return address
    return f"{address}{'&' if '?' in path else '?'}{ASKED_BY}={language}"


def tag_uri(what: str) -> str:
    """What a thing is called for ever: 'threads/12' -> 'tag:community.example.org,2026:threads/12'."""
    return f"tag:{urlsplit(current_app.config['BASE_URL']).hostname},{_SINCE}:{what}"
