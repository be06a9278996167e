"""A site of any size for measurements: threads whose titles and texts are mixed from the seed story's own words."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from community.accounts.models import Person
from community.core import clock
from community.core.extensions import db, writing
from community.core.text.rendering import render_here
from community.seed.reader import load_story
from community.threads.models import Category, Post, Revision, Solution, Tag, Thread, ThreadTag
from community.threads.posting import slug_of

BATCH = 2_000
REPLIES = 3
SOLVED_SHARE = 0.7
_WORD = re.compile(r"[^\W\d_]{4,}")


class _Mixer:
    """Titles and bodies, different each time and always the same for the same seed."""

    def __init__(self) -> None:
        self._random = random.Random(20_261_122)
        story = load_story()
        self._words = {
            language: sorted(
                {
                    word
                    for thread in story.threads
                    if thread.language == language
                    for post in thread.posts
                    for word in _WORD.findall(post.body)
                }
            )
            for language in ("de", "en")
        }
        self._bodies = {
            language: [
                (post.body, render_here(post.body))
                for thread in story.threads
                if thread.language == language
                for post in thread.posts
            ]
            for language in ("de", "en")
        }

    def title(self, language: str) -> str:
        words = self._random.choices(self._words[language], k=self._random.randint(4, 9))
        return " ".join(words).capitalize()

    def body(self, language: str) -> tuple[str, str, str]:
        """Source, HTML and plain text: a post of the story with a sentence that no other post has."""
        source, rendered = self._random.choice(self._bodies[language])
        words = " ".join(self._random.choices(self._words[language], k=12))
        return f"{source}\n\n{words}", f"{rendered.html}\n<p>{words}</p>", f"{rendered.plain}\n{words}"

    def is_solved(self) -> bool:
        return self._random.random() < SOLVED_SHARE

    def choose(self, values: list[int]) -> int:
        return self._random.choice(values)


def grow(threads: int) -> None:
    """Add threads until the site has `threads` of them, each with three replies. The seed must be planted."""
    have = len(db.session.scalars(select(Thread.id)).all())
    first = (db.session.scalar(select(Thread.id).order_by(Thread.id.desc()).limit(1)) or 0) + 1
    first_post = (db.session.scalar(select(Post.id).order_by(Post.id.desc()).limit(1)) or 0) + 1
    numbers = list(range(first, first + max(0, threads - have)))
    mixer, ground = _Mixer(), _Ground()
    for start in range(0, len(numbers), BATCH):
        rows: dict[type, list[dict[str, Any]]] = {Thread: [], Post: [], Revision: [], Solution: [], ThreadTag: []}
        for number in numbers[start : start + BATCH]:
            post_id = first_post + (number - first) * (1 + REPLIES)
            for table, row in _thread(number, post_id, len(numbers), number - first, mixer, ground):
                rows[table].append(row)
        with writing():
            for table, values in rows.items():
                if values:
                    db.session.execute(insert(table), values)
    with writing():
        for category in db.session.scalars(select(Category)):
            count = len(db.session.scalars(select(Thread.id).where(Thread.category_id == category.id)).all())
            db.session.execute(update(Category).where(Category.id == category.id).values(thread_count=count))


class _Ground:
    """The rows that new threads refer to."""

    def __init__(self) -> None:
        self.categories = list(db.session.scalars(select(Category.id)))
        self.tags = list(db.session.scalars(select(Tag.id)))
        self.customers = list(db.session.scalars(select(Person.id).where(Person.role == "customer")))
        self.staff = list(db.session.scalars(select(Person.id).where(Person.role != "customer")))


def _thread(
    number: int, post_id: int, of: int, place: int, mixer: _Mixer, ground: _Ground
) -> Iterator[tuple[type, dict[str, Any]]]:
    language = "de" if number % 3 else "en"
    asked = clock.now() - timedelta(days=700) + timedelta(days=690) * (place / max(1, of))
    moments = [asked + timedelta(hours=2 * step) for step in range(1 + REPLIES)]
    asker, helper = mixer.choose(ground.customers), mixer.choose(ground.staff)
    solved, title = mixer.is_solved(), mixer.title(language)
    yield (
        Thread,
        {
            "id": number,
            "category_id": mixer.choose(ground.categories),
            "author_id": asker,
            "title": title,
            "slug": slug_of(title),
            "language": language,
            "visibility": "published",
            "created_at": asked,
            "last_post_at": moments[-1],
            "last_post_by_id": helper if solved else asker,
            "first_answered_at": moments[1],
            "solved_at": moments[-1] if solved else None,
            "waiting_since": None if solved else moments[-1],
            "next_number": 2 + REPLIES,
            "reply_count": REPLIES,
            "me_too_count": 0,
            "version": 1,
        },
    )
    yield ThreadTag, {"thread_id": number, "tag_id": mixer.choose(ground.tags)}
    for step in range(1 + REPLIES):
        source, html, plain = mixer.body(language)
        by_staff = step == 1 or (step == REPLIES and solved)
        author = helper if by_staff else asker
        yield (
            Post,
            {
                "id": post_id + step,
                "thread_id": number,
                "number": step + 1,
                "author_id": author,
                "by_staff": by_staff,
                "source": source,
                "source_format": "markdown",
                "html": html,
                "plain": plain,
                "renderer_version": 1,
                "language": language,
                "visibility": "published",
                "created_at": moments[step],
                "revision": 1,
                "helpful_count": 0,
                "helpful_imported": 0,
            },
        )
        yield (
            Revision,
            {
                "post_id": post_id + step,
                "number": 1,
                "title": title if step == 0 else None,
                "source": source,
                "at": moments[step],
                "by_id": author,
                "reason": "",
            },
        )
    if solved:
        yield (
            Solution,
            {
                "post_id": post_id + REPLIES,
                "thread_id": number,
                "by_id": asker,
                "by_role": "asker",
                "at": moments[-1],
            },
        )
