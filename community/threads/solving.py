"""Solving: the asker or staff mark a reply as solution. It says who did, and it can be taken back."""

from __future__ import annotations

from sqlalchemy import delete, select

from ..accounts.models import Person
from ..core import clock, events
from ..core.errors import Conflict
from ..core.events import Action
from ..core.extensions import db
from .changing import hold, hold_thread_of, mark_changed
from .closing import forget_closing
from .models import Post, Solution, Thread
from .states import derive


def mark_solution(post: Post, *, by: Person) -> Solution:
    """This reply solves its thread. Marking it again changes nothing. Raises Conflict for an opening or hidden post."""
    thread = hold_thread_of(post)
    if post.number == 1 or post.visibility != "published":
        raise Conflict
    known = db.session.scalar(select(Solution).where(Solution.post_id == post.id))
    if known is not None:
        return known
    solution = Solution(
        post_id=post.id,
        thread_id=thread.id,
        by_id=by.id,
        by_role="asker" if by.id == thread.author_id else "staff",
        at=clock.now(),
    )
    db.session.add(solution)
    db.session.flush()
    _follow_up(thread)
    events.record(Action.THREAD_SOLVED, actor_id=by.id, thread_id=thread.id, post_id=post.id)
    return solution


def unmark_solution(post: Post, *, by: Person) -> None:
    """Take the mark back; the thread waits again for whoever it waited for. Raises Conflict if there is no mark."""
    thread = hold_thread_of(post)
    solution = db.session.scalar(select(Solution).where(Solution.post_id == post.id))
    if solution is None:
        raise Conflict
    db.session.delete(solution)
    db.session.flush()
    _follow_up(thread)
    events.record(Action.THREAD_UNSOLVED, actor_id=by.id, thread_id=thread.id, post_id=post.id)


def reopen(thread: Thread, *, by: Person) -> None:
    """It is not solved after all: every mark is taken back, it is open, and customers wait again. Raises Conflict if
    no mark is there."""
    hold(thread)
    if thread.solved_at is None:
        raise Conflict
    forget_closing(thread)
    db.session.execute(delete(Solution).where(Solution.thread_id == thread.id))
    _follow_up(thread)
    events.record(Action.THREAD_REOPENED, actor_id=by.id, thread_id=thread.id)


def _follow_up(thread: Thread) -> None:
    derive(thread)
    mark_changed(thread)
