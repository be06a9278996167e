"""What lists sort by is kept here: who waits since when, when a thread was answered and solved, how many replies it has.

`derive` works it out from the rows and is the truth; `note_reply` is its short cut for the one case that must not get
slower as a thread grows; `repair` says the same for all threads at once. Tests hold the three equal.
"""

from __future__ import annotations

from sqlalchemy import select

from ..core.extensions import db
from .models import Post, Solution, Thread


def derive(thread: Thread) -> None:
    """Set the columns that lists sort by (`waiting_since`, `solved_at`, `first_answered_at`, counts) from the rows.

    Customers wait since the oldest of their published posts that staff have not answered, whoever of them wrote it.
    Nobody waits in a solved, closed, locked or duplicate thread.
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
    thread.first_answered_at = next((post.created_at for post in replies if post.author_id != thread.author_id), None)
    if posts:
        thread.last_post_at, thread.last_post_by_id = posts[-1].created_at, posts[-1].author_id
    waiting = None
    for post in posts:
        if post.by_staff:
            waiting = None
        elif waiting is None:
            waiting = post.created_at
    thread.waiting_since = None if thread.is_over else waiting


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
