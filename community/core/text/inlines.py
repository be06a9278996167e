"""Emphasis, code, links, images and addresses within a line of Markdown, found in one pass.

Python-Markdown's own inline patterns search the whole text once per pattern and once more per bracket. This tree
processor replaces them all: one scan makes pieces, brackets are matched on a stack, and emphasis is paired as
CommonMark describes, with the lower bound per kind of run that keeps the search linear. What would lead nowhere that
a link may lead, such as `list[i](x)` in a log, stays text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from .blocks import TIGHT, Prose, reference_key, unescaped
from .bounds import IMAGES_MAX, INLINE_NESTING_MAX, LABEL_MAX, LINKS_MAX, URL_MAX
from .links import destination

_TOKEN = re.compile(
    rf"""
    \\(?P<escaped>[!-/:-@\[-`{{-~])
  | (?P<newline>\\?\n)
  | (?P<ticks>`+)
  | (?P<run>\*+|_+|~+)
  | (?P<opening>!?\[)
  | (?P<closing>\])
  | <(?P<angled>https?://[^\s<>]{{1,{URL_MAX}}}|[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,4}})>
  | (?P<tag></?[A-Za-z][^\s<>]{{0,100}}(?:[ \t][^<>\n]{{0,400}})?>)
  | (?<![\w@/.])(?P<bare>(?:https?://|www\.)(?:[^\s<>"`\[\]|]+))
  | (?P<entity>&(?:\#\d{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TICKS = re.compile("`+")
_TARGET_START = re.compile(r"\([ \n]{0,50}")
_TARGET_ANGLED = re.compile(rf"<((?:[^<>\n\\]|\\.){{0,{URL_MAX}}})>")
_TARGET_PART = re.compile(r"(?:\\[!-/:-@\[-`{-~]|[^\s()\\]|\\)+|[()]")
_TARGET_END = re.compile(
    r"""(?:[ \n]{1,50}(?:"(?:[^"\\]|\\.){0,500}"|'(?:[^'\\]|\\.){0,500}'|\((?:[^()\\]|\\.){0,500}\)))?[ \n]{0,50}\)"""
)
_TARGET_PARENTHESES = 8
_LABEL = re.compile(rf"\[((?:[^\[\]\\]|\\.){{0,{LABEL_MAX}}})\]")
_AFTER_ADDRESS = "?!.,:;*_~'\""
_ENTITY_AT_END = re.compile(r"&[A-Za-z0-9]{1,32};$")


@dataclass
class _Node:
    """An element, and how many elements deep it is."""

    element: Element
    height: int = 1
    is_bare_address: bool = False


@dataclass
class _Run:
    """Some of the same character that may begin or end emphasis."""

    char: str
    count: int
    length: int
    opens: bool
    closes: bool


_Piece = str | _Node | _Run


@dataclass
class _Bracket:
    """A `[` or `![` that has not met its `]`."""

    piece: int
    source: int
    is_image: bool
    has_bracket_inside: bool = False


class Inlines(Treeprocessor):
    """Registered in place of Python-Markdown's inline processor: reads all `Prose` that the blocks left."""

    md: Markdown

    def run(self, root: Element) -> None:
        allowance = _Allowance()
        for element in list(root.iter()):
            if isinstance(element.text, Prose):
                text, element.text = str(element.text), None
                _Scanner(text, self.md.references, allowance).fill(element)
            elif element.text:
                element.text = escape(element.text, quote=False)
        for item in list(root.iter("li")):
            _dissolve_paragraphs(item)


@dataclass
class _Allowance:
    """Links and images that a text may still have."""

    links: int = LINKS_MAX
    images: int = IMAGES_MAX


class _Scanner:
    def __init__(self, text: str, references: dict[str, tuple[str, str]], allowance: _Allowance) -> None:
        self.text = text
        self.references = references
        self.allowance = allowance
        self.pieces: list[_Piece] = []
        self.brackets: list[_Bracket] = []
        self.spent_brackets = 0
        """Brackets below this height on the stack contain a link already, so cannot become one."""
        self.ticks: dict[int, list[int]] | None = None

    def fill(self, element: Element) -> None:
        self._scan()
        _append(element, _with_emphasis(self.pieces))

    def _scan(self) -> None:
        position = 0
        while token := _TOKEN.search(self.text, position):
            if token.start() > position:
                self.pieces.append(self.text[position : token.start()])
            position = self._read[token.lastgroup or ""](self, token)
        self.pieces.append(self.text[position:])

    def _escaped(self, token: re.Match[str]) -> int:
        self.pieces.append(token["escaped"])
        return token.end()

    def _newline(self, token: re.Match[str]) -> int:
        self.pieces.append(_Node(Element("br")))
        return token.end()

    def _entity(self, token: re.Match[str]) -> int:
        self.pieces.append(unescape(token["entity"]))
        return token.end()

    def _tag(self, token: re.Match[str]) -> int:
        """What looks like HTML or XML is shown as it was written, without reading emphasis into it."""
        self.pieces.append(token["tag"])
        return token.end()

    def _code(self, token: re.Match[str]) -> int:
        end = self._closing_ticks(token)
        if end is None:
            self.pieces.append(token["ticks"])
            return token.end()
        code = self.text[token.end() : end].replace("\n", " ")
        if code.startswith(" ") and code.endswith(" ") and code.strip():
            code = code[1:-1]
        element = Element("code")
        element.text = escape(code, quote=False)
        self.pieces.append(_Node(element))
        return end + len(token["ticks"])

    def _closing_ticks(self, token: re.Match[str]) -> int | None:
        if self.ticks is None:
            self.ticks = defaultdict(list)
            for ticks in _TICKS.finditer(self.text):
                self.ticks[len(ticks[0])].append(ticks.start())
        places = self.ticks.get(len(token["ticks"]), [])
        index = bisect_right(places, token.start())
        return places[index] if index < len(places) else None

    def _run(self, token: re.Match[str]) -> int:
        self.pieces.append(_flanked(token["run"], self.text, token.start(), token.end()))
        return token.end()

    # Links and images.

    def _angled(self, token: re.Match[str]) -> int:
        address = token["angled"]
        is_mail = "://" not in address
        self._add_address(f"mailto:{address}" if is_mail else address, address, or_else=token[0])
        return token.end()

    def _bare(self, token: re.Match[str]) -> int:
        address = _without_punctuation(token["bare"])
        self._add_address(address, address, or_else=address)
        return token.start() + len(address)

    def _add_address(self, url: str, label: str, or_else: str) -> None:
        if not self.allowance.links or not destination(url):
            self.pieces.append(or_else)
            return
        self.allowance.links -= 1
        self.pieces.append(_Node(_link(url, [label]), height=1, is_bare_address=True))

    def _opening(self, token: re.Match[str]) -> int:
        is_image = token["opening"] == "!["
        if self.allowance.images if is_image else self.allowance.links:
            if self.brackets:
                self.brackets[-1].has_bracket_inside = True
            self.brackets.append(_Bracket(len(self.pieces), token.end(), is_image))
        self.pieces.append(token["opening"])
        return token.end()

    def _closing(self, token: re.Match[str]) -> int:
        bracket = self.brackets.pop() if self.brackets else None
        can_link = bracket and (bracket.is_image or len(self.brackets) >= self.spent_brackets)
        self.spent_brackets = min(self.spent_brackets, len(self.brackets))
        target = self._target(bracket, token) if bracket and can_link else None
        if not bracket or not target or not destination(target[0]):
            self.pieces.append("]")
            if self.brackets:
                self.brackets[-1].has_bracket_inside = True
            return token.end()
        url, end = target
        inside = self.pieces[bracket.piece + 1 :]
        del self.pieces[bracket.piece :]
        self.pieces.append(self._image(url, inside) if bracket.is_image else self._linked(url, inside))
        return end

    def _image(self, url: str, inside: list[_Piece]) -> _Node:
        self.allowance.images -= 1
        return _Node(Element("img", src=escape(url), alt=escape(_plain(inside))))

    def _linked(self, url: str, inside: list[_Piece]) -> _Node:
        self.allowance.links -= 1
        self.spent_brackets = len(self.brackets)
        pieces = _with_emphasis([piece for each in inside for piece in _unlinked(each)])
        return _Node(_link(url, pieces), height=1 + _height(pieces))

    def _target(self, bracket: _Bracket, token: re.Match[str]) -> tuple[str, int] | None:
        """The address that belongs to the text between `bracket` and `token`, and where what names it ends."""
        if inline := _inline_target(self.text, token.end()):
            return inline
        if not self.references:
            return None
        named = _LABEL.match(self.text, token.end())
        label, end = (named[1], named.end()) if named else ("", token.end())
        if not label and not bracket.has_bracket_inside and token.start() - bracket.source <= LABEL_MAX:
            label = self.text[bracket.source : token.start()]
        found = self.references.get(reference_key(label))
        return (found[0], end) if found and label.strip() else None

    _read: dict[str, Callable[[_Scanner, re.Match[str]], int]] = {
        "escaped": _escaped,
        "newline": _newline,
        "ticks": _code,
        "run": _run,
        "opening": _opening,
        "closing": _closing,
        "angled": _angled,
        "tag": _tag,
        "bare": _bare,
        "entity": _entity,
    }


def _inline_target(text: str, position: int) -> tuple[str, int] | None:
    """The address in `(address "title")` at `position`, and where it ends. Titles are read over."""
    start = _TARGET_START.match(text, position)
    if not start:
        return None
    if angled := _TARGET_ANGLED.match(text, start.end()):
        url, position = angled[1], angled.end()
    else:
        position = _end_of_bare_target(text, start.end())
        url = text[start.end() : position]
    end = _TARGET_END.match(text, position)
    return (unescaped(url), end.end()) if end else None


def _end_of_bare_target(text: str, position: int) -> int:
    depth, limit = 0, position + URL_MAX
    while part := _TARGET_PART.match(text, position, limit):
        if part[0] == "(":
            depth += 1
        elif part[0] == ")":
            depth -= 1
        if depth < 0 or depth > _TARGET_PARENTHESES:
            break
        position = part.end()
    return position


def _without_punctuation(address: str) -> str:
    """A bare address without what rather belongs to the sentence around it."""
    end = len(address)
    surplus = address.count(")") - address.count("(")
    while end:
        char = address[end - 1]
        if char == ")" and surplus > 0:
            surplus -= 1
        elif char not in _AFTER_ADDRESS:
            break
        entity = _ENTITY_AT_END.search(address, max(0, end - 34), end) if char == ";" else None
        end = entity.start() if entity else end - 1
    return address[:end] or address


def _link(url: str, pieces: list[_Piece]) -> Element:
    element = Element("a", href=escape(url))
    _append(element, pieces)
    return element


def _unlinked(piece: _Piece) -> Iterator[_Piece]:
    """An address in a link's own text is just text."""
    if isinstance(piece, _Node) and piece.is_bare_address:
        yield unescape(piece.element.text or "")
    else:
        yield piece


# Emphasis.


def _flanked(run: str, text: str, start: int, end: int) -> _Run | str:
    char, count = run[0], end - start
    if char == "~" and count != 2:
        return run
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    left = not after.isspace() and (not _is_mark(after) or before.isspace() or _is_mark(before))
    right = not before.isspace() and (not _is_mark(before) or after.isspace() or _is_mark(after))
    if char == "_":
        left, right = left and (not right or _is_mark(before)), right and (not left or _is_mark(after))
    return _Run(char, count, count, left, right)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


@dataclass
class _Opener:
    place: int
    serial: int


def _with_emphasis(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces with matching runs replaced by elements. A run that finds no partner stays, and is text."""
    result: list[_Piece] = []
    openers: list[_Opener] = []
    searched_to: dict[tuple[str, bool, int], int] = {}
    for serial, piece in enumerate(pieces):
        if isinstance(piece, _Run):
            while piece.closes and piece.count:
                kind = (piece.char, piece.opens, piece.length % 3)
                index = _partner(piece, openers, result, searched_to.get(kind, 0))
                if index is None:
                    searched_to[kind] = serial
                    break
                if not _wrap(piece, openers, index, result):
                    openers.clear()  # All of them would hold what is too deep already.
                    break
            if not piece.count:
                continue
            if piece.opens:
                openers.append(_Opener(len(result), serial))
        result.append(piece)
    return result


def _partner(closer: _Run, openers: list[_Opener], result: list[_Piece], since: int) -> int | None:
    """The index of the nearest opener, from the piece `since` on, that `closer` may close."""
    for index in range(len(openers) - 1, -1, -1):
        if openers[index].serial < since:
            return None
        opener = result[openers[index].place]
        if isinstance(opener, _Run) and opener.char == closer.char and _may_pair(opener, closer):
            return index
    return None


def _may_pair(opener: _Run, closer: _Run) -> bool:
    if not (opener.closes or closer.opens):
        return True
    return (opener.length + closer.length) % 3 != 0 or (opener.length % 3 == 0 and closer.length % 3 == 0)


def _wrap(closer: _Run, openers: list[_Opener], index: int, result: list[_Piece]) -> bool:
    """Puts what follows the opener into an element, unless that would be nested too deeply."""
    place = openers[index].place
    opener = result[place]
    assert isinstance(opener, _Run)
    inside = result[place + 1 :]
    height = _height(inside) + 1
    if height > INLINE_NESTING_MAX:
        return False
    used = 2 if opener.count >= 2 and closer.count >= 2 else 1
    element = Element("del" if closer.char == "~" else "strong" if used == 2 else "em")
    _append(element, inside)
    opener.count -= used
    closer.count -= used
    keeps_opener = opener.count > 0
    result[place + (1 if keeps_opener else 0) :] = [_Node(element, height)]
    del openers[index + (1 if keeps_opener else 0) :]
    return True


def _height(pieces: list[_Piece]) -> int:
    return max((piece.height for piece in pieces if isinstance(piece, _Node)), default=0)


# Trees.


def _append(parent: Element, pieces: list[_Piece]) -> None:
    words: list[str] = []
    for piece in pieces:
        if isinstance(piece, _Node):
            _append_text(parent, escape("".join(words), quote=False))
            words.clear()
            parent.append(piece.element)
        else:
            words.append(piece if isinstance(piece, str) else piece.char * piece.count)
    _append_text(parent, escape("".join(words), quote=False))


def _append_text(parent: Element, text: str) -> None:
    if text and len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    elif text:
        parent.text = (parent.text or "") + text


def _plain(pieces: list[_Piece]) -> str:
    """The words of a picture's description; markup in it has no meaning."""
    words = []
    for piece in pieces:
        if isinstance(piece, _Node):
            words.append(unescape("".join(piece.element.itertext()) or piece.element.get("alt", "")))
        elif isinstance(piece, str):
            words.append(piece)
    return "".join(words)


def _dissolve_paragraphs(item: Element) -> None:
    """Gives the content of tight paragraphs to the list item itself."""
    blocks = list(item)
    if all(block.tag != TIGHT for block in blocks):
        return
    for block in blocks:
        item.remove(block)
    for block in blocks:
        if block.tag != TIGHT:
            item.append(block)
            continue
        _append_text(item, block.text or "")
        for child in block:
            item.append(child)
