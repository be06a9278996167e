"""What readers are shown of found threads, kept in this process while a thread stays as it is.

Every search and every letter typed shows much the same threads. One small question per answer says which of them are public
and in which version; only what has changed since is read again. So nothing is shown that is hidden meanwhile.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from flask import Flask, current_app
from sqlalchemy import Integer, bindparam, literal_column, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from community.core import pages
from community.core.extensions import Question, db
from community.threads.models import Post, Solution, Thread

from .passages import PostText, Text

MOST_ASKED = 20
KEPT = 2_000
POSTS_READ = 12  # posts of a thread in which a passage is looked for, besides its solutions
LONGEST_KEPT = 20_000  # characters of a post that are kept

_NAMES = [f"id{number}" for number in range(MOST_ASKED)]
_VERSIONS = Question(
    union_all(
        select(Thread.id, Thread.version).where(
            Thread.id.in_([bindparam(name, type_=Integer) for name in _NAMES]), Thread.visibility == "published"
        ),
        select(literal_column("0", Integer), pages.PageVersion.version).where(pages.PageVersion.scope == pages.SITE),
    )
)


@dataclass
class Readable:
    """A public thread with its category, solutions and their authors; and its texts, once `with_texts` has read them.

    Detached from any session; do not change it.
    """

    thread: Thread
    title: Text
    stamp: tuple[int, int]
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
            self._kept[readable.thread.id] = readable
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
    versions = dict(_VERSIONS(**dict.fromkeys(_NAMES, 0) | dict(zip(_NAMES, ids, strict=False))))
    site = versions.pop(0, 0)
    found = {one: kept for one, version in versions.items() if (kept := shelf.get(one, (version, site))) is not None}
    missing = [one for one in versions if one not in found]
    if missing:
        with current_app._get_current_object().app_context():  # type: ignore[attr-defined]
            for thread in _read(missing):
                found[thread.id] = Readable(thread, Text(thread.title), (versions[thread.id], site))
                shelf.put(found[thread.id])
    return found


def _read(ids: Sequence[int]) -> Sequence[Thread]:
    return db.session.scalars(
        select(Thread)
        .where(Thread.id.in_(ids), Thread.visibility == "published")
        .options(
            joinedload(Thread.category),
            selectinload(Thread.solutions).joinedload(Solution.post).joinedload(Post.author),
        )
    ).all()


def with_texts(found: dict[int, Readable]) -> dict[int, Readable]:
    """The same threads, with their texts."""
    if unread := [one for one, shown in found.items() if shown.texts is None]:
        texts = _texts(unread)
        for one in unread:
            found[one].texts = texts[one]
    return found


def _texts(ids: Sequence[int]) -> dict[int, list[PostText]]:
    """Thread id -> its first public posts and its solutions."""
    rows = db.session.execute(
        select(Post.thread_id, Post.id, Post.plain, Solution.post_id.is_not(None))
        .outerjoin(Solution, Solution.post_id == Post.id)
        .where(
            Post.thread_id.in_(ids),
            Post.visibility == "published",
            (Post.number <= POSTS_READ) | Solution.post_id.is_not(None),
        )
        .order_by(Post.number)
    )
    texts: dict[int, list[PostText]] = defaultdict(list)
    for thread_id, post_id, plain, is_solution in rows:
        texts[thread_id].append(PostText(post_id, plain[:LONGEST_KEPT], is_solution))
    return texts


def init_app(app: Flask) -> None:
    """One shelf per process."""
    app.extensions["theke-readable"] = Shelf()
