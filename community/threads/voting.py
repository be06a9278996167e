""" "Helped me" on a reply and "I have this too" on a thread: once per person, and taken back the same way."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from ..accounts.models import Person
from ..core import clock, events
from ..core.events import Action
from ..core.extensions import db, insert, rows_changed
from .changing import hold, hold_thread_of, mark_changed
from .models import MeToo, Post, Thread, Vote


def _insert_once(table: type[Vote] | type[MeToo], **values: int) -> bool:
    """Insert unless it is there; True if it was new. Safe against the same click twice at once."""
    statement = insert(table).values(at=clock.now(), **values).on_conflict_do_nothing().returning(table.person_id)
    return db.session.execute(statement).first() is not None


def vote_helpful(post: Post, *, by: Person) -> None:
    """`by` says that this reply helped. A second time changes nothing."""
    hold_thread_of(post)
    if _insert_once(Vote, post_id=post.id, person_id=by.id):
        _recount_helpful(post)
        events.record(Action.POST_HELPFUL, actor_id=by.id, thread_id=post.thread_id, post_id=post.id)


def withdraw_helpful(post: Post, *, by: Person) -> None:
    """`by` takes the vote back, if there is one."""
    hold_thread_of(post)
    if rows_changed(delete(Vote).where(Vote.post_id == post.id, Vote.person_id == by.id)):
        _recount_helpful(post)
        events.record(Action.POST_HELPFUL_WITHDRAWN, actor_id=by.id, thread_id=post.thread_id, post_id=post.id)


def say_me_too(thread: Thread, *, by: Person) -> None:
    """`by` has this too. A second time changes nothing."""
    hold(thread)
    if _insert_once(MeToo, thread_id=thread.id, person_id=by.id):
        _recount_me_too(thread)
        events.record(Action.THREAD_ME_TOO, actor_id=by.id, thread_id=thread.id)


def withdraw_me_too(thread: Thread, *, by: Person) -> None:
    """`by` no longer has this."""
    hold(thread)
    if rows_changed(delete(MeToo).where(MeToo.thread_id == thread.id, MeToo.person_id == by.id)):
        _recount_me_too(thread)
        events.record(Action.THREAD_ME_TOO_WITHDRAWN, actor_id=by.id, thread_id=thread.id)


def _recount_helpful(post: Post) -> None:
    votes = select(func.count()).where(Vote.post_id == post.id).scalar_subquery()
    db.session.execute(
        update(Post)
        .where(Post.id == post.id)
        .values(helpful_count=votes + Post.helpful_imported)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(post, ["helpful_count"])
    mark_changed(db.session.get_one(Thread, post.thread_id))


def _recount_me_too(thread: Thread) -> None:
    count = select(func.count()).where(MeToo.thread_id == thread.id).scalar_subquery()
    db.session.execute(
        update(Thread)
        .where(Thread.id == thread.id)
        .values(me_too_count=count)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(thread, ["me_too_count"])
    mark_changed(thread)
