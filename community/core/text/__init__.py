"""Text that people write: made uniform, rendered once when it is written, and compared.

This package is the only producer of safe HTML. Templates mark nothing as safe but `Rendered.html`. It knows neither
the web framework nor the database. Rendering happens in a child process with limits (`pool`); what cannot be rendered
within them is shown as it was written, escaped, with `degraded` set.
"""

from __future__ import annotations

from collections.abc import Set

from .difference import Change, difference
from .normalising import is_blank, normalise, normalise_line
from .pool import Mentions, renderers
from .quoting import excerpt, quote
from .rendered import RENDERER_VERSION, Rendered

__all__ = [
    "RENDERER_VERSION",
    "Change",
    "Rendered",
    "difference",
    "excerpt",
    "is_blank",
    "normalise",
    "normalise_line",
    "quote",
    "render",
    "render_html",
    "renderers",
]


def render(source: str, *, mentions: Mentions | None = None, own_hosts: Set[str] = frozenset()) -> Rendered:
    """Markdown as safe HTML and as plain text. Never raises on account of the source.

    `mentions` gives the address of the person of a name, or None; it is asked for at most twenty names that stand in
    the text with an `@`, outside code and links, and what it raises passes through. `own_hosts` are this site's host
    names (lower case, with an unusual port): links to them lose their `nofollow` and pictures from them are shown.
    Call it before a write transaction: it can take as long as a renderer may."""
    return renderers.render("markdown", normalise(source), mentions, own_hosts)


def render_html(source: str, *, mentions: Mentions | None = None, own_hosts: Set[str] = frozenset()) -> Rendered:
    """HTML from elsewhere (an import), cleaned and finished exactly as `render` does with its own."""
    return renderers.render("html", normalise(source), mentions, own_hosts)
