"""How a search is written: words, "phrases", -without, this OR that, tag:, category:, author:, is:, before:, after:.

Read by us, and bounded. A query is cut to ``LONGEST_QUERY`` characters and ``MOST_TERMS`` terms before anything else is
done with it, has no wildcards and no nesting, and there is no query that is an error: what makes no sense as an operator
is a word.
"""

import re
from dataclasses import dataclass, field
from datetime import date

LONGEST_QUERY = 200
MOST_TERMS = 12

_TERM = re.compile(
    r"(?P<minus>-)?(?:(?P<field>tag|category|author|is|before|after):)?"
    r'(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))',
    re.IGNORECASE,
)
_AS_TYPED = str.maketrans({"\0": " ", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
"""Phones write quotes in their own way."""
_MEANING = re.compile(r"[^\W_]")
_OR = ("OR", "ODER", "|")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader asked for. ``words`` and ``phrases`` are as typed; names in the operators are lower case.

    ``either`` has groups of words and phrases, of each of which one is enough. ``before`` and ``after`` are days.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    author: str | None = None
    is_solved: bool | None = None
    either: tuple[tuple[str, ...], ...] = ()
    before: date | None = None
    after: date | None = None

    @property
    def needed(self) -> str:
        """What a thread has to say, but for what is one of several."""
        return " ".join((*self.words, *self.phrases))

    @property
    def text(self) -> str:
        """All that is looked for in the text: for ranking, highlighting and for asking it instead."""
        return " ".join((*self.words, *self.phrases, *(one for group in self.either for one in group)))

    def __bool__(self) -> bool:
        return self != Query()


def parse(text: str) -> Query:
    """Read a query. Never raises; empty, blank and meaningless input gives an empty ``Query``."""
    reading = _Reading()
    for match in list(_TERM.finditer(text[:LONGEST_QUERY].translate(_AS_TYPED)))[:MOST_TERMS]:
        reading.take(match)
    return reading.query()


@dataclass
class _Reading:
    """A query half read."""

    words: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    named: dict[str, object] = field(default_factory=dict)
    either: list[list[str]] = field(default_factory=list)
    last: tuple[list[str], str] | None = None
    """Where the last word or phrase went: what comes before an OR."""
    awaits: bool = False

    def take(self, match: re.Match[str]) -> None:
        """One term."""
        value = (match["phrase"] if match["phrase"] is not None else match["word"]).strip()
        if match["field"] is None and not match["minus"] and value in _OR:
            self.awaits = self.last is not None
            return
        if not _MEANING.search(value):
            return
        if match["field"]:
            self._named(match["field"].lower(), value, bool(match["minus"]))
        elif match["minus"]:
            self.without.append(value)
        else:
            self._said(value, is_phrase=match["phrase"] is not None and " " in value)

    def _said(self, value: str, *, is_phrase: bool) -> None:
        place = self.phrases if is_phrase else self.words
        if self.awaits and self.last is not None:
            before, word = self.last
            if before is not self._group():
                before.remove(word)
                self.either.append([word])
            place = self.either[-1]
        place.append(value)
        self.last, self.awaits = (place, value), False

    def _group(self) -> list[str] | None:
        return self.either[-1] if self.either else None

    def _named(self, name: str, value: str, is_negated: bool) -> None:
        self.last, self.awaits = None, False
        if name == "tag":
            self.tags.append(value.lower())
        elif name == "category":
            self.categories.append(value.lower())
        elif name == "author":
            self.named["author"] = value.lower().lstrip("@")
        elif name == "is" and value.lower() in ("solved", "open"):
            self.named["is_solved"] = (value.lower() == "solved") != is_negated
        elif name in ("before", "after") and (day := day_of(value)) is not None:
            self.named[name] = day
        else:
            self.words.append(f"{name}:{value}")

    def query(self) -> Query:
        """All of it."""
        return Query(
            words=tuple(self.words),
            phrases=tuple(self.phrases),
            without=tuple(self.without),
            tags=tuple(self.tags),
            categories=tuple(self.categories),
            either=tuple(tuple(group) for group in self.either if group),
            **self.named,  # type: ignore[arg-type]
        )


def day_of(value: str) -> date | None:
    """The day that somebody means: 2026, 2026-05, 2026-05-03 or 3.5.2026 (of a year or month its first); None if it is none."""
    if (match := _DAY.fullmatch(value)) is not None:
        year, month, day = (int(part) if part else 1 for part in match.groups())
    elif (match := _GERMAN_DAY.fullmatch(value)) is not None:
        day, month, year = (int(part) for part in match.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
