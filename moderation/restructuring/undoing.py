"""Undoing: what was restructured by mistake is brought back as it was: places, addresses, followers, "me too", solutions.

Only while neither thread was restructured since: the later one is undone first. What was written or said since stays where
it was said, except in a thread that goes: what stands in that goes along.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select, update

from community.accounts.models import Person
from community.core import clock
from community.core.errors import Conflict
from community.core.events import Action
from community.core.extensions import db
from community.threads import tagging
from community.threads.changing import hold_both
from community.threads.models import Alias, Post, Solution, Thread
from community.threads.posting import count_in_category
from community.threads.queries import address_once

from . import belongings, bringing, merging
from .bringing import Place
from .models import Restructuring


def undo(done: Restructuring, *, by: Person, reason: str = "") -> None:
    """Bring everything back. Raises Conflict if it was undone already, or if one of the threads was restructured since."""
    source, to = hold_both(done.from_id, done.to_id)
    db.session.refresh(done)
    _still_can_be_undone(done)
    _UNDO[done.kind](done, source, to)
    done.undone_at, done.undone_by_id = clock.now(), by.id
    bringing.conclude(source, to)
    bringing.record(Action.RESTRUCTURING_UNDONE, by_id=by.id, source=to, to=source, reason=reason)


def _still_can_be_undone(done: Restructuring) -> None:
    if done.undone_at is not None:
        raise Conflict(_l("This was undone already."))
    threads = (done.from_id, done.to_id)
    later = select(Restructuring.id).where(
        Restructuring.id > done.id,
        Restructuring.undone_at.is_(None),
        or_(Restructuring.from_id.in_(threads), Restructuring.to_id.in_(threads)),
    )
    if db.session.scalar(later.limit(1)) is not None:
        raise Conflict(_l("One of these threads was restructured again since. Undo the later act first."))


def _unmerge(done: Restructuring, source: Thread, to: Thread) -> None:
    _put_back(done, source, to)
    before = done.before
    _return_marks(done, source)
    belongings.return_followers(source, to, before["follows"])
    belongings.return_me_toos(source, to, before["me_toos"])
    belongings.notifications_follow_posts(to, source, before["notifications"])
    belongings.return_drafts(source, to, before["drafts"])
    belongings.return_further(source, to, before["further"])
    _forget_address(source)
    _return_addresses(source, before["aliases"])
    _return_duplicates(source, to, before["duplicates"])
    tagging.put_tags(source, before["tags"])
    _show_again(source)


def _put_back(done: Restructuring, source: Thread, to: Thread) -> None:
    """The posts stand at their old places. `to` counts on from where it was, unless somebody wrote there since."""
    moments = dict(db.session.execute(select(Post.id, Post.created_at).where(Post.thread_id == to.id)).all())
    back = [
        Place(post_id, number, reply_to, moments[post_id])
        for post_id, number, reply_to in done.before["posts"]
        if post_id in moments
    ]
    bringing.put(source, back)
    if to.next_number == done.after["next_number"]:
        to.next_number = done.before["next_number"]


def _return_marks(done: Restructuring, source: Thread) -> None:
    """The solution marks on these posts are those that were."""
    post_ids = [post_id for post_id, *_place in done.before["posts"]]
    db.session.execute(delete(Solution).where(Solution.post_id.in_(post_ids)))
    db.session.add_all(
        Solution(post_id=post_id, thread_id=source.id, by_id=by_id, by_role=role, at=datetime.fromisoformat(at))
        for post_id, by_id, role, at in done.before["solutions"]
    )
    db.session.flush()


def _forget_address(thread: Thread) -> None:
    """The thread is at its address itself again."""
    once = address_once(thread.id)
    db.session.execute(delete(Alias).where(or_(Alias.path == once, Alias.path.like(f"{once}?page=%"))))


def _return_addresses(source: Thread, aliases: list[list[Any]]) -> None:
    for path, number in aliases:
        db.session.execute(update(Alias).where(Alias.path == path).values(thread_id=source.id, number=number))


def _return_duplicates(source: Thread, to: Thread, thread_ids: list[int]) -> None:
    """Those that still lead where the merge led them."""
    still = select(Thread.id).where(Thread.id.in_(thread_ids), Thread.duplicate_of_id == to.id)
    merging.lead_duplicates(list(db.session.scalars(still)), source)


def _show_again(source: Thread) -> None:
    """It is as visible as its question, which may have been hidden meanwhile."""
    source.visibility = db.session.scalars(
        select(Post.visibility).where(Post.thread_id == source.id, Post.number == 1)
    ).one()
    if source.visibility == "published":
        count_in_category(source.category_id, 1)


def _unmove(done: Restructuring, source: Thread, to: Thread) -> None:
    _put_back(done, source, to)
    _return_marks(done, source)
    belongings.remove_followers(to, done.before["follows"]["new"])
    belongings.notifications_follow_posts(to, source)
    _return_addresses(source, done.before["aliases"])


def _unsplit(done: Restructuring, source: Thread, to: Thread) -> None:
    """The thread that was made goes. What was written and said in it since goes into the one that it came from."""
    _unmove(done, source, to)
    merging.bring_rest(to, source, opening_id=done.first_post_id)


_UNDO: dict[str, Callable[[Restructuring, Thread, Thread], None]] = {
    "merged": _unmerge,
    "moved": _unmove,
    "split": _unsplit,
}
