"""What readers are shown of found threads, kept in this process while a thread stays as it is.

Every search and every letter typed shows much the same threads. One small question per answer says which of them are public
and in which version; only what has changed since is read again. So nothing is shown that is hidden meanwhile.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

from flask import Flask, current_app
from sqlalchemy import Integer, String, bindparam, func, literal_column, or_, select, union_all

from community.accounts.models import STAFF_ROLES, Person
from community.core import pages
from community.core.extensions import Question
from community.intake.similar import Author, Place
from community.threads.models import Category, Post, Solution, State, Thread, state_of
from community.threads.visibility import PUBLISHED

from .passages import PostText

MOST_ASKED = 20
KEPT = 5_000
POSTS_READ = 12  # posts of a thread in which a passage is looked for, besides its solutions
LONGEST_KEPT = 20_000  # characters of a post in which a passage is looked for
LONGEST_TOGETHER = 30_000  # characters of all posts of a thread that are kept

_NAMES = [f"id{number}" for number in range(MOST_ASKED)]
_THESE = [bindparam(name, type_=Integer) for name in _NAMES]
_VERSIONS = Question(
    union_all(
        select(Thread.id, Thread.version, Thread.visibility).where(Thread.id.in_(_THESE)),
        select(literal_column("0", Integer), pages.PageVersion.version, literal_column("''", String)).where(
            pages.PageVersion.scope == pages.SITE
        ),
    )
)
_THREADS = Question(
    select(
        Thread.visibility,
        Thread.id,
        Thread.slug,
        Thread.title,
        Thread.language,
        Thread.solved_at,
        or_(*(column.is_not(None) for column in (Thread.closed_at, Thread.locked_at, Thread.duplicate_of_id))),
        Thread.waiting_since,
        Thread.last_post_at,
        Category.id,
        Category.slug,
        Category.name_de,
        Category.name_en,
        Category.archived_at,
    )
    .join(Category, Category.id == Thread.category_id)
    .where(Thread.id.in_(_THESE))
)
_SOLUTIONS = Question(
    select(
        *(Post.visibility, Solution.thread_id, Post.id, Post.html),
        *(Person.name, Person.display_name, Person.role, Person.erased_at),
    )
    .join(Post, Post.id == Solution.post_id)
    .join(Person, Person.id == Post.author_id)
    .where(Solution.thread_id.in_(_THESE))
    .order_by(Solution.at.desc())
)
_TEXTS = Question(
    select(Post.visibility, Post.thread_id, Post.id, func.substr(Post.plain, 1, LONGEST_KEPT), Solution.post_id)
    .outerjoin(Solution, Solution.post_id == Post.id)
    .where(Post.thread_id.in_(_THESE), (Post.number <= POSTS_READ) | Solution.post_id.is_not(None))
    .order_by(Post.number)
)
"""Visibility is looked at here and not asked for: nearly all rows are public, and a database may begin with those."""


def _of(question: Question, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """What a question answers about these threads."""
    return question(**dict.fromkeys(_NAMES, 0) | dict(zip(_NAMES, ids, strict=False)))


def _public(question: Question, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The same, where the first column is a visibility: only what everyone may read, without that column."""
    return [row[1:] for row in _of(question, ids) if row[0] == PUBLISHED]


class Solved(NamedTuple):
    """A thread's first solution."""

    post_id: int
    html: str
    author: Author


@dataclass(slots=True)
class Readable:
    """A public thread as results show it; with its texts, once `with_texts` has read them."""

    id: int
    slug: str
    title: str
    language: str
    state: State
    last_post_at: datetime
    solved_at: datetime | None
    category: Place
    stamp: tuple[int, int]
    solution: Solved | None = None
    texts: Sequence[PostText] | None = None


class Shelf:
    """The threads shown last, most of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Readable] = OrderedDict()
        self._mutex = Lock()

    def get(self, thread_id: int, stamp: tuple[int, int]) -> Readable | None:
        """The thread as it was at this stamp."""
        with self._mutex:
            found = self._kept.get(thread_id)
            if found is None or found.stamp != stamp:
                return None
            self._kept.move_to_end(thread_id)
            return found

    def put(self, readable: Readable) -> None:
        """Keep it; what was not shown for longest goes."""
        with self._mutex:
            self._kept[readable.id] = readable
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def readable(ids: Sequence[int]) -> dict[int, Readable]:
    """Those of these threads that everyone may read, by id."""
    found: dict[int, Readable] = {}
    for start in range(0, len(ids), MOST_ASKED):
        found |= _readable(ids[start : start + MOST_ASKED])
    return found


def _readable(ids: Sequence[int]) -> dict[int, Readable]:
    shelf: Shelf = current_app.extensions["theke-readable"]
    rows = _of(_VERSIONS, ids)
    versions = {one: version for one, version, visibility in rows if visibility == PUBLISHED}
    site = next((version for one, version, _ in rows if one == 0), 0)
    found = {one: kept for one, version in versions.items() if (kept := shelf.get(one, (version, site))) is not None}
    missing = [one for one in versions if one not in found]
    if missing:
        for shown in _read(missing, {one: (versions[one], site) for one in missing}):
            found[shown.id] = shown
            shelf.put(shown)
    return found


def _read(ids: Sequence[int], stamps: Mapping[int, tuple[int, int]]) -> list[Readable]:
    rows = _public(_THREADS, ids)
    solutions = _solutions([number for number, _, _, _, solved_at, *_ in rows if solved_at is not None])
    return [
        Readable(
            id=number,
            slug=slug,
            title=title,
            language=language,
            state=state_of(is_solved=solved_at is not None, is_over=is_over, is_waiting=waiting_since is not None),
            last_post_at=last_post_at,
            solved_at=solved_at,
            category=_place(*place),
            stamp=stamps[number],
            solution=solutions.get(number),
        )
        for number, slug, title, language, solved_at, is_over, waiting_since, last_post_at, *place in rows
    ]


def _solutions(ids: Sequence[int]) -> dict[int, Solved]:
    """Thread id -> its first public solution."""
    return {
        thread_id: Solved(post_id, html, _author(name, display_name, role in STAFF_ROLES, erased_at))
        for thread_id, post_id, html, name, display_name, role, erased_at in _public(_SOLUTIONS, ids)
    }


_place = lru_cache(maxsize=500)(Place)  # a few of them stand in all threads
_author = lru_cache(maxsize=2_000)(Author)


def with_texts(found: dict[int, Readable]) -> dict[int, Readable]:
    """The same threads, with their texts."""
    unread = [one for one, shown in found.items() if shown.texts is None]
    for start in range(0, len(unread), MOST_ASKED):
        some = unread[start : start + MOST_ASKED]
        texts = _texts(some)
        for one in some:
            if sum(len(post.text) for post in texts[one]) > LONGEST_TOGETHER:
                found[one] = replace(found[one])  # what is kept stays small
            found[one].texts = texts[one]
    return found


def _texts(ids: Sequence[int]) -> dict[int, list[PostText]]:
    """Thread id -> its first public posts and its solutions."""
    texts: dict[int, list[PostText]] = defaultdict(list)
    for thread_id, post_id, plain, solution in _public(_TEXTS, ids):
        texts[thread_id].append(PostText(post_id, plain, is_solution=solution is not None))
    return texts


def init_app(app: Flask) -> None:
    """One shelf per process."""
    app.extensions["theke-readable"] = Shelf()
