"""Reads the story from its TOML files and refuses one that is malformed or contradicts itself.

A table hands out each field once, typed; what nobody asked for is a mistake and is refused, so a typing error in a
field's name cannot go unnoticed. A span of time is written as people say it: "3d 4h", "20m". A paragraph or a list
item of a body may run over several lines; to its reader it is one.
"""

import re
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from community.seed.coherence import check_story
from community.seed.story import (
    LANGUAGES,
    ROLES,
    Story,
    StoryAct,
    StoryCategory,
    StoryDuplicate,
    StoryEdit,
    StoryError,
    StoryPerson,
    StoryPost,
    StorySolution,
    StoryState,
    StoryThread,
)

__all__ = [
    "Story",
    "StoryAct",
    "StoryCategory",
    "StoryDuplicate",
    "StoryEdit",
    "StoryError",
    "StoryPerson",
    "StoryPost",
    "StorySolution",
    "StoryState",
    "StoryThread",
    "load_story",
]

STORY = Path(__file__).parent
MAIL_DOMAINS = ("example.org", "example.com")

T = TypeVar("T")

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OWN_LINE = re.compile(r"\s*($|[-*] |\d+\. |[>|#]|```)")
_CLOSED_LINE = re.compile(r"\s*($|[>|#]|```)")
_SPAN = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?")


def load_story(folder: Path = STORY) -> Story:
    """Read `story.toml`, `people.toml`, `categories.toml` and `threads/<category>.toml` of the folder.

    Raises StoryError when a file is missing, is not TOML, misses a field, has one too many, or names what is not there.
    """
    provider, tags = _read(folder / "story.toml", _head)
    people = _read(folder / "people.toml", lambda file: file.parts("person", _person))
    categories = _read(folder / "categories.toml", lambda file: file.parts("category", _category))
    staff = frozenset(person.name for person in people if person.is_staff)
    threads = [thread for file in sorted((folder / "threads").glob("*.toml")) for thread in _threads(file, staff)]
    story = Story(provider, tags, people, categories, tuple(sorted(threads, key=lambda thread: -thread.ago)))
    check_story(story)
    return story


class _Row:
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

    def names(self, key: str) -> tuple[str, ...]:
        names = tuple(self._take(key, list)) if self.has(key) else ()
        if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
            raise self.wrong(f"'{key}' must be a list of different names")
        return names

    def part(self, key: str, build: Callable[["_Row"], T]) -> T | None:
        return _Row(self._take(key, dict), f"{self.where}, {key}").build(build) if self.has(key) else None

    def parts(self, key: str, build: Callable[["_Row"], T]) -> tuple[T, ...]:
        """Every `[[key]]` table below this one, in order; errors call it by its key, name or slug, or its place."""
        return tuple(
            _Row(fields, f"{self.where}, {key} {_called(fields) or place}").build(build)
            for place, fields in enumerate(self._take(key, list))
        )

    def build(self, build: Callable[["_Row"], T]) -> T:
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


def _read(file: Path, build: Callable[[_Row], T]) -> T:
    try:
        fields = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoryError(f"{file.name}: {error}") from error
    return _Row(fields, file.name).build(build)


def _head(row: _Row) -> tuple[str, tuple[str, ...]]:
    return row.text("provider"), row.names("tags")


def _person(row: _Row) -> StoryPerson:
    person = StoryPerson(
        name=row.text("name"),
        display_name=row.text("display_name"),
        email=row.text("email"),
        language=row.one_of("language", LANGUAGES),
        role=row.one_of("role", ROLES),
        joined=row.span("joined"),
    )
    if not _NAME.fullmatch(person.name):
        raise row.wrong("a name has lowercase letters, digits and single hyphens")
    if person.email.partition("@")[2] not in MAIL_DOMAINS:
        raise row.wrong(f"mail addresses end in {' or '.join(MAIL_DOMAINS)}")
    return person


def _category(row: _Row) -> StoryCategory:
    return StoryCategory(
        slug=row.text("slug"),
        name_de=row.text("name_de"),
        name_en=row.text("name_en"),
        description_de=row.text("description_de"),
        description_en=row.text("description_en"),
    )


def _threads(file: Path, staff: frozenset[str]) -> tuple[StoryThread, ...]:
    """The file's name is the category, so that no thread can disagree with its neighbours."""
    return _read(file, lambda rows: rows.parts("thread", lambda row: _thread(row, file.stem, staff)))


def _thread(row: _Row, category: str, staff: frozenset[str]) -> StoryThread:
    language = row.one_of("language", LANGUAGES)
    posts = row.parts("post", lambda post: _post(post, language))
    if not posts:
        raise row.wrong("there is no opening post")
    solution = row.part("solution", _solution)
    lock, duplicate = row.part("lock", _act), row.part("duplicate", _duplicate)
    return StoryThread(
        key=row.text("key"),
        category=category,
        title=row.text("title"),
        language=language,
        tags=row.names("tags"),
        ago=row.span("ago"),
        me_too=row.names("me_too"),
        posts=posts,
        state=_state(posts, staff, solved=solution is not None, closed=bool(lock or duplicate)),
        solution=solution,
        lock=lock,
        duplicate=duplicate,
    )


def _state(posts: tuple[StoryPost, ...], staff: frozenset[str], *, solved: bool, closed: bool) -> StoryState:
    if closed:
        return StoryState.CLOSED
    if solved:
        return StoryState.SOLVED
    last = [post.author for post in posts if post.hidden is None][-1:]
    return StoryState.WAITING_FOR_CUSTOMER if staff.issuperset(last) else StoryState.NEEDS_STAFF


def _post(row: _Row, language: str) -> StoryPost:
    """The opening post is written without `after`: it is the start that the others are counted from."""
    author = row.text("author")
    return StoryPost(
        author=author,
        after=row.span("after") if row.has("after") else timedelta(),
        body=row.body("body"),
        language=row.one_of("language", LANGUAGES, default=language),
        helpful=row.names("helpful"),
        edit=row.part("edit", lambda edit: _edit(edit, author)),
        hidden=row.part("hidden", _act),
    )


def _act(row: _Row) -> StoryAct:
    return StoryAct(by=row.text("by"), after=row.span("after"), reason=row.text("reason"))


def _edit(row: _Row, author: str) -> StoryEdit:
    return StoryEdit(
        by=row.text("by", default=author),
        after=row.span("after"),
        reason=row.text("reason", default=""),
        first_body=row.body("first_body"),
    )


def _solution(row: _Row) -> StorySolution:
    return StorySolution(by=row.text("by"), after=row.span("after"), post=row.number("post"))


def _duplicate(row: _Row) -> StoryDuplicate:
    return StoryDuplicate(by=row.text("by"), after=row.span("after"), of=row.text("of"))
