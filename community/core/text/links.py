"""Where a link in a text may lead: http, https, an address for mail, or a page of this site. Everything else is text."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from .bounds import URL_MAX

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_OWN_PATH = re.compile(r"/(?![/\\])")
_FRAGMENT = re.compile(r"#[A-Za-z0-9_-]{1,80}")
_MAIL = re.compile(r"mailto:([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255})(?:\?.*)?", re.IGNORECASE)
_HOST = re.compile(r"(?:[A-Za-z0-9._-]|[^\x00-\xa0\s])+")
_MEANT_AS_WRITTEN = "/?#[]@!$&'()*+,;=:%~"


@dataclass(frozen=True)
class Destination:
    """A checked address: `url` can stand in an href; `own` means a page of this site; `label` names it in a text."""

    url: str
    own: bool
    label: str


def destination(url: str, own_hosts: Set[str] = frozenset()) -> Destination | None:
    """Where `url` (decoded, as its author meant it) leads, or None if no link may lead there.

    `own_hosts` are this site's host names, lower case, with the port if it is not the usual one."""
    url = url.strip()
    if len(url) > URL_MAX or _CONTROL.search(url):
        return None
    if _FRAGMENT.fullmatch(url):
        return Destination(url, own=True, label=url)
    if _OWN_PATH.match(url):
        return Destination(_quoted(url), own=True, label=url)
    if mail := _MAIL.fullmatch(url):
        return Destination(f"mailto:{mail[1]}", own=False, label=mail[1])
    return _web_page(f"https://{url}" if url[:4].lower() == "www." else url, own_hosts)


def _web_page(url: str, own_hosts: Set[str]) -> Destination | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    place = host if port is None else f"{host}:{port}"
    rest = url[len(parts.scheme) + len("://") + len(parts.netloc) :]
    return Destination(f"{parts.scheme}://{place}{_quoted(rest)}", own=place in own_hosts, label=host)


def _quoted(path: str) -> str:
    """Percent-encodes what could end an address or be read by a browser otherwise than by us (space, quotes, <, \\)."""
    return quote(path, safe=_MEANT_AS_WRITTEN)
