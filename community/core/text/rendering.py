"""From what a person wrote to what others see: the steps, in their order, in this very process.

Web requests use the functions of the package instead, which run these in a child that can be killed. Only programs
that nobody waits for, and tests, call them directly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set

from . import markup, sanitising
from .bounds import DEPTH_MAX, HTML_MAX_BYTES
from .finishing import People, TooDeep, finish
from .normalising import normalise
from .rendered import Rendered, unrendered

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_DEEP = frozenset("br hr img p li td th tr dt dd tbody thead tfoot col input link meta wbr".split())


def nobody(names: Sequence[str]) -> Mapping[str, str]:
    """For texts in which no name is a mention."""
    return {}


def render_here(source: str, people: People = nobody, own_hosts: Set[str] = frozenset()) -> Rendered:
    """Markdown, rendered. Linear in its length, but without a limit of time; not for several threads at once."""
    source = normalise(source)
    return _finished(markup.to_html(source), source, people, own_hosts)


def render_html_here(source: str, people: People = nobody, own_hosts: Set[str] = frozenset()) -> Rendered:
    """HTML from elsewhere, cleaned as strictly. As `render_here`, save that hostile HTML can cost more."""
    source = normalise(source)
    if _looks_deep(source):
        return unrendered(source)
    return _finished(source, source, people, own_hosts)


def _finished(html: str, source: str, people: People, own_hosts: Set[str]) -> Rendered:
    if _is_too_large(html):
        return unrendered(source)
    try:
        finished = finish(sanitising.clean(html), people, own_hosts)
    except TooDeep:
        return unrendered(source)
    if _is_too_large(finished.html):
        return unrendered(source)
    return Rendered(finished.html, finished.plain, mentioned=finished.mentioned)


def _is_too_large(html: str) -> bool:
    return len(html.encode()) > HTML_MAX_BYTES


def _looks_deep(html: str) -> bool:
    """Whether more elements are open at once than may be: the parsers' cost grows with the square of it."""
    depth = 0
    for end, tag in _TAG.findall(html):
        if tag.lower() not in _NEVER_DEEP:
            depth = max(0, depth + (-1 if end else 1))
        if depth > DEPTH_MAX:
            return True
    return False
