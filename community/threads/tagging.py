"""Tags: lower-case words of letters, digits and hyphens; a thread has at most five.

A word may stand for a tag of another name (a synonym, or what the tag was once called): who types it means that tag.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from ..accounts.models import Person
from ..core import events, limits
from ..core.events import Action
from ..core.extensions import db, insert
from ..core.text import normalise_line
from .changing import hold, mark_changed
from .models import Tag, TagSynonym, Thread, ThreadTag

_SEPARATORS = re.compile(r"[,;\s]+")
_NOT_IN_A_TAG = re.compile(r"[^\w+#.-]+")


def read_tags(text: str) -> list[str]:
    """Tags from what somebody typed: separated by commas or spaces, cleaned, without doubles, at most five."""
    cleaned = (_NOT_IN_A_TAG.sub("", word).strip("-.").casefold() for word in _SEPARATORS.split(normalise_line(text)))
    return list(dict.fromkeys(tag[: limits.TAG_MAX] for tag in cleaned if tag))[: limits.TAGS_PER_THREAD]


def set_tags(thread: Thread, names: list[str], *, by: Person) -> None:
    """Replace the thread's tags, and say so if that changes anything."""
    hold(thread)
    before = names_of(thread)
    put_tags(thread, names)
    after = names_of(thread)
    if before != after:
        mark_changed(thread)
        events.record(Action.THREAD_TAGGED, actor_id=by.id, thread_id=thread.id, before=before, after=after)


def names_of(thread: Thread) -> list[str]:
    """The thread's tag names, sorted."""
    return list(
        db.session.scalars(select(Tag.name).join(ThreadTag).where(ThreadTag.thread_id == thread.id).order_by(Tag.name))
    )


def put_tags(thread: Thread, names: list[str]) -> None:
    """Store exactly these tags, without an event."""
    wanted = {tag_named(name).id for name in meant(names)[: limits.TAGS_PER_THREAD]}
    had = set(db.session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread.id)))
    gone, new = had - wanted, wanted - had
    if gone:
        db.session.execute(delete(ThreadTag).where(ThreadTag.thread_id == thread.id, ThreadTag.tag_id.in_(gone)))
    db.session.add_all(ThreadTag(thread_id=thread.id, tag_id=tag_id) for tag_id in new)
    db.session.flush()
    recount(gone | new)
    db.session.expire(thread, ["tags"])


def meant(names: Sequence[str]) -> list[str]:
    """The names of the tags that these (cleaned) words mean, each once, in their order."""
    if not names:
        return []
    rows = select(TagSynonym.name, Tag.name).join(Tag, Tag.id == TagSynonym.tag_id).where(TagSynonym.name.in_(names))
    stands_for = dict(db.session.execute(rows).all())
    return list(dict.fromkeys(stands_for.get(name, name) for name in names))


def tag_named(name: str) -> Tag:
    """The tag that this (cleaned) word means, made if it is missing. Call it inside `writing()`.

    It stays until the transaction ends. If the word came to stand for another tag in this very moment, that one is meant.
    """
    (now,) = meant([name])
    db.session.execute(insert(Tag).values(name=now, thread_count=0).on_conflict_do_nothing())
    tag = db.session.scalar(select(Tag).where(Tag.name == now).with_for_update(key_share=True, read=True))
    if tag is None:
        return tag_named(name)
    if tag.thread_count == 0 and meant([now]) != [now]:
        db.session.delete(tag)
        db.session.flush()
        return tag_named(name)
    return tag


def recount(tag_ids: set[int]) -> None:
    """Count anew how many threads carry these tags."""
    if not tag_ids:
        return
    uses = select(func.count()).where(ThreadTag.tag_id == Tag.id).scalar_subquery()
    db.session.execute(
        update(Tag).where(Tag.id.in_(tag_ids)).values(thread_count=uses).execution_options(synchronize_session=False)
    )


def popular_tags(most: int = 30) -> list[Tag]:
    """The tags that are used most."""
    return list(
        db.session.scalars(select(Tag).where(Tag.thread_count > 0).order_by(Tag.thread_count.desc()).limit(most))
    )


__all__ = ["meant", "names_of", "popular_tags", "put_tags", "read_tags", "recount", "set_tags", "tag_named"]
