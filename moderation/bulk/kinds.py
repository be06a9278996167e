"""What can be done to many threads at once: for each kind the verb that it needs, what a thread says about it, how it is done
to one thread and how it is taken back.

A kind does to each thread what its single act does, by the same verb, so that each leaves its own event and its own row in the
audit log. What is so already is left as it is. What a thread says (`noted`) is JSON: an act still stands while it says the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person
from community.accounts.permissions import Verb
from community.core import limits
from community.core.errors import Conflict
from community.core.extensions import db
from community.threads import closing, moderating, tagging
from community.threads.models import Category, Post, Thread

from ..owning import contacts
from ..owning.contacts import Handed


@dataclass(frozen=True)
class Wish:
    """What is to be done to all of them, as the form said it."""

    kind: Kind
    reason: str = ""
    category: Category | None = None
    tags: tuple[str, ...] = ()
    replaces_tags: bool = False
    to: Person | None = None
    note: str = ""
    master: Thread | None = None


@dataclass(frozen=True)
class Kind:
    """One kind. `do` and `undo` raise Conflict or Invalid, saying why not, as their verbs do."""

    key: str
    verb: Verb
    noted: Callable[[Thread], Any]
    do: Callable[[Thread, Wish, Person], None]
    undo: Callable[[Thread, Any, Person], None]


def _why_undone() -> str:
    return str(_("It was done by mistake."))


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


# --- Move


def _place(thread: Thread) -> dict[str, Any]:
    return {"category_id": thread.category_id}


def _move(thread: Thread, wish: Wish, by: Person) -> None:
    assert wish.category is not None
    moderating.move_thread(thread, wish.category, by=by, reason=wish.reason)


def _move_back(thread: Thread, before: Any, by: Person) -> None:
    category = db.session.get(Category, before["category_id"])
    if category is None or category.archived_at is not None:
        raise Conflict(_("The category that it was in takes no more threads."))
    moderating.move_thread(thread, category, by=by, reason=_why_undone())


# --- Tags


def _tag(thread: Thread, wish: Wish, by: Person) -> None:
    names = list(wish.tags)
    if not wish.replaces_tags:
        names = list(dict.fromkeys([*tagging.names_of(thread), *names]))
    if len(names) > limits.TAGS_PER_THREAD:
        raise Conflict(_("It would have more than %(count)d tags.", count=limits.TAGS_PER_THREAD))
    tagging.set_tags(thread, names, by=by)


def _tag_back(thread: Thread, before: Any, by: Person) -> None:
    tagging.set_tags(thread, list(before), by=by)


# --- Lock, unlock


def _lock_noted(thread: Thread) -> Any:
    if thread.locked_at is None:
        return None
    return {"at": _moment(thread.locked_at), "by": thread.locked_by_id, "reason": thread.lock_reason}


def _lock(thread: Thread, wish: Wish, by: Person) -> None:
    if thread.locked_at is None:
        moderating.lock_thread(thread, by=by, reason=wish.reason)


def _unlock(thread: Thread, wish: Wish, by: Person) -> None:
    if thread.locked_at is not None:
        moderating.unlock_thread(thread, by=by, reason=wish.reason)


def _lock_back(thread: Thread, before: Any, by: Person) -> None:
    if before is None:
        moderating.unlock_thread(thread, by=by, reason=_why_undone())
    else:
        moderating.lock_thread(thread, by=by, reason=before["reason"])


# --- Close


def _closed(thread: Thread) -> Any:
    return _moment(thread.closed_at)


def _close(thread: Thread, wish: Wish, by: Person) -> None:
    if thread.closed_at is None:
        closing.close_thread(thread, by=by, reason=wish.reason)


def _open_again(thread: Thread, before: Any, by: Person) -> None:
    closing.open_thread(thread, by=by, reason=_why_undone())


# --- Hand over


def _contact(thread: Thread) -> Any:
    known = contacts.handed(thread.id)
    return list(known) if known else None


def _hand_over(thread: Thread, wish: Wish, by: Person) -> None:
    assert wish.to is not None
    if contacts.owner_id(thread.id) != wish.to.id:
        contacts.hand_over(thread, wish.to, by=by, note=wish.note)


def _hand_back(thread: Thread, before: Any, by: Person) -> None:
    contacts.hand_back(thread, Handed(*before) if before else None, by=by)


# --- Hide


def _opening(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def _sight(thread: Thread) -> Any:
    post = _opening(thread)
    return {"visibility": post.visibility, "at": _moment(post.hidden_at), "by": post.hidden_by_id}


def _hide(thread: Thread, wish: Wish, by: Person) -> None:
    if thread.visibility == "held":
        raise Conflict(_("It is held. Decide about it there."))
    if thread.visibility != "hidden":
        moderating.hide_post(_opening(thread), by=by, reason=wish.reason)


def _show(thread: Thread, before: Any, by: Person) -> None:
    moderating.restore_post(_opening(thread), by=by, reason=_why_undone())


# --- Duplicates


def _leads(thread: Thread) -> Any:
    here = select(Thread.id).where(Thread.duplicate_of_id == thread.id).order_by(Thread.id)
    return {"of": thread.duplicate_of_id, "led_here": list(db.session.scalars(here))}


def _link(thread: Thread, wish: Wish, by: Person) -> None:
    assert wish.master is not None
    if thread.id == wish.master.id:
        raise Conflict(_("It is the earlier thread itself."))
    if wish.master.duplicate_of_id == thread.id:
        raise Conflict(_("The earlier thread leads here itself."))
    moderating.mark_duplicate(thread, wish.master, by=by, reason=wish.reason)


def _unlink(thread: Thread, before: Any, by: Person) -> None:
    moderating.unmark_duplicate(thread, leads_to=before["of"], led_here=before["led_here"], by=by, reason=_why_undone())


MOVE = Kind("move", Verb.MOVE, _place, _move, _move_back)
KINDS = {
    kind.key: kind
    for kind in (
        MOVE,
        Kind("tag", Verb.TAG, tagging.names_of, _tag, _tag_back),
        Kind("lock", Verb.LOCK, _lock_noted, _lock, _lock_back),
        Kind("unlock", Verb.LOCK, _lock_noted, _unlock, _lock_back),
        Kind("close", Verb.CLOSE, _closed, _close, _open_again),
        Kind("hand_over", Verb.CLAIM, _contact, _hand_over, _hand_back),
        Kind("hide", Verb.HIDE, _sight, _hide, _show),
        Kind("duplicate", Verb.LINK, _leads, _link, _unlink),
    )
}
