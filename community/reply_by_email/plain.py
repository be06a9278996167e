"""What somebody wrote as HTML, as plain text: for mails without a part of plain text. Nothing of the HTML is kept.

Quoted blocks come out as lines that begin with ">", as in a mail of plain text, so that `quotes` finds them. The parser of the
standard library takes the square of the length for tags that never end; this reader goes through the text once.
"""

from __future__ import annotations

import re
from html import unescape

_HTML_MAX = 200_000
_UNSEEN = frozenset({"head", "style", "script", "title", "template", "object", "noscript", "svg", "math"})
_BLOCKS = frozenset(
    "address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p"
    " pre section table tr ul".split()
)
_PARAGRAPHS = frozenset({"p", "blockquote", "ul", "ol", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6"})
_QUOTES = frozenset({"blockquote"})
#: What some mail programs put around the mail that is answered, in place of a quoted block.
_QUOTED_CLASSES = frozenset({"yahoo_quoted", "protonmail_quote"})
_QUOTED_IDS = frozenset({"divrplyfwdmsg", "appendonsend"})
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_PIECE = re.compile(
    r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?P<attributes>[^<>]*)>?|<[!?/][^<>]*>?|(?P<text>[^<]+|<)"
)
_NAMED = re.compile(r"\b(class|id)\s*=\s*[\"']?([\w -]{1,100})", re.IGNORECASE)
_MARKED_IN = 1_000


def as_plain(html: str) -> str:
    """The text that a reader of this HTML sees, at most a fifth of a megabyte of it looked at."""
    reader = _Reader()
    for piece in _PIECE.finditer(_without_comments(html[:_HTML_MAX])):
        if piece["text"]:
            reader.say(piece["text"])
        elif piece["tag"] and piece["close"]:
            reader.close(piece["tag"].lower())
        elif piece["tag"]:
            reader.open(piece["tag"].lower(), piece["attributes"])
    return reader.text()


def _without_comments(html: str) -> str:
    kept, place = list[str](), 0
    while (begin := html.find("<!--", place)) >= 0:
        kept.append(html[place:begin])
        end = html.find("-->", begin + 4)
        if end < 0:
            return "".join(kept)
        place = end + 3
    return "".join([*kept, html[place:]])


class _Reader:
    """Collects lines. `_quoted` is how deep in quotes we are; from the mark of an answered mail on, all is quoted."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._unseen = 0
        self._quoted = 0
        self._is_over = False

    def open(self, tag: str, attributes: str) -> None:
        """A block begins a line; a list's row says so."""
        self._unseen = 0 if tag == "body" else self._unseen + (tag in _UNSEEN)
        if tag == "br":
            self._end_line(keep_empty=True)
        elif tag == "li":
            self._end_line()
            self._line.append("* ")
        elif tag in _BLOCKS:
            self._end_line(keep_empty=tag in _PARAGRAPHS)
        self._is_over = self._is_over or _begins_quote(tag, attributes)
        self._quoted += tag in _QUOTES

    def close(self, tag: str) -> None:
        """A block ends its line."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag in _BLOCKS or tag == "li":
            self._end_line(keep_empty=tag in _PARAGRAPHS)
        if tag in _QUOTES:
            self._quoted = max(0, self._quoted - 1)

    def say(self, text: str) -> None:
        """Text, in one line however it was broken."""
        if not self._unseen:
            self._line.append(text)

    def _end_line(self, *, keep_empty: bool = False) -> None:
        line = _SPACES.sub(" ", unescape("".join(self._line))).strip()
        self._line = []
        mark = ">" if self._quoted or self._is_over else ""
        if line:
            self._lines.append(f"{mark} {line}".strip())
        if keep_empty and self._lines and self._lines[-1] not in ("", ">"):
            self._lines.append(mark)

    def text(self) -> str:
        """All of it."""
        self._end_line()
        return "\n".join(self._lines).strip()


def _begins_quote(tag: str, attributes: str) -> bool:
    if tag not in ("div", "hr"):
        return False
    named = {name.lower(): value.lower() for name, value in _NAMED.findall(attributes[:_MARKED_IN])}
    return bool(_QUOTED_CLASSES & set(named.get("class", "").split())) or named.get("id", "") in _QUOTED_IDS
