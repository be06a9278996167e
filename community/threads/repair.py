"""What is stored twice for the sake of lists, and how the rows would have it: `flask doctor` compares, `--repair` corrects.

Every entry of `_counted` is a column and the expression that is its truth. `states.derive` says the same for one thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, func, null, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from ..core import pages
from ..core.extensions import db, rows_changed, writing
from .models import Category, MeToo, Post, Solution, Tag, Thread, ThreadTag, Vote
from .states import merged_questions
from .visibility import PUBLISHED


@dataclass(frozen=True)
class _Counted:
    """A column that repeats what other rows say, and what they say."""

    what: str
    column: InstrumentedAttribute[Any]
    truth: ColumnElement[Any]

    @property
    def is_wrong(self) -> ColumnElement[bool]:
        return self.column.is_distinct_from(self.truth)


def _of_thread(value: Any, *conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    """`value` of the thread's published posts, the first one that was written."""
    return (
        select(value)
        .where(Post.thread_id == Thread.id, Post.visibility == PUBLISHED, *conditions)
        .order_by(Post.created_at, Post.number)
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
    )


def _count(*conditions: ColumnElement[bool], of: Any) -> ScalarSelect[int]:
    return select(func.count()).where(*conditions).correlate(of).scalar_subquery()


def _newest(value: Any) -> ScalarSelect[Any]:
    return (
        select(value)
        .where(Post.thread_id == Thread.id, Post.visibility == PUBLISHED)
        .order_by(Post.created_at.desc(), Post.number.desc())
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
    )


def _waiting_since() -> ColumnElement[Any]:
    answer = aliased(Post)
    answered = (
        select(1)
        .where(answer.thread_id == Post.thread_id, answer.visibility == PUBLISHED, answer.by_staff)
        .where(answer.number > Post.number, answer.created_at >= Post.created_at)
        .correlate(Post)
        .exists()
    )
    is_over = or_(
        *(c.is_not(None) for c in (Thread.solved_at, Thread.closed_at, Thread.locked_at, Thread.duplicate_of_id))
    )
    since = _of_thread(Post.created_at, ~Post.by_staff, ~answered)
    return case((is_over, null()), else_=since)


def _solved_at() -> ScalarSelect[Any]:
    return (
        select(func.min(Solution.at))
        .join(Post, Post.id == Solution.post_id)
        .where(Solution.thread_id == Thread.id, Post.visibility == PUBLISHED)
        .correlate(Thread)
        .scalar_subquery()
    )


def _counted() -> Iterator[_Counted]:
    """In the order of repair: who waits depends on what is solved."""
    replies = (Post.thread_id == Thread.id, Post.number > 1, Post.visibility == PUBLISHED)
    yield _Counted("threads: how many replies", Thread.reply_count, _count(*replies, of=Thread))
    yield _Counted(
        "threads: how many have this too", Thread.me_too_count, _count(MeToo.thread_id == Thread.id, of=Thread)
    )
    yield _Counted("threads: solved since when", Thread.solved_at, _solved_at())
    yield _Counted("threads: who waits since when", Thread.waiting_since, _waiting_since())
    answer = _of_thread(
        Post.created_at,
        Post.number > 1,
        Post.author_id != Thread.author_id,
        Post.created_at >= Thread.created_at,
        Post.number.not_in(merged_questions(Thread.id).correlate(Thread)),
    )
    yield _Counted("threads: first answered when", Thread.first_answered_at, answer)
    for column, of_newest in ((Thread.last_post_at, Post.created_at), (Thread.last_post_by_id, Post.author_id)):
        yield _Counted("threads: the newest post", column, func.coalesce(_newest(of_newest), column))
    votes = _count(Vote.post_id == Post.id, of=Post)
    yield _Counted("posts: how many were helped", Post.helpful_count, votes + Post.helpful_imported)
    public = (Thread.category_id == Category.id, Thread.visibility == PUBLISHED)
    yield _Counted("categories: how many threads", Category.thread_count, _count(*public, of=Category))
    yield _Counted("tags: how many threads", Tag.thread_count, _count(ThreadTag.tag_id == Tag.id, of=Tag))


def drift() -> Iterator[str]:
    """A sentence for each kind of count that no longer agrees with the rows."""
    for counted in _counted():
        wrong = db.session.scalar(select(func.count()).select_from(counted.column.class_).where(counted.is_wrong))
        if wrong:
            yield f"{counted.what}: {wrong} disagree with the rows"


def repair() -> int:
    """Make every count agree with the rows again; returns how many were wrong."""
    changed = 0
    for counted in _counted():
        with writing():
            right = update(counted.column.class_).where(counted.is_wrong).values({counted.column: counted.truth})
            changed += rows_changed(right)
            pages.touch(pages.SITE, pages.LISTS)
    return changed
