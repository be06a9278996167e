"""What HTML of a text may contain, held twice: bleach cleans, then nh3 cleans its output again with its own parser.

bleach is no longer maintained and lets some `javascript:` addresses through; nh3 alone would be a single net. The
tree pass in `finishing` writes only what is listed here, too.
"""

from __future__ import annotations

from typing import Any

import bleach.sanitizer
import nh3
from bleach import html5lib_shim

TAGS = frozenset(
    "p br hr h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code kbd em strong b i del s sup sub a img"
    " table thead tbody tfoot tr th td dl dt dd".split()
)
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "code": {"class"}, "ol": {"start"}, "th": {"colspan", "rowspan"}}
ATTRIBUTES["td"] = ATTRIBUTES["th"]
SCHEMES = frozenset({"http", "https", "mailto"})
REL = "nofollow ugc noopener"

_html5lib: Any = html5lib_shim  # The stubs do not know all of it.
_TreeWalker: Any = _html5lib.getTreeWalker("etree")


class _LinearWalker(_TreeWalker):  # type: ignore[misc]
    """bleach's walker looks every element up among its siblings, again and again; this one remembers its place."""

    def __init__(self, tree: object) -> None:
        super().__init__(tree)
        self.places: list[int | None] = []

    def getFirstChild(self, node: Any) -> Any:  # noqa: N802 - the names that the walker calls
        child = super().getFirstChild(node)
        if child is not None and child[3] is None:
            self.places.append(node[1] if isinstance(node, tuple) else None)
        return child

    def getNextSibling(self, node: Any) -> Any:  # noqa: N802
        sibling = super().getNextSibling(node)
        if sibling is not None and node[3] == "text":
            self.places.append(node[1])
        return sibling

    def getParentNode(self, node: Any) -> Any:  # noqa: N802
        if not isinstance(node, tuple) or node[3] == "text":
            return super().getParentNode(node)
        parents = node[2]
        parent, place = parents.pop(), self.places.pop()
        return (parent, place, parents, None) if parents else parent


_bleach = bleach.sanitizer.Cleaner(
    tags=TAGS,
    attributes={tag: sorted(names) for tag, names in ATTRIBUTES.items()},
    protocols=SCHEMES,
    strip=True,
    strip_comments=True,
)
_bleach.walker = _LinearWalker  # type: ignore[assignment]
_nh3 = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style"},
    attributes={**ATTRIBUTES, "*": set()},
    url_schemes=set(SCHEMES),
    link_rel=REL,
    strip_comments=True,
)


def clean(html: str) -> str:
    """The allowed part of `html`, well formed. Not for several threads at once."""
    return _nh3.clean(_bleach.clean(html))
