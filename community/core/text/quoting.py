"""Part of a text, standing in for it elsewhere: quoted in a reply, or shortened in a list."""

from __future__ import annotations

import re

from .normalising import normalise, normalise_line

_MARKUP = re.compile(r"([\\`*_\[\]<>&~@!#|])")
_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
_QUOTE = re.compile(r" {0,3}>")


def quote(source: str, author: str) -> str:
    """The Markdown of a reply that begins with `source` as a quote of `author`. What `source` quotes is left out, so
    that quotes do not grow with every reply."""
    name = _MARKUP.sub(r"\\\1", normalise_line(author))
    lines = [f"**{name}:**", "", *_own_lines(normalise(source).strip("\n"))]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def excerpt(plain: str, length: int) -> str:
    """The beginning of `plain` on one line, at most `length` characters, cut between words with an ellipsis."""
    text = " ".join(plain[: length * 4 + 1_000].split())
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    if text[length - 1] != " " and " " in cut[length // 2 :]:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.-–—") + "…"


def _own_lines(source: str) -> list[str]:
    lines: list[str] = []
    is_code = False
    for line in source.split("\n"):
        is_code ^= bool(_FENCE.match(line))
        if is_code or not _QUOTE.match(line):
            lines.append(line)
    return "\n".join(lines).strip("\n").split("\n")
