"""Splitting and moving posts: some posts of a thread become a thread of their own, or posts of another thread.

The question stays: without it the replies that are left would answer nothing. The author of the first post that goes is
the asker of the new thread, so that post is public. A mark "solution" stays behind, because it was said of the other
question; so do followers and "me too". Whoever wrote what goes is told, and hears of the place where it stands now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from community.accounts.models import Person
from community.core.errors import Conflict, Invalid
from community.core.events import Action
from community.core.extensions import db
from community.threads.changing import hold, hold_both
from community.threads.models import Category, Post, Solution, Thread
from community.threads.posting import count_in_category, slug_of
from community.threads.visibility import PUBLISHED

from . import belongings, bringing
from .bringing import Place
from .models import Restructuring


def split(
    thread: Thread, post_ids: Collection[int], *, title: str, category: Category, by: Person, reason: str
) -> Restructuring:
    """These posts become a thread of their own. Raises Invalid as `chosen` does, and for an archived category."""
    hold(thread)
    places = chosen(thread, post_ids)
    if category.archived_at is not None:
        raise Invalid(_l("This category takes no new threads. Choose another one."), "category")
    first = db.session.get_one(Post, places[0].post_id)
    if first.visibility != PUBLISHED:
        raise Invalid(_l("A thread begins with a public post. Choose an earlier one, or restore it first."), "posts")
    new = _opened_by(first, title, category)
    done = _bring(places, thread, new, kind="split", by=by, reason=reason)
    count_in_category(category.id, 1)
    _conclude(done, thread, new, Action.THREAD_SPLIT)
    return done


def move_posts(thread: Thread, post_ids: Collection[int], to: Thread, *, by: Person, reason: str) -> Restructuring:
    """These posts become the last ones of `to`. Raises Invalid as `chosen` does, and if `to` is not public or the same."""
    thread, to = hold_both(thread.id, to.id)
    if "removed" in (thread.visibility, to.visibility):
        raise Conflict
    places = chosen(thread, post_ids)
    if to.id == thread.id:
        raise Invalid(_l("They are in this thread already. Give the number of another one."), "into")
    if to.visibility != PUBLISHED:
        raise Invalid(_l("That thread is not public. Restore it first, or choose another one."), "into")
    done = _bring(places, thread, to, kind="moved", by=by, reason=reason)
    _conclude(done, thread, to, Action.POSTS_MOVED)
    return done


def chosen(thread: Thread, post_ids: Collection[int]) -> list[Place]:
    """The places of these posts, in the order in which they were written. Raises Invalid, with what to do instead."""
    if thread.visibility != PUBLISHED:
        raise Invalid(_l("This thread is not public, and its posts would become so. Restore it first."), "posts")
    if not post_ids:
        raise Invalid(_l("Choose the posts that go."), "posts")
    every = bringing.places_in(thread)
    gone = set(db.session.scalars(select(Post.id).where(Post.thread_id == thread.id, Post.visibility == "removed")))
    wanted = set(post_ids)
    places = [place for place in every if place.post_id in wanted and place.post_id not in gone]
    if len(places) != len(wanted):
        raise Invalid(_l("Some of these posts are not in this thread. Look at it again and choose anew."), "posts")
    if len(places) == len(every) - len(gone):
        raise Invalid(_l("These are all posts of the thread. Merge it into another one instead."), "posts")
    if any(place.number == 1 for place in places):
        raise Invalid(_l("The question stays where it is. Choose replies only."), "posts")
    return places


def _opened_by(first: Post, title: str, category: Category) -> Thread:
    """A thread without posts, asked by whoever wrote this one, when they wrote it."""
    new = Thread(
        category_id=category.id,
        author_id=first.author_id,
        title=title,
        slug=slug_of(title),
        language=first.language,
        created_at=first.created_at,
        last_post_at=first.created_at,
        last_post_by_id=first.author_id,
        next_number=1,
    )
    db.session.add(new)
    db.session.flush()
    return new


def _bring(places: list[Place], source: Thread, to: Thread, *, kind: str, by: Person, reason: str) -> Restructuring:
    before: dict[str, Any] = {"next_number": to.next_number, "solutions": _unmark(places)}
    numbers = bringing.bring(places, to)
    before["aliases"] = bringing.turn_addresses(source, to, numbers)
    authors = _authors(place.post_id for place in places)
    before["follows"] = {"new": belongings.add_followers(to, source, authors)}
    belongings.notifications_follow_posts(source, to)
    return bringing.note(kind, source, to, places, before, by=by, reason=reason)


def _conclude(done: Restructuring, source: Thread, to: Thread, action: Action) -> None:
    bringing.conclude(source, to)
    told = _authors(post_id for post_id, *_place in done.before["posts"])
    bringing.record(action, by_id=done.by_id, source=source, to=to, reason=done.reason, told=told)


def _unmark(places: list[Place]) -> list[list[Any]]:
    """No solution any more. Returns the marks that were, as [post, by, role, at]."""
    here = Solution.post_id.in_([place.post_id for place in places])
    marks = db.session.scalars(select(Solution).where(here)).all()
    before = [[mark.post_id, mark.by_id, mark.by_role, mark.at.isoformat()] for mark in marks]
    db.session.execute(delete(Solution).where(here))
    return before


def _authors(post_ids: Iterable[int]) -> list[int]:
    written = select(Post.author_id).where(Post.id.in_(list(post_ids))).distinct()
    return list(db.session.scalars(written.order_by(Post.author_id)))
