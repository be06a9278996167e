"""All kinds over one text. The cost is that of its length; beyond `TEXT_MAX` characters nothing is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .addresses import addresses
from .cards import cards
from .findings import Finding, replace, surest
from .folding import fold, without_pages
from .ibans import ibans
from .imeis import imeis
from .mails import mails
from .numbers import numbers, of_site
from .patterns import Pattern
from .phones import phones

TEXT_MAX = 65_536
#: What is taken away may bring two ends together; a text is looked at so often at most.
_ROUNDS = 4


def find(text: str, patterns: Sequence[Pattern] = ()) -> list[Finding]:
    """What is personal in this Markdown, in its order, never overlapping. `patterns`: those of the site, for NUMBER."""
    folded = fold(text[:TEXT_MAX])
    return surest(_candidates(folded, patterns), len(folded))


def without(text: str, mark: str, patterns: Sequence[Pattern] = ()) -> str:
    """The text with the mark wherever something was found, until nothing is."""
    for _round in range(_ROUNDS):
        findings = find(text, patterns)
        if not findings:
            break
        text = replace(text, findings, mark)
    return text


def _candidates(text: str, patterns: Sequence[Pattern]) -> Iterator[Finding]:
    yield from ibans(text)
    yield from mails(text)
    plain = without_pages(text)
    yield from cards(plain)
    yield from imeis(plain)
    yield from of_site(plain, patterns)
    yield from numbers(plain)
    yield from phones(plain)
    yield from addresses(plain)
