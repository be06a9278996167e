"""Paragraphs, headings, lists, quotes, code and tables of Markdown, found in one pass over the lines.

Python-Markdown's own block processors read the rest of a block anew for each line they take off it, and recurse for
each marker. This one replaces them all: it keeps the open quotes and list items on a stack, as CommonMark's reference
parser does, so a line costs its length, and nesting is bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from html import unescape
from xml.etree.ElementTree import Element, SubElement

from markdown.blockprocessors import BlockProcessor

from .bounds import BLOCK_NESTING_MAX, LABEL_MAX, TABLE_CELLS_MAX, TABLE_COLUMNS_MAX, URL_MAX

TIGHT = "tight"
"""The tag of a paragraph that stands directly in its list item; the inline pass dissolves it."""

_PREFIX = re.compile(r"[ \t>*+\-.)\d]*")
_QUOTE = re.compile(r" {0,3}> ?")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)$")
_FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,}) *(.*)$")
_FENCE_END = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*$")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{1,32}")
_MARKER = re.compile(r"( {0,3})([-+*]|(\d{1,9})[.)])( +|$)")
_CELL_END = re.compile(r"(?<!\\)\|")
_CELL_RULE = re.compile(r":?-+:?")
_REFERENCE = re.compile(
    rf"\[((?:[^\[\]\\]|\\.){{1,{LABEL_MAX}}})\]:[ \n]{{0,9}}(?:<([^<>\n]{{0,{URL_MAX}}})>|([^\s<]\S{{0,{URL_MAX}}}))"
    r"""(?:(?:[ ]+|[ ]?\n)(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\((?:[^()\\\n]|\\.)*\)))?[ ]*(?:\n|$)"""
)
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")


class Prose(str):
    """The text of an element that the inline pass still has to read."""

    __slots__ = ()


def unescaped(written: str) -> str:
    """The characters that backslashes and entities stand for, in an address or a label."""
    return unescape(_BACKSLASH.sub(r"\1", written))


def reference_key(label: str) -> str:
    """Labels that differ only in case and spacing name the same reference."""
    return " ".join(label.split()).casefold()


class Blocks(BlockProcessor):
    """Registered as the only block processor: takes the whole document, and leaves `Prose` in the tree."""

    def test(self, parent: Element, block: str) -> bool:
        return True

    def run(self, parent: Element, blocks: list[str]) -> None:
        source = "\n\n".join(blocks).rstrip("\n")
        blocks.clear()
        reader = _Reader(parent, self.parser.md.references)
        for line in source.split("\n"):
            reader.read(line)
        reader.finish()


@dataclass
class _List:
    element: Element
    marker: str
    """The bullet, or the mark after the number: items with the same one share a list."""
    last_item: _Container | None = None
    is_loose: bool = False


@dataclass
class _Container:
    """The document, a quote or a list item, while lines can still be added to it."""

    element: Element
    belongs_to: _List | None = None
    indent: int = 0
    """Columns by which a line must be indented to belong to this list item."""
    after_blank: bool = False
    continuable: _List | None = None
    """The list that a further item would continue: the last thing in here."""


class _Kind(Enum):
    PARAGRAPH = auto()
    FENCE = auto()
    INDENTED = auto()
    TABLE = auto()


@dataclass
class _Leaf:
    """What the next line may continue."""

    kind: _Kind
    element: Element
    lines: list[str] = field(default_factory=list)
    fence: str = ""
    fence_indent: int = 0
    columns: int = 0


class _Reader:
    def __init__(self, root: Element, references: dict[str, tuple[str, str]]) -> None:
        self.references = references
        self.stack = [_Container(root)]
        self.lists: list[_List] = []
        self.leaf: _Leaf | None = None
        self.cells = 0

    def read(self, raw: str) -> None:
        line = _in_columns(raw).rstrip()
        position, matched = self._continued(line)
        is_complete = matched == len(self.stack)
        if self._in(_Kind.FENCE) and is_complete:
            self._read_fenced(raw if matched == 1 else line[position:])
            return
        position, opened = self._open_containers(line, position, matched)
        rest = line[position:]
        if not rest:
            if not opened:
                self._read_blank(matched)
        elif self.leaf and not is_complete and not opened and self._is_lazy(rest):
            self.leaf.lines.append(rest.strip())
        else:
            if not opened:
                self._close_to(matched)
            self._read_leaf(rest)
            for container in self.stack:
                container.after_blank = False

    def finish(self) -> None:
        self._close_leaf()
        for each in self.lists:
            if not each.is_loose:
                _tighten(each.element)

    # Quotes and list items.

    def _continued(self, line: str) -> tuple[int, int]:
        """Where in the line the text of the innermost container that goes on begins, and how many go on."""
        position, matched = 0, 1
        for container in self.stack[1:]:
            if container.belongs_to is None:
                quote = _QUOTE.match(line, position)
                if not quote:
                    break
                position = quote.end()
            elif position >= len(line):
                if not len(container.element):
                    container.after_blank = True
                    break
            elif line.startswith(" " * container.indent, position):
                position += container.indent
            else:
                break
            matched += 1
        return position, matched

    def _open_containers(self, line: str, position: int, matched: int) -> tuple[int, bool]:
        """Opens what the markers at `position` open; returns where the text after them begins, and if any did."""
        opened = False
        while matched <= BLOCK_NESTING_MAX:
            if quote := _QUOTE.match(line, position):
                self._close_to(matched)
                self.stack.append(_Container(self._add("blockquote")))
                position = quote.end()
            elif (marker := _MARKER.match(line, position)) and self._starts_item(line, marker, matched):
                self._close_to(matched)
                position = self._open_item(line, marker)
            else:
                break
            matched, opened = len(self.stack), True
        return position, opened

    def _starts_item(self, line: str, marker: re.Match[str], matched: int) -> bool:
        if _RULE.match(line, marker.start()):
            return False
        if self._in(_Kind.PARAGRAPH) and matched == len(self.stack):
            return marker.end() < len(line) and marker[3] in {None, "1"}
        return True

    def _open_item(self, line: str, marker: re.Match[str]) -> int:
        """Adds a list item; returns where its text begins."""
        container = self.stack[-1]
        is_blank = marker.end() == len(line)
        padding = len(marker[4]) if 1 <= len(marker[4]) <= 4 and not is_blank else 1
        each = container.continuable
        if each and each.marker == marker[2][-1]:
            self._close_leaf()
            each.is_loose = each.is_loose or bool(each.last_item and each.last_item.after_blank)
        else:
            each = self._open_list(marker)
        item = _Container(SubElement(each.element, "li"), each, indent=len(marker[1] + marker[2]) + padding)
        each.last_item = item
        self.stack.append(item)
        return min(marker.start() + item.indent, len(line))

    def _open_list(self, marker: re.Match[str]) -> _List:
        element = self._add("ul" if marker[3] is None else "ol")
        if marker[3] and int(marker[3]) != 1:
            element.set("start", str(int(marker[3])))
        each = _List(element, marker[2][-1])
        self.lists.append(each)
        self.stack[-1].continuable = each
        return each

    def _close_to(self, count: int) -> None:
        if count < len(self.stack):
            self._close_leaf()
            del self.stack[count:]

    def _add(self, tag: str) -> Element:
        """A new block in the innermost container. A blank line before it, in a list item, makes the list loose."""
        self._close_leaf()
        container = self.stack[-1]
        if container.belongs_to and container.after_blank and len(container.element):
            container.belongs_to.is_loose = True
        container.continuable = None
        return SubElement(container.element, tag)

    # Leaves.

    def _in(self, kind: _Kind) -> bool:
        return self.leaf is not None and self.leaf.kind is kind

    def _is_lazy(self, rest: str) -> bool:
        """Whether the line goes on with the paragraph of a quote or item whose marker it lacks."""
        return self._in(_Kind.PARAGRAPH) and not (_HEADING.match(rest) or _FENCE.match(rest) or _RULE.match(rest))

    def _read_blank(self, matched: int) -> None:
        self._close_to(matched)
        if self.leaf and self.leaf.kind is _Kind.INDENTED:
            self.leaf.lines.append("")
        else:
            self._close_leaf()
        for container in reversed(self.stack):
            if container.belongs_to is None:
                break
            container.after_blank = True

    def _read_leaf(self, rest: str) -> None:
        leaf = self.leaf
        if leaf and leaf.kind is _Kind.PARAGRAPH and (underline := _UNDERLINE.match(rest)):
            leaf.element.tag = "h1" if underline[1][0] == "=" else "h2"
            self._close_leaf()
        elif heading := _HEADING.match(rest):
            self._add(f"h{len(heading[1])}").text = Prose(_without_closing_hashes(heading[2] or ""))
        elif _RULE.match(rest):
            self._add("hr")
        elif fence := _FENCE.match(rest):
            self._open_fence(fence)
        elif leaf and leaf.kind is _Kind.PARAGRAPH:
            if not self._open_table(leaf, rest):
                leaf.lines.append(rest.strip())
        elif leaf and leaf.kind is _Kind.TABLE and "|" in rest and self.cells + leaf.columns <= TABLE_CELLS_MAX:
            self._add_row(leaf.element[1], "td", _cells(rest), leaf.columns)
        elif rest.startswith("    "):
            self._read_indented(rest[4:])
        else:
            self.leaf = _Leaf(_Kind.PARAGRAPH, self._add("p"), [rest.strip()])

    def _read_indented(self, code: str) -> None:
        if not (self.leaf and self.leaf.kind is _Kind.INDENTED):
            self.leaf = _Leaf(_Kind.INDENTED, SubElement(self._add("pre"), "code"))
        self.leaf.lines.append(code)

    def _open_fence(self, fence: re.Match[str]) -> None:
        code = SubElement(self._add("pre"), "code")
        if language := _LANGUAGE.match(fence[3]):
            code.set("class", f"language-{language[0]}")
        self.leaf = _Leaf(_Kind.FENCE, code, fence=fence[2], fence_indent=len(fence[1]))

    def _read_fenced(self, line: str) -> None:
        leaf = self.leaf
        assert leaf
        end = _FENCE_END.match(line)
        if end and end[1].startswith(leaf.fence):
            self._close_leaf()
        else:
            margin = min(leaf.fence_indent, len(line) - len(line.lstrip(" ")))
            leaf.lines.append(line[margin:])

    def _open_table(self, paragraph: _Leaf, rest: str) -> bool:
        """Makes the last line of the paragraph the head of a table if `rest` is the rule beneath one."""
        header, rule = paragraph.lines[-1], rest.strip()
        if "|" not in header or not set(rule) <= set("|:- ") or "|" not in rule:
            return False
        columns = _cells(rule)
        if not all(_CELL_RULE.fullmatch(cell) for cell in columns) or len(columns) > TABLE_COLUMNS_MAX:
            return False
        heads = _cells(header)
        if len(heads) != len(columns) or self.cells + len(heads) > TABLE_CELLS_MAX:
            return False
        paragraph.lines.pop()
        table = self._add("table")
        self._add_row(SubElement(table, "thead"), "th", heads, len(columns))
        SubElement(table, "tbody")
        self.leaf = _Leaf(_Kind.TABLE, table, columns=len(columns))
        return True

    def _add_row(self, section: Element, tag: str, cells: list[str], columns: int) -> None:
        row = SubElement(section, "tr")
        surplus = " | ".join(cells[columns - 1 :])
        for cell in [*cells[: columns - 1], surplus, *[""] * (columns - len(cells))][:columns]:
            SubElement(row, tag).text = Prose(cell)
        self.cells += columns

    def _close_leaf(self) -> None:
        leaf, self.leaf = self.leaf, None
        if leaf is None or leaf.kind is _Kind.TABLE:
            return
        if leaf.kind is _Kind.PARAGRAPH:
            text = self._without_references("\n".join(leaf.lines))
            if text:
                leaf.element.text = Prose(text)
            else:
                del self.stack[-1].element[-1]
        elif leaf.lines:
            code = "\n".join(leaf.lines)
            leaf.element.text = (code.rstrip("\n") if leaf.kind is _Kind.INDENTED else code) + "\n"

    def _without_references(self, text: str) -> str:
        """Takes the definitions (`[label]: address`) off the beginning of a paragraph; the first of a label counts."""
        position = 0
        while found := _REFERENCE.match(text, position):
            url = unescaped(found[2] if found[2] is not None else found[3])
            self.references.setdefault(reference_key(found[1]), (url, ""))
            position = found.end()
        return text[position:]


def _in_columns(line: str) -> str:
    """The line with the tabs among its markers and indentation spelled out; tabs in the text stay."""
    if "\t" not in line:
        return line
    found = _PREFIX.match(line)
    prefix = found[0] if found else ""
    return prefix.expandtabs(4) + line[len(prefix) :]


def _without_closing_hashes(heading: str) -> str:
    text = heading.rstrip("#")
    return text.strip() if not text or text.endswith(" ") else heading.strip()


def _cells(row: str) -> list[str]:
    row = row.strip().removeprefix("|")
    cells = _CELL_END.split(row)
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return [cell.strip().replace("\\|", "|") for cell in cells]


def _tighten(bullets: Element) -> None:
    for item in bullets:
        for block in item:
            if block.tag == "p":
                block.tag = TIGHT
