"""What a text links to elsewhere. Links within the site do not count, nor do addresses of mail."""

from __future__ import annotations

import re
from collections.abc import Set
from html.parser import HTMLParser
from urllib.parse import urlsplit

_WRITTEN = re.compile(r"https?://[^\s<>\"']+|\bwww\.[^\s<>\"']+", re.IGNORECASE)


class _Addresses(HTMLParser):
    """Collects where links lead and where pictures come from."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A beginning element."""
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def links_in(html: str, written: str, own_hosts: Set[str]) -> tuple[str, ...]:
    """The addresses elsewhere to which rendered `html` links, or that stand in `written` (plain text); each once, in order."""
    addresses = _Addresses()
    addresses.feed(html)
    named = [_whole(found.rstrip(".,;:!?)")) for found in _WRITTEN.findall(written)]
    return tuple(
        dict.fromkeys(
            address for address in (*addresses.found, *named) if (host_of(address) or "") not in {"", *own_hosts}
        )
    )


def _whole(written: str) -> str:
    return written if "//" in written[:8] else f"https://{written}"


def host_of(address: str) -> str:
    """Where an address leads, as browsers read it; empty: within the site, or to no page. What cannot be read is elsewhere."""
    try:
        return urlsplit(address.replace("\\", "/")).netloc.lower()
    except ValueError:
        return "?"
