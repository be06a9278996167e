"""How a search is written: words, "phrases", -without, tag:, category:, author:, is:solved. Read by us, and bounded.

A query is cut to ``LONGEST_QUERY`` characters and ``MOST_TERMS`` terms before anything else is done with it, has no
wildcards and no nesting, and there is no query that is an error: what makes no sense as an operator is a word.
"""

import re
from dataclasses import dataclass

LONGEST_QUERY = 200
MOST_TERMS = 12

_TERM = re.compile(
    r'(?P<minus>-)?(?:(?P<field>tag|category|author|is):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))', re.IGNORECASE
)
_AS_TYPED = str.maketrans({"\0": " ", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
"""Phones write quotes in their own way."""
_MEANING = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader asked for. ``words`` and ``phrases`` are as typed; names in the operators are lower case."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    author: str | None = None
    is_solved: bool | None = None

    @property
    def text(self) -> str:
        """What is looked for in the text, phrases included: for ranking, highlighting and for asking it instead."""
        return " ".join((*self.words, *self.phrases))

    def __bool__(self) -> bool:
        return self != Query()


def parse(text: str) -> Query:
    """Read a query. Never raises; empty, blank and meaningless input gives an empty ``Query``."""
    words: list[str] = []
    phrases: list[str] = []
    without: list[str] = []
    tags: list[str] = []
    categories: list[str] = []
    author: str | None = None
    is_solved: bool | None = None
    for match in list(_TERM.finditer(text[:LONGEST_QUERY].translate(_AS_TYPED)))[:MOST_TERMS]:
        value = (match["phrase"] if match["phrase"] is not None else match["word"]).strip()
        name = (match["field"] or "").lower()
        if not _MEANING.search(value):
            continue
        if name == "tag":
            tags.append(value.lower())
        elif name == "category":
            categories.append(value.lower())
        elif name == "author":
            author = value.lower().lstrip("@")
        elif name == "is" and value.lower() in ("solved", "open"):
            is_solved = (value.lower() == "solved") != bool(match["minus"])
        elif name:
            words.append(f"{name}:{value}")
        elif match["minus"]:
            without.append(value)
        elif match["phrase"] is not None and " " in value:
            phrases.append(value)
        else:
            words.append(value)
    return Query(tuple(words), tuple(phrases), tuple(without), tuple(tags), tuple(categories), author, is_solved)
