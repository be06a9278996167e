"""The last pass over cleaned HTML: it writes each element anew, by a rule per tag, and drops what has no rule.

Here pictures of other sites become links, names become mentions, headings fit beneath a post's own, links of this
site lose their `nofollow`, and what scrolls sideways can be reached with the keyboard. The same walk yields the plain
text for search and excerpts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement

from .bounds import DEPTH_MAX, IMAGES_MAX, LINKS_MAX, MENTIONS_MAX
from .links import destination
from .sanitising import REL

People = Callable[[Sequence[str]], Mapping[str, str]]
"""Given names, the addresses of those that are people."""

_VOID = frozenset({"br", "hr", "img"})
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
_PLAIN_TAGS = frozenset(
    "p ul ol li blockquote pre kbd em strong del sup sub thead tbody tfoot tr th td dl dt dd".split()
)
_RENAMED = {"b": "strong", "i": "em", "s": "del", **_HEADINGS}
_PARENTS = {"li": {"ul", "ol"}, "dt": {"dl"}, "dd": {"dl"}}
"""Anywhere else these would end an element of the page around the text."""
_BLOCKS = frozenset("p ul ol li blockquote pre table tr dl dt dd hr h1 h2 h3 h4 h5 h6".split())
_WITHOUT_MENTIONS = frozenset({"a", "code", "pre", "kbd"})
_LANGUAGE = re.compile(r"language-[A-Za-z0-9+#._-]{1,32}")
_MENTION = re.compile(r"(?<![\w@/.])@(\w(?:[\w.-]{0,38}\w)?)")
_NUMBER = re.compile(r"\d{1,9}")
_SPAN = re.compile(r"[1-9]\d?")
_WHITE = re.compile(r"[ \t\n]+")
_NARROW = 32
"""Characters of code that fit the narrowest screen; a block with longer lines can scroll."""


class TooDeep(Exception):
    """The elements are nested more deeply than a text may be."""


@dataclass(frozen=True)
class Finished:
    html: str
    plain: str
    mentioned: tuple[str, ...]


def finish(cleaned: str, people: People, own_hosts: Set[str] = frozenset()) -> Finished:
    """Writes HTML that `sanitising.clean` returned. Asks `people` once, for at most twenty names, if there are any.

    Raises TooDeep."""
    grower = _Grower()
    grower.feed(cleaned)
    grower.close()
    names = _names(grower.root)
    addresses = people(names) if names else {}
    writer = _Writer(addresses, own_hosts)
    writer.write_inside(grower.root)
    return Finished("".join(writer.html).strip(), writer.plain_text(), tuple(n for n in names if n in addresses))


class _Grower(HTMLParser):
    """Makes a tree of the canonical HTML that nh3 writes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self.open) > DEPTH_MAX:
            raise TooDeep
        element = SubElement(self.open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        parent = self.open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data


def _names(root: Element) -> list[str]:
    """The first names mentioned, each once, in order."""
    found: dict[str, None] = {}
    for text in _mentioning_texts(root):
        for mention in _MENTION.finditer(text):
            found[mention[1]] = None
            if len(found) == MENTIONS_MAX:
                return list(found)
    return list(found)


def _mentioning_texts(element: Element) -> Iterator[str]:
    if element.tag in _WITHOUT_MENTIONS:
        return
    yield element.text or ""
    for child in element:
        yield from _mentioning_texts(child)
        yield child.tail or ""


@dataclass
class _Writer:
    addresses: Mapping[str, str]
    own_hosts: Set[str]
    html: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    links: int = 0
    images: int = 0
    within: list[str] = field(default_factory=list)

    def plain_text(self) -> str:
        lines = "".join(self.plain).split("\n")
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")

    def write_inside(self, element: Element) -> None:
        self._text(element.text)
        for child in element:
            self._element(child)
            self._text(child.tail)

    def _element(self, element: Element) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._end_plain_line()
        is_misplaced = tag in _PARENTS and (not self.within or self.within[-1] not in _PARENTS[tag])
        self.within.append(tag)
        rule = _RULES.get(tag)
        if is_misplaced:
            self.write_inside(element)
        elif rule:
            rule(self, element)
        elif tag in _PLAIN_TAGS or tag in _RENAMED:
            self._tagged(_RENAMED.get(tag, tag), "", element)
        else:
            self.write_inside(element)
        self.within.pop()
        if tag in _BLOCKS:
            self._end_plain_line()

    def _tagged(self, tag: str, attributes: str, element: Element) -> None:
        self.html.append(f"<{tag}{attributes}>")
        self.write_inside(element)
        self.html.append(f"</{tag}>")

    def _end_plain_line(self) -> None:
        if self.plain and not self.plain[-1].endswith("\n"):
            self.plain.append("\n")

    def _text(self, text: str | None) -> None:
        if not text:
            return
        self._add_plain(text)
        if self.addresses and not _WITHOUT_MENTIONS.intersection(self.within):
            self._text_with_mentions(text)
        else:
            self.html.append(escape(text))

    def _add_plain(self, text: str) -> None:
        """Outside code, line ends in HTML are but spaces; those that a reader sees are added with the blocks."""
        if "pre" not in self.within:
            text = _WHITE.sub(" ", text)
            if not self.plain or self.plain[-1].endswith("\n"):
                text = text.lstrip()
        if text:
            self.plain.append(text)

    def _text_with_mentions(self, text: str) -> None:
        position = 0
        for mention in _MENTION.finditer(text):
            address = self.addresses.get(mention[1])
            where = destination(address, self.own_hosts) if address else None
            if not where or self.links >= LINKS_MAX:
                continue
            self.links += 1
            self.html.append(escape(text[position : mention.start()]))
            self.html.append(f'<a href="{escape(where.url)}">{escape(mention[0])}</a>')
            position = mention.end()
        self.html.append(escape(text[position:]))

    def _link(self, element: Element) -> None:
        start = self._link_start(element.get("href", ""))
        if start is None or "a" in self.within[:-1]:
            self.write_inside(element)
            return
        self.html.append(start)
        self.write_inside(element)
        self.html.append("</a>")

    def _link_start(self, url: str) -> str | None:
        where = destination(url, self.own_hosts)
        if not where or self.links >= LINKS_MAX:
            return None
        self.links += 1
        rel = "" if where.own else f' rel="{REL}"'
        return f'<a href="{escape(where.url)}"{rel}>'

    def _image(self, element: Element) -> None:
        """A picture of this site is shown; one of another site, which would tell that site who reads, is a link."""
        where = destination(element.get("src", ""), self.own_hosts)
        alt = " ".join(element.get("alt", "").split())
        label = alt or (where.label if where else "")
        self._add_plain(label)
        self.images += 1
        if where and where.own and self.images <= IMAGES_MAX:
            self.html.append(f'<img src="{escape(where.url)}" alt="{escape(alt)}" loading="lazy">')
            return
        can_link = self.images <= IMAGES_MAX and "a" not in self.within
        start = self._link_start(element.get("src", "")) if can_link else None
        self.html.append(f"{start}{escape(label)}</a>" if start else escape(label))

    def _code(self, element: Element) -> None:
        language = _LANGUAGE.search(element.get("class", ""))
        self._tagged("code", f' class="{escape(language[0])}"' if language else "", element)

    def _preformatted(self, element: Element) -> None:
        element.text = (element.text or "").lstrip("\n")  # A browser drops the first line end itself.
        longest = max((len(line) for line in "".join(element.itertext()).split("\n")), default=0)
        self._tagged("pre", ' tabindex="0"' if longest > _NARROW else "", element)

    def _ordered(self, element: Element) -> None:
        start = element.get("start", "")
        self._tagged("ol", f' start="{int(start)}"' if _NUMBER.fullmatch(start) else "", element)

    def _table(self, element: Element) -> None:
        self.html.append('<div class="table-scroll" tabindex="0">')
        self._tagged("table", "", element)
        self.html.append("</div>")

    def _cell(self, element: Element) -> None:
        if self.plain and not self.plain[-1].endswith("\n"):
            self.plain.append("  ")
        spans = {name: element.get(name, "") for name in ("colspan", "rowspan")}
        attributes = "".join(f' {name}="{count}"' for name, count in spans.items() if _SPAN.fullmatch(count))
        self._tagged(element.tag, attributes, element)

    def _break(self, element: Element) -> None:
        self.html.append("<br>")
        self.plain.append("\n")

    def _rule(self, element: Element) -> None:
        self.html.append("<hr>")


_RULES: Mapping[str, Callable[[_Writer, Element], None]] = {
    "a": _Writer._link,
    "img": _Writer._image,
    "code": _Writer._code,
    "pre": _Writer._preformatted,
    "ol": _Writer._ordered,
    "table": _Writer._table,
    "th": _Writer._cell,
    "td": _Writer._cell,
    "br": _Writer._break,
    "hr": _Writer._rule,
}
