"""What rendering yields, and what stands in for it when a text cannot be rendered."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

RENDERER_VERSION = 1
"""Stored beside the HTML; raised whenever the same source would give other HTML, so that old posts can be renewed."""


@dataclass(frozen=True)
class Rendered:
    """HTML that is safe to show, and the text in it for search and excerpts."""

    html: str
    plain: str
    version: int = RENDERER_VERSION
    degraded: bool = False
    """Whether `html` is only the source, because rendering failed or cost too much."""
    mentioned: tuple[str, ...] = ()
    """The names that became links, in order."""


def unrendered(source: str) -> Rendered:
    """The (normalised) source as it was written, in place of a rendering."""
    text = source.strip("\n")
    return Rendered(f'<pre class="unrendered" tabindex="0">{escape(text)}</pre>', text, degraded=True)
