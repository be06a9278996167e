"""What people said and wrote of a thread goes where its posts go, and counts nobody twice.

Whoever said the same of the other thread before is left as they are there: a follower who switched it off stays off. The
asker of the other thread has the issue anyway and is no "me too" of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from community.core import clock
from community.core.extensions import db, insert, rows_changed
from community.intake.models import Draft
from community.notifications.models import Follow, Notification
from community.threads.models import MeToo, Post, Thread

Rows = list[list[Any]]


def followers_of(thread: Thread) -> list[int]:
    """Who hears of it."""
    return list(
        db.session.scalars(select(Follow.person_id).where(Follow.thread_id == thread.id, Follow.level != "off"))
    )


# --- Followers


def carry_followers(source: Thread, to: Thread) -> dict[str, Rows]:
    """All followers of `source` follow `to` instead. Returns the rows that were, and those of persons new in `to`."""
    rows = db.session.execute(
        select(Follow.person_id, Follow.level, Follow.at).where(Follow.thread_id == source.id)
    ).all()
    known = set(db.session.scalars(select(Follow.person_id).where(Follow.thread_id == to.id)))
    were = [[person, level, at.isoformat()] for person, level, at in rows]
    new = [row for row in were if row[0] not in known]
    rows_changed(delete(Follow).where(Follow.thread_id == source.id))
    _follow(to, new)
    return {"were": were, "new": new}


def add_followers(to: Thread, source: Thread, person_ids: list[int]) -> Rows:
    """These persons hear of `to` from now on, unless they said anything about it, or no to `source`. Returns the new rows."""
    known = set(db.session.scalars(select(Follow.person_id).where(Follow.thread_id == to.id)))
    off = set(db.session.scalars(select(Follow.person_id).where(Follow.thread_id == source.id, Follow.level == "off")))
    new = [[person, "off" if person in off else "normal", clock.now().isoformat()] for person in person_ids]
    new = [row for row in new if row[0] not in known]
    _follow(to, new)
    return new


def remove_followers(thread: Thread, rows: Rows) -> None:
    """Those of these rows go that are still as they were written: else the person said something since."""
    for person, level, at in rows:
        rows_changed(
            delete(Follow).where(
                Follow.thread_id == thread.id,
                Follow.person_id == person,
                Follow.level == level,
                Follow.at == datetime.fromisoformat(at),
            )
        )


def return_followers(source: Thread, to: Thread, carried: dict[str, Rows]) -> None:
    """They follow `source` as they did; in `to` those who came with it stay only if they said so themselves since."""
    remove_followers(to, carried["new"])
    _follow(source, carried["were"])


def _follow(thread: Thread, rows: Rows) -> None:
    values = [
        {"person_id": person, "thread_id": thread.id, "level": level, "at": datetime.fromisoformat(at)}
        for person, level, at in rows
    ]
    if values:
        db.session.execute(insert(Follow).on_conflict_do_nothing(), values)


# --- "I have this too"


def carry_me_toos(source: Thread, to: Thread) -> dict[str, Rows]:
    """Whoever had what `source` is about has what `to` is about. Returns the rows that were, and who is new in `to`."""
    rows = db.session.execute(select(MeToo.person_id, MeToo.at).where(MeToo.thread_id == source.id)).all()
    known = {*db.session.scalars(select(MeToo.person_id).where(MeToo.thread_id == to.id)), to.author_id}
    new = [row for row in rows if row.person_id not in known]
    _say_me_too(to, [[row.person_id, row.at.isoformat()] for row in new])
    rows_changed(delete(MeToo).where(MeToo.thread_id == source.id))
    count_me_toos(source, to)
    return {"were": [[person, at.isoformat()] for person, at in rows], "new": [[row[0]] for row in new]}


def return_me_toos(source: Thread, to: Thread, carried: dict[str, Rows]) -> None:
    """They have what `source` is about, as they said; those who came with it have it no longer in `to`."""
    came = {person for (person,) in carried["new"]}
    for person, at in carried["were"]:
        if person in came:
            rows_changed(
                delete(MeToo).where(
                    MeToo.thread_id == to.id, MeToo.person_id == person, MeToo.at == datetime.fromisoformat(at)
                )
            )
    _say_me_too(source, carried["were"])
    count_me_toos(source, to)


def _say_me_too(thread: Thread, rows: Rows) -> None:
    values = [{"person_id": person, "thread_id": thread.id, "at": datetime.fromisoformat(at)} for person, at in rows]
    if values:
        db.session.execute(insert(MeToo).on_conflict_do_nothing(), values)


def count_me_toos(*threads: Thread) -> None:
    """As many as there are rows."""
    for thread in threads:
        thread.me_too_count = db.session.scalar(select(func.count()).where(MeToo.thread_id == thread.id)) or 0


# --- Notifications


def carry_notifications(source: Thread, to: Thread) -> list[int]:
    """What was told of `source` is told of `to`. Returns the ids of those that are about no post."""
    of_thread = list(
        db.session.scalars(
            select(Notification.id).where(Notification.thread_id == source.id, Notification.post_id.is_(None))
        )
    )
    rows_changed(update(Notification).where(Notification.thread_id == source.id).values(thread_id=to.id))
    return of_thread


def notifications_follow_posts(source: Thread, to: Thread, further: list[int] | None = None) -> None:
    """What was told in `source` of a post is told of the thread in which that post stands now; and `further` ones."""
    of_posts = Notification.post_id.in_(select(Post.id).where(Post.thread_id == to.id))
    rows_changed(
        update(Notification)
        .where(Notification.thread_id == source.id, or_(of_posts, Notification.id.in_(further or [])))
        .values(thread_id=to.id)
    )


# --- Replies that are being written


def carry_drafts(source: Thread, to: Thread) -> list[int]:
    """Replies that are being written to `source` go to `to`: who is writing there too finds both texts in one box.

    Returns the ids of the drafts that went over as they were.
    """
    carried = []
    for draft in db.session.scalars(select(Draft).where(Draft.thread_id == source.id).with_for_update()).all():
        there = db.session.scalar(select(Draft).where(Draft.thread_id == to.id, Draft.person_id == draft.person_id))
        if there is None:
            draft.thread_id = to.id
            carried.append(draft.id)
        else:
            _join(there, draft)
    db.session.flush()
    return carried


def _join(there: Draft, draft: Draft) -> None:
    there.body = f"{there.body}\n\n{draft.body}".strip("\n")
    there.version += 1  # a window that saw only one of them does not overwrite the other
    there.window = ""
    db.session.delete(draft)


def return_drafts(source: Thread, to: Thread, carried: list[int]) -> None:
    """They go back, unless their writers began another there meanwhile. What was joined stays together: nothing is lost."""
    writing_there = set(db.session.scalars(select(Draft.person_id).where(Draft.thread_id == source.id)))
    for draft in db.session.scalars(select(Draft).where(Draft.id.in_(carried), Draft.thread_id == to.id)):
        if draft.person_id not in writing_there:
            draft.thread_id = source.id
    db.session.flush()


# --- What other rooms of the staff's side keep beside a thread

Carry = Callable[[Thread, Thread], Any]
GiveBack = Callable[[Thread, Thread, Any], None]
_further: dict[str, tuple[Carry, GiveBack]] = {}


def goes_along(name: str, carry: Carry, give_back: GiveBack) -> None:
    """When all posts of `source` become posts of `to`, call `carry(source, to)`; if that is undone, `give_back(source, to,
    what carry returned)`, which must be JSON. Both run in the transaction of the act, with the threads held. Idempotent."""
    _further[name] = (carry, give_back)


def carry_further(source: Thread, to: Thread) -> dict[str, Any]:
    """All that goes along; returns what each needs to give it back."""
    return {name: carry(source, to) for name, (carry, _give_back) in _further.items()}


def return_further(source: Thread, to: Thread, carried: dict[str, Any]) -> None:
    """All of that back."""
    for name, what in carried.items():
        if name in _further:
            _further[name][1](source, to, what)
