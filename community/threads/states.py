"""What lists sort by is kept here: who waits since when, when a thread was answered and solved, how many replies it has.

`derive` works it out from the rows and is the truth; `note_reply` is its short cut for the one case that must not get
slower as a thread grows; `repair` says the same for all threads at once. Tests hold the three equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from ..core.extensions import db
from .models import Alias, Post, Solution, Thread


def derive(thread: Thread) -> None:
    """Set the columns that lists sort by (`waiting_since`, `solved_at`, `first_answered_at`, counts) from the rows.

    Customers wait since the oldest of their published posts that staff have not answered, whoever of them wrote it: an
    answer stands below it and is not older, because after a merge older posts may stand below newer ones.
    Nobody waits in a solved, closed, locked or duplicate thread. A question that came by a merge answers nothing.
    """
    posts = db.session.execute(
        select(Post.number, Post.author_id, Post.by_staff, Post.created_at)
        .where(Post.thread_id == thread.id, Post.visibility == "published")
        .order_by(Post.number)
    ).all()
    thread.solved_at = db.session.scalars(
        select(Solution.at)
        .join(Post, Post.id == Solution.post_id)
        .where(Solution.thread_id == thread.id, Post.visibility == "published")
        .order_by(Solution.at)
    ).first()
    replies = [post for post in posts if post.number > 1]
    thread.reply_count = len(replies)
    questions = set(db.session.scalars(merged_questions(thread.id)))
    thread.first_answered_at = min(
        (
            post.created_at
            for post in replies
            if post.author_id != thread.author_id
            and post.created_at >= thread.created_at
            and post.number not in questions
        ),
        default=None,
    )
    if posts:
        newest = max(posts, key=lambda post: (post.created_at, post.number))
        thread.last_post_at, thread.last_post_by_id = newest.created_at, newest.author_id
    thread.waiting_since = None if thread.is_over else min(_unanswered(posts), default=None)


def _unanswered(posts: Sequence[Any]) -> Iterator[datetime]:
    """When those of customers' posts were written that no post of staff answers: one below that is not older."""
    answered: datetime | None = None
    for post in reversed(posts):
        if post.by_staff:
            answered = max(answered, post.created_at) if answered else post.created_at
        elif answered is None or answered < post.created_at:
            yield post.created_at


def merged_questions(thread_id: Any) -> Select[int | None]:
    """The numbers of the posts that opened a thread of their own before it was merged into this one."""
    return select(Alias.number).where(
        Alias.thread_id == thread_id,
        Alias.number.is_not(None),
        Alias.path.like("/threads/%"),
        Alias.path.not_like("%?%"),  # those lead to the first post of a page
    )


def note_reply(thread: Thread, post: Post) -> None:
    """What `derive` would find after this newest reply, found without looking at the others. `thread` is held."""
    thread.reply_count += 1
    thread.last_post_at, thread.last_post_by_id = post.created_at, post.author_id
    if thread.first_answered_at is None and post.author_id != thread.author_id:
        thread.first_answered_at = post.created_at
    if post.by_staff:
        thread.waiting_since = None
    elif thread.waiting_since is None and not thread.is_over:
        thread.waiting_since = post.created_at
