"""Reads the story from its TOML files and refuses one that is malformed or contradicts itself.

A span of time is written as people say it: "3d 4h", "20m".
"""

import re
from datetime import timedelta
from pathlib import Path

from community.seed.coherence import check_story
from community.seed.request_reader import request_in
from community.seed.rows import Row, read
from community.seed.story import (
    LANGUAGES,
    ROLES,
    Story,
    StoryAct,
    StoryAsked,
    StoryCategory,
    StoryDuplicate,
    StoryEdit,
    StoryError,
    StoryPerson,
    StoryPost,
    StoryRequest,
    StorySolution,
    StoryState,
    StoryThread,
)

__all__ = [
    "Story",
    "StoryAct",
    "StoryAsked",
    "StoryCategory",
    "StoryDuplicate",
    "StoryEdit",
    "StoryError",
    "StoryPerson",
    "StoryPost",
    "StoryRequest",
    "StorySolution",
    "StoryState",
    "StoryThread",
    "load_story",
]

STORY = Path(__file__).parent
MAIL_DOMAINS = ("example.org", "example.com")

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def load_story(folder: Path = STORY) -> Story:
    """Read `story.toml`, `people.toml`, `categories.toml` and, by category, `requests/` and `threads/` of the folder.

    Raises StoryError when a file is missing, is not TOML, misses a field, has one too many, or names what is not there.
    """
    provider, tags = read(folder / "story.toml", _head)
    people = read(folder / "people.toml", lambda file: file.parts("person", _person))
    categories = read(folder / "categories.toml", lambda file: file.parts("category", _category))
    staff = frozenset(person.name for person in people if person.is_staff)
    threads = [thread for file in sorted((folder / "threads").glob("*.toml")) for thread in _threads(file, staff)]
    requests = tuple(each for file in sorted((folder / "requests").glob("*.toml")) for each in _requests(file))
    story = Story(provider, tags, people, categories, tuple(sorted(threads, key=lambda thread: -thread.ago)), requests)
    check_story(story)
    return story


def _head(row: Row) -> tuple[str, tuple[str, ...]]:
    return row.text("provider"), row.names("tags")


def _person(row: Row) -> StoryPerson:
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


def _category(row: Row) -> StoryCategory:
    return StoryCategory(
        slug=row.text("slug"),
        name_de=row.text("name_de"),
        name_en=row.text("name_en"),
        description_de=row.text("description_de"),
        description_en=row.text("description_en"),
    )


def _threads(file: Path, staff: frozenset[str]) -> tuple[StoryThread, ...]:
    """The file's name is the category, so that no thread can disagree with its neighbours."""
    return read(file, lambda rows: rows.parts("thread", lambda row: _thread(row, file.stem, staff)))


def _requests(file: Path) -> tuple[StoryRequest, ...]:
    """The file's name is the category here, too."""
    return read(file, lambda rows: rows.parts("request", lambda row: request_in(row, file.stem)))


def _thread(row: Row, category: str, staff: frozenset[str]) -> StoryThread:
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
        asked=row.part("asked", _asked),
    )


def _state(posts: tuple[StoryPost, ...], staff: frozenset[str], *, solved: bool, closed: bool) -> StoryState:
    if closed:
        return StoryState.CLOSED
    if solved:
        return StoryState.SOLVED
    last = [post.author for post in posts if post.hidden is None][-1:]
    return StoryState.WAITING_FOR_CUSTOMER if staff.issuperset(last) else StoryState.NEEDS_STAFF


def _post(row: Row, language: str) -> StoryPost:
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


def _act(row: Row) -> StoryAct:
    return StoryAct(by=row.text("by"), after=row.span("after"), reason=row.text("reason"))


def _edit(row: Row, author: str) -> StoryEdit:
    return StoryEdit(
        by=row.text("by", default=author),
        after=row.span("after"),
        reason=row.text("reason", default=""),
        first_body=row.body("first_body"),
    )


def _solution(row: Row) -> StorySolution:
    return StorySolution(by=row.text("by"), after=row.span("after"), post=row.number("post"))


def _asked(row: Row) -> StoryAsked:
    return StoryAsked(request=row.text("request"), answers=row.table("answers"))


def _duplicate(row: Row) -> StoryDuplicate:
    return StoryDuplicate(by=row.text("by"), after=row.span("after"), of=row.text("of"))
