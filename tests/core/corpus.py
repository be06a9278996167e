"""Texts that are meant to do harm: attack strings of others (read where they lie, beside the project) and shapes of
our own that once cost a parser the square of their length."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

once = pytest.mark.skipif(
    os.environ.get("THEKE_TEST_DATABASE") == "postgresql", reason="texts know no database: tried with the first one"
)
ATTACKS = Path(__file__).resolve().parents[3] / "shared" / "data" / "security"
ATTACK_FOLDERS = (
    "ammonia_tests bleach_tests blns commonmark_spec html5lib_sanitizer owasp_evasion patt_crlf patt_csv"
    " patt_open_redirect patt_ssrf_urls patt_svg_files payloadbox_xss"
).split()


def attacks(folder: str) -> Iterator[str]:
    """The attack strings of one folder: its `payloads.jsonl`, or else the text of each of its files."""
    rows = ATTACKS / folder / "payloads.jsonl"
    if rows.exists():
        for row in rows.read_text(encoding="utf-8").split("\n"):
            if row:
                yield json.loads(row)["payload"]
    else:
        for path in sorted((ATTACKS / folder).iterdir()):
            yield path.read_bytes().decode("utf-8", "replace")


def attacks_with_answers(folder: str) -> Iterator[tuple[str, str]]:
    """Each string of one folder with the HTML that its origin expects for it."""
    for row in (ATTACKS / folder / "payloads.jsonl").read_text(encoding="utf-8").split("\n"):
        if row:
            parsed = json.loads(row)
            yield parsed["payload"], parsed["expected"]


def disguised(attack: str) -> Iterator[str]:
    """The attack as text, and in the places of Markdown where something is written into an attribute or a tag."""
    line = " ".join(attack.split())
    yield attack
    yield f"[x]({line})"
    yield f"![{line}](<{line}>)"
    yield f"[{line}][r]\n\n[r]: <{line}>"
    yield f"<{line}>"
    yield f"```{line}\n{attack}\n```"
    yield f"| {line} | b |\n|---|---|\n| `{line}` | *{line}* |"


SCHEMES = (
    "javascript:alert(1) JaVaScRiPt:alert(1) java\tscript:alert(1) javascript:`1` javascript:123 vbscript:x"
    " data:text/html,<script>alert(1)</script> data:image/svg+xml,<svg/> blob:x file:///etc/passwd"
    " view-source:x intent:x ms-msdt:x tel:1 sms:1 ftp://x/y ws://x about:blank feed:x jar:x example.com:80"
    " //evil.example/ ///evil.example /\\evil.example \\\\evil.example https:evil.example http:/evil.example"
    " http://good.example\\@evil.example http://a@evil.example &#106;avascript:alert(1) javascript&colon;alert(1)"
    " \x01javascript:alert(1) javascript\n:alert(1) %6aavascript:alert(1)"
).split(" ")

_REPEATED = {
    "opening brackets": "[",
    "closing brackets": "]",
    "brackets with a letter": "[a",
    "empty brackets": "[]",
    "pictures that do not end": "![",
    "pictures in brackets": "![[]()",
    "links that do not end": "[a](b",
    "links with an open angle": "[a](<b",
    "links with an open title": '[a](b "',
    "labels that do not end": "[a][",
    "short references": "[a] ",
    "nested link ends": "](",
    "stars": "*",
    "stars and letters": "*a ",
    "opening strong": "**a ",
    "closing strong": "a** ",
    "mixed emphasis": "*a_ ",
    "nested emphasis": "*_a ",
    "emphasis by the rule of three": "a**b*c ",
    "underscores": "_",
    "underscored letters": "_a ",
    "tildes": "~",
    "struck letters": "~~a ",
    "backticks": "`",
    "backticks and letters": "`a",
    "backslashes": "\\",
    "escaped brackets": "\\[",
    "ampersands": "&",
    "entities": "&amp;",
    "entities that do not end": "&a",
    "number entities": "&#0;",
    "less than": "<",
    "tags that do not end": "<a ",
    "tags with an open quote": '<a x="',
    "closing tags": "</a",
    "tags": "<b>",
    "comments that do not end": "<!--",
    "comments": "<!---->",
    "instructions": "<?",
    "declarations": "<!A ",
    "character data": "<![CDATA[",
    "addresses in angles that do not end": "<http://a",
    "mail addresses": "a@b.c ",
    "mail in angles": "<a@b.c>",
    "bare addresses": "http://a ",
    "one long address": "http://a.b/",
    "addresses with parentheses": "http://a)",
    "addresses with punctuation": "http://a.b/!!!!!!!!!!!!!!!! ",
    "www": "www.",
    "parentheses": "(",
    "pipes": "|",
    "table rules": "|-|\n",
    "table rows": "|a|b|\n",
    "colons and hyphens": ":-",
    "bullets": "- ",
    "numbers": "1. ",
    "stars as bullets": "* ",
    "plus bullets": "+ ",
    "rules": "* * *\n",
    "rules that fail": "- - - x",
    "quotes": ">",
    "quotes with spaces": "> ",
    "quoted lists": "> - ",
    "list quotes": "- > ",
    "headings": "# a\n",
    "hashes": "#",
    "underlined headings": "a\n=\n",
    "underlines": "=",
    "hyphens": "-",
    "fences": "```\n",
    "fences that do not end": "```a\n",
    "tilde fences": "~~~\n",
    "code by indentation": "    a\n\n",
    "references": "[a]: b\n",
    "references without an address": "[a]:\n",
    "items": "- a\n",
    "items with blank lines": "- a\n\n",
    "blank lines": "\n",
    "lines": "a\n",
    "paragraphs": "a\n\n",
    "spaces": " ",
    "tabs": "\t",
    "words": "a ",
    "mentions": "@a ",
    "at signs": "@",
    "quotation marks": '"',
    "emoji": "\U0001f600",
    "combining marks": "\u0301\u0323",
    "joined emoji": "\U0001f468\u200d",
    "overrides": "\u202e",
    "placeholders of the library": "\x02wzxhzdk:0\x03",
    "backslash line ends": "a\\\n",
}


def _deep(opening: str, inside: str, closing: str) -> Callable[[int], str]:
    def shape(size: int) -> str:
        depth = max(1, (size - len(inside)) // (len(opening) + len(closing)))
        return opening * depth + inside + closing * depth

    return shape


def _stairs(marker: str) -> Callable[[int], str]:
    def shape(size: int) -> str:
        lines, depth, length = [], 0, 0
        while length < size:
            lines.append("  " * depth + marker + "a")
            length += len(lines[-1]) + 1
            depth += 1
        return "\n".join(lines)[:size]

    return shape


def _ticks(size: int) -> str:
    runs, count, length = [], 1, 0
    while length < size:
        runs.append("`" * count + " ")
        length += count + 1
        count += 1
    return "".join(runs)[:size]


def _wide_table(size: int) -> str:
    columns = min(size // 8, 2_000)
    row = "|" * columns + "\n"
    return row + "|-" * columns + "|\n" + "|\n" * (size // 4)


_BUILT: dict[str, Callable[[int], str]] = {
    "nested brackets": _deep("[", "a", "]"),
    "nested links": _deep("[", "a", "](b)"),
    "nested pictures": _deep("![", "a", "](b)"),
    "nested strong": _deep("**a ", "x", " b**"),
    "nested emphasis of both kinds": _deep("*a _b ", "x", " c_ d*"),
    "nested parentheses in an address": lambda size: "[a](" + _deep("(", "a", ")")(size - 5) + ")",
    "stairs of bullets": _stairs("- "),
    "stairs of numbers": _stairs("1. "),
    "runs of backticks of every length": _ticks,
    "a wide table with short rows": _wide_table,
    "an address of one length": lambda size: "[a](" + "b" * size,
    "a title of one length": lambda size: '[a](b "' + "c" * size,
    "a label of one length": lambda size: "[" + "a" * size + "]",
    "spaces before a line end": lambda size: "a" + " " * size + "b\nc",
    "spaces in a heading": lambda size: "#" + " " * size + "b",
    "spaces in a table rule": lambda size: "|a|b|\n|-|" + " " * size + "x",
    "spaces in a link": lambda size: "[a](" + " " * size + "b",
    "a quote in every line of a list": lambda size: "- > a\n  > b\n" * (size // 12),
    "one reference used often": lambda size: "[a]: /" + "b" * (size // 2) + "\n\n" + "[a]" * (size // 6),
    "closing brackets after opening ones": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "stars after underscores": lambda size: "_a " * (size // 6) + "a* " * (size // 6),
    "lazy quotes": lambda size: "> " * 20 + "a\n" * (size // 2),
    "half of a surrogate pair": lambda size: "\ud800" * size,
}


def hostile_shapes(size: int) -> Iterator[tuple[str, str]]:
    """Each shape's name and the text, of about `size` characters."""
    for name, unit in _REPEATED.items():
        yield name, unit * (size // len(unit))
    for name, shape in _BUILT.items():
        yield name, shape(size)


_HTML_UNITS = {
    "list items": "<ul><li>",
    "divisions": "<div>",
    "bold": "<b>",
    "bold paragraphs": "<b><p>",
    "tables": "<table><tr><td>",
    "links": "<a href=x>",
    "unclosed tags": "<a ",
    "attributes": "<p a=",
    "foreign": "<svg><math>",
    "templates": "<template>",
    "selects": "<select><option>",
    "quotes": "<blockquote>",
    "end tags": "</p>",
    "comments": "<!--",
    "text": "a &amp; b ",
    "paragraphs": "<p>a",
}


def hostile_html(size: int) -> Iterator[tuple[str, str]]:
    """As `hostile_shapes`, for imported HTML."""
    for name, unit in _HTML_UNITS.items():
        yield name, unit * (size // len(unit))
