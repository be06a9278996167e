"""A table of a TOML file, which hands out each field once, typed, and knows where it stands.

What nobody asked for is a mistake and is refused, so a typing error in a field's name cannot go unnoticed. A paragraph or a list
item of a body may run over several lines; to its reader it is one.
"""

import re
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from community.seed.story import StoryError

T = TypeVar("T")

_OWN_LINE = re.compile(r"\s*($|[-*] |\d+\. |[>|#]|```)")
_CLOSED_LINE = re.compile(r"\s*($|[>|#]|```)")
_SPAN = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?")


class Row:
    """A TOML table that hands out each field once, typed, and knows where it stands."""

    def __init__(self, fields: dict[str, Any], where: str) -> None:
        self._fields = dict(fields)
        self.where = where

    def wrong(self, message: str) -> StoryError:
        return StoryError(f"{self.where}: {message}")

    def has(self, key: str) -> bool:
        return key in self._fields

    def _take(self, key: str, kind: type[T]) -> T:
        value = self._fields.pop(key, None)
        if not isinstance(value, kind):
            raise self.wrong(f"'{key}' must be a {kind.__name__}, not {value!r}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and not self.has(key):
            return default
        text = self._take(key, str).strip()
        if not text:
            raise self.wrong(f"'{key}' is empty")
        return text

    def body(self, key: str) -> str:
        return _unwrapped(self.text(key))

    def one_of(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        choice = self.text(key, default)
        if choice not in choices:
            raise self.wrong(f"'{key}' is {choice!r}, not one of {', '.join(choices)}")
        return choice

    def number(self, key: str) -> int:
        return self._take(key, int)

    def span(self, key: str) -> timedelta:
        text = self.text(key)
        match = _SPAN.fullmatch(text)
        if match is None:
            raise self.wrong(f"'{key}' is {text!r}, not a span such as '3d 4h' or '20m'")
        days, hours, minutes = (int(part or 0) for part in match.groups())
        return timedelta(days=days, hours=hours, minutes=minutes)

    def flag(self, key: str) -> bool:
        """Whether it is said to be so; what is not mentioned is not so."""
        return self._take(key, bool) if self.has(key) else False

    def threes(self, key: str) -> list[list[str]]:
        """A list of three texts each, as a key and its names in both languages; empty without the field."""
        rows = self._take(key, list) if self.has(key) else []
        if not all(
            isinstance(row, list) and len(row) == 3 and all(isinstance(text, str) for text in row) for row in rows
        ):
            raise self.wrong(f"'{key}' must be a list of three texts each")
        return rows

    def table(self, key: str) -> dict[str, Any]:
        """A table as it stands; empty without the field."""
        return self._take(key, dict) if self.has(key) else {}

    def names(self, key: str) -> tuple[str, ...]:
        names = tuple(self._take(key, list)) if self.has(key) else ()
        if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
            raise self.wrong(f"'{key}' must be a list of different names")
        return names

    def part(self, key: str, build: Callable[["Row"], T]) -> T | None:
        return Row(self._take(key, dict), f"{self.where}, {key}").build(build) if self.has(key) else None

    def parts(self, key: str, build: Callable[["Row"], T]) -> tuple[T, ...]:
        """Every `[[key]]` table below this one, in order; errors call it by its key, name or slug, or its place."""
        return tuple(
            Row(fields, f"{self.where}, {key} {_called(fields) or place}").build(build)
            for place, fields in enumerate(self._take(key, list))
        )

    def build(self, build: Callable[["Row"], T]) -> T:
        built = build(self)
        if self._fields:
            raise self.wrong(f"unknown: {', '.join(sorted(self._fields))}")
        return built


def _unwrapped(body: str) -> str:
    """Joins the lines of each paragraph and list item; code blocks, tables and quotes keep theirs."""
    lines = [""]
    in_code = False
    for line in body.splitlines():
        goes_on = not (in_code or _OWN_LINE.match(line) or _CLOSED_LINE.match(lines[-1]))
        lines[-1:] = [f"{lines[-1]} {line.strip()}"] if goes_on else [lines[-1], line]
        in_code ^= line.startswith("```")
    return "\n".join(lines[1:])


def _called(fields: dict[str, Any]) -> str | None:
    return next((str(fields[name]) for name in ("key", "name", "slug") if name in fields), None)


def read(file: Path, build: Callable[[Row], T]) -> T:
    try:
        fields = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoryError(f"{file.name}: {error}") from error
    return Row(fields, file.name).build(build)
