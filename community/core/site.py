"""What the company calls its community: name, tagline, addresses; and which hosts are the site itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app

from .i18n import language


class Site:
    """The site's own texts in the reader's language, for templates."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @property
    def name(self) -> str:
        """The community's title."""
        return str(self._config["SITE_NAME"])

    @property
    def tagline(self) -> str:
        """One line under the title; may be empty."""
        return str(self._config["SITE_TAGLINE_DE" if language() == "de" else "SITE_TAGLINE_EN"])

    @property
    def imprint_url(self) -> str:
        """The company's imprint; may be empty."""
        return str(self._config["SITE_IMPRINT_URL"])

    @property
    def privacy_url(self) -> str:
        """The company's privacy statement; may be empty."""
        return str(self._config["SITE_PRIVACY_URL"])

    @property
    def base_url(self) -> str:
        """The public address, without a slash at the end."""
        return str(self._config["BASE_URL"])


def own_hosts() -> frozenset[str]:
    """Host names (with an unusual port) whose links are links within the site."""
    return frozenset({urlsplit(current_app.config["BASE_URL"]).netloc.lower()})


def init_app(app: Flask) -> None:
    """`site` for templates."""
    app.jinja_env.globals["site"] = Site(app.config)
