"""Merging: two threads about one issue become one. All posts of the one stand in the other; its address leads there for ever.

The thread that stays keeps its title, category, tags and state. It takes the solutions over only if it has none: what its
asker or staff called solved stays as it is, and an issue that was solved in the other thread is solved here too. That is
then the staff's word, from the moment of the merge, so that the asker has the usual time to say otherwise.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from community.accounts.models import Person
from community.core import clock
from community.core.errors import Conflict, Invalid
from community.core.events import Action
from community.core.extensions import db, insert
from community.threads import tagging
from community.threads.addresses import page_of
from community.threads.changing import hold_both
from community.threads.models import Alias, Post, Solution, Thread
from community.threads.posting import count_in_category
from community.threads.queries import address_once

from . import belongings, bringing
from .bringing import Place
from .models import Restructuring


def check(thread: Thread, into: Thread) -> None:
    """Raises Invalid, with what to do instead, if these two cannot be merged."""
    if into.id == thread.id:
        raise Invalid(_l("A thread cannot be merged into itself. Give the number of another one."), "into")
    if into.duplicate_of_id == thread.id:
        raise Invalid(
            _l("That thread leads here as a duplicate, so the two would lead in a circle. Merge that one into this."),
            "into",
        )
    if into.visibility != "published":
        raise Invalid(_l("That thread is not public. Restore it first, or choose another one."), "into")
    if thread.visibility != "published":
        raise Invalid(_l("This thread is not public, and its posts would become so. Restore it first."), "into")


def merge(thread: Thread, into: Thread, *, by: Person, reason: str) -> Restructuring:
    """All posts of `thread` become posts of `into`. Raises Conflict if one of them is gone, Invalid as `check` does."""
    thread, into = hold_both(thread.id, into.id)
    if "removed" in (thread.visibility, into.visibility):
        raise Conflict
    check(thread, into)
    told = belongings.followers_of(thread)
    places = bringing.places_in(thread)
    before: dict[str, Any] = {"next_number": into.next_number, "tags": tagging.names_of(thread)}
    before["solutions"] = _carry_solutions(thread, into, by)
    numbers = bringing.bring(places, into)
    opening = numbers[min(place.number for place in places)]
    before |= _carry_belongings(thread, into) | _turn(thread, into, places, numbers, opening)
    _take_away(thread)
    bringing.conclude(thread, into)
    done = bringing.note("merged", thread, into, places, before, by=by, reason=reason)
    bringing.record(Action.THREAD_MERGED, by_id=by.id, source=thread, to=into, reason=reason, told=told)
    return done


def bring_rest(thread: Thread, into: Thread, *, opening_id: int) -> None:
    """What is left of a thread whose question `opening_id` stands in `into` already becomes part of that; it goes."""
    rest = bringing.places_in(thread)
    numbers = bringing.bring(rest, into)
    db.session.execute(delete(Solution).where(Solution.thread_id == thread.id))
    _carry_belongings(thread, into)
    if into.duplicate_of_id == thread.id:
        into.duplicate_of_id = None
    opening = db.session.scalars(select(Post.number).where(Post.id == opening_id)).one()
    _turn(thread, into, rest, numbers, opening)
    _take_away(thread)


def _carry_solutions(thread: Thread, into: Thread, by: Person) -> list[list[Any]]:
    """Returns the marks that were, as [post, by, role, at]."""
    marks = db.session.scalars(select(Solution).where(Solution.thread_id == thread.id)).all()
    before = [[mark.post_id, mark.by_id, mark.by_role, mark.at.isoformat()] for mark in marks]
    db.session.execute(delete(Solution).where(Solution.thread_id == thread.id))
    if into.solved_at is None:
        db.session.add_all(
            Solution(post_id=post_id, thread_id=into.id, by_id=by.id, by_role="staff", at=clock.now())
            for post_id, *_said in before
        )
    db.session.flush()
    return before


def _carry_belongings(thread: Thread, into: Thread) -> dict[str, Any]:
    return {
        "follows": belongings.carry_followers(thread, into),
        "me_toos": belongings.carry_me_toos(thread, into),
        "notifications": belongings.carry_notifications(thread, into),
        "drafts": belongings.carry_drafts(thread, into),
        "further": belongings.carry_further(thread, into),
    }


def _turn(thread: Thread, into: Thread, places: list[Place], numbers: dict[int, int], opening: int) -> dict[str, Any]:
    """Every address that led to `thread` leads into `into`: its own, its pages', and those of what was merged into it."""
    before: dict[str, Any] = {"aliases": bringing.turn_addresses(thread, into, numbers)}
    rest = db.session.scalars(select(Alias).where(Alias.thread_id == thread.id)).all()
    before["aliases"] += [[alias.path, alias.number] for alias in rest]
    for alias in rest:
        alias.thread_id, alias.number = into.id, opening
    duplicates = list(db.session.scalars(select(Thread.id).where(Thread.duplicate_of_id == thread.id)))
    lead_duplicates(duplicates, into)
    put_address(thread, into, opening)
    for page, number in _first_on_pages(places).items():
        put_address(thread, into, numbers[number], f"?page={page}")
    return before | {"duplicates": duplicates}


def _first_on_pages(places: list[Place]) -> dict[int, int]:
    """Page -> the lowest number on it, for all but the first page, which is at the thread's own address."""
    firsts: dict[int, int] = {}
    for number in sorted(place.number for place in places):
        firsts.setdefault(page_of(number), number)
    firsts.pop(1, None)
    return firsts


def put_address(thread: Thread, to: Thread, number: int, query: str = "") -> None:
    """The address of `thread` leads to this post of `to`."""
    values = {"thread_id": to.id, "number": number}
    db.session.execute(
        insert(Alias)
        .values(path=f"{address_once(thread.id)}{query}", **values)
        .on_conflict_do_update(index_elements=[Alias.path], set_=values)
    )


def lead_duplicates(thread_ids: list[int], master: Thread) -> None:
    """These threads are duplicates of `master`."""
    db.session.execute(
        update(Thread)
        .where(Thread.id.in_(thread_ids))
        .values(duplicate_of_id=master.id, version=Thread.version + 1)
        .execution_options(synchronize_session="fetch")
    )


def _take_away(thread: Thread) -> None:
    tagging.put_tags(thread, [])  # tags before the category, as in posting: two who do both never wait for each other
    if thread.visibility == "published":
        count_in_category(thread.category_id, -1)
    thread.visibility = "removed"


def size_of(thread: Thread) -> dict[str, int]:
    """What a merge would bring over, for whoever decides: posts, followers, "me too"."""
    return {
        "posts": len(list(db.session.scalars(select(Post.id).where(Post.thread_id == thread.id)))),
        "followers": len(belongings.followers_of(thread)),
        "me_toos": thread.me_too_count,
    }
