"""Tags set in order: called something else, merged, given other words, deleted while no thread carries them.

What was a tag's name once stands for the tag from then on, in addresses and in what people type; such a word is taken away
only by giving the name back. No word stands for two tags, and none is a tag and another word for a tag at once, so
synonyms are never looked up twice and there are no circles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from ..accounts.models import Person
from ..core import events, pages
from ..core.errors import Conflict, Invalid
from ..core.events import Action, Event
from ..core.extensions import db, insert, rows_changed
from ..core.limits import LIST_ROWS
from .category_keeping import SETTINGS
from .models import Tag, TagSynonym, ThreadTag
from .tagging import recount


class Key(NamedTuple):
    """Behind which row a page of the list begins: by use, then by name."""

    thread_count: int
    name: str


def by_use(containing: str = "", after: Key | None = None, most: int = LIST_ROWS) -> tuple[list[Tag], Key | None]:
    """A page of the tags whose name holds these letters, the most used first; and the key of the next page."""
    rows = select(Tag).order_by(Tag.thread_count.desc(), Tag.name).limit(most + 1)
    if containing:
        rows = rows.where(Tag.name.contains(containing.casefold(), autoescape=True))
    if after is not None:
        level = and_(Tag.thread_count == after.thread_count, Tag.name > after.name)
        rows = rows.where(or_(Tag.thread_count < after.thread_count, level))
    found = list(db.session.scalars(rows))
    last = found[most - 1] if len(found) > most else None
    return found[:most], Key(last.thread_count, last.name) if last else None


def synonyms_of(tags: Sequence[Tag]) -> dict[int, list[TagSynonym]]:
    """The other words for these tags, by the tag's id."""
    found: dict[int, list[TagSynonym]] = {}
    rows = select(TagSynonym).where(TagSynonym.tag_id.in_([tag.id for tag in tags])).order_by(TagSynonym.name)
    for row in db.session.scalars(rows):
        found.setdefault(row.tag_id, []).append(row)
    return found


def rename(tag: Tag, name: str, *, by: Person) -> Event | None:
    """Call it `name` (cleaned) from now on; its old name stands for it. Raises Conflict if the tag is gone, Invalid if the
    name belongs to another."""
    _hold(tag.id)
    before = tag.name
    if name == before:
        return None
    other = db.session.get(TagSynonym, name)
    if other is not None and other.tag_id != tag.id:
        raise _stands_for_another(other, "name")
    if db.session.scalar(select(Tag.id).where(Tag.name == name)) is not None:
        raise _is_taken()
    if other is not None:
        db.session.delete(other)
    try:
        with db.session.begin_nested():
            tag.name = name
            db.session.add(TagSynonym(name=before, tag_id=tag.id, was_tag=True))
    except IntegrityError as error:  # somebody tagged a thread with it in this very moment
        raise _is_taken() from error
    return _record(Action.TAG_RENAMED, tag, by, before=before, after=name)


def _is_taken() -> Invalid:
    return Invalid(_("There is a tag of this name. Merge this one into it instead."), "name")


def merge(tag: Tag, into: Tag, *, by: Person) -> Event:
    """All threads of `tag` carry `into` instead, once; its name and its other words stand for that from now on.

    Raises Conflict if one of them is gone, Invalid if they are the same.
    """
    if tag.id == into.id:
        raise Invalid(_("A tag cannot be merged into itself. Name another one."), "into")
    _hold(tag.id, into.id)
    before = {"tag": tag.name, "threads": tag.thread_count, "into": into.name, "threads_of_that": into.thread_count}
    carry_both = select(ThreadTag.thread_id).where(ThreadTag.tag_id == into.id)
    rows_changed(delete(ThreadTag).where(ThreadTag.tag_id == tag.id, ThreadTag.thread_id.in_(carry_both)))
    rows_changed(update(ThreadTag).where(ThreadTag.tag_id == tag.id).values(tag_id=into.id))
    rows_changed(update(TagSynonym).where(TagSynonym.tag_id == tag.id).values(tag_id=into.id))
    name = tag.name
    rows_changed(delete(Tag).where(Tag.id == tag.id))
    db.session.expunge(tag)
    db.session.add(TagSynonym(name=name, tag_id=into.id, was_tag=True))
    db.session.flush()
    recount({into.id})
    db.session.refresh(into)
    return _record(Action.TAG_MERGED, into, by, before=before, after={"tag": into.name, "threads": into.thread_count})


def add_synonym(tag: Tag, word: str, *, by: Person) -> None:
    """Who types `word` (cleaned) means this tag. Raises Conflict if the tag is gone, Invalid if the word means something.

    A tag that no thread carries gives its name away.
    """
    _hold(tag.id)
    if word == tag.name:
        raise Invalid(_("This is the tag's own name."), "word")
    known = db.session.get(TagSynonym, word)
    if known is not None and known.tag_id == tag.id:
        raise Invalid(_("This word stands for the tag already."), "word")
    if known is not None:
        raise _stands_for_another(known, "word")
    was_tag = _give_away(word)
    db.session.add(TagSynonym(name=word, tag_id=tag.id, was_tag=was_tag))
    db.session.flush()
    _record(Action.TAG_SYNONYM_ADDED, tag, by, before=None, after=word)


def _give_away(word: str) -> bool:
    """A tag of this name goes, if no thread carries it and no word stands for it; says whether there was one."""
    is_new = db.session.scalar(insert(Tag).values(name=word, thread_count=0).on_conflict_do_nothing().returning(Tag.id))
    other = db.session.scalars(
        select(Tag).where(Tag.name == word).with_for_update()
    ).one()  # nobody makes one meanwhile
    if _is_used(other):
        raise Invalid(_("“%(word)s” is a tag of threads. Merge it into this one instead.", word=word), "word")
    if db.session.scalar(select(TagSynonym.name).where(TagSynonym.tag_id == other.id).limit(1)) is not None:
        raise Invalid(_("“%(word)s” is a tag, and other words stand for it. Merge it instead.", word=word), "word")
    db.session.delete(other)
    db.session.flush()
    return is_new is None


def remove_synonym(tag: Tag, word: str, *, by: Person) -> None:
    """The word no longer stands for the tag. Raises Conflict if it does not, or if it was a tag's name: old addresses stay."""
    _hold(tag.id)
    row = db.session.get(TagSynonym, word)
    if row is None or row.tag_id != tag.id:
        raise Conflict
    if row.was_tag:
        raise Conflict(_("This was the name of a tag. Its address leads on for ever, so the word stays."))
    db.session.delete(row)
    _record(Action.TAG_SYNONYM_REMOVED, tag, by, before=word, after=None)


def remove(tag: Tag, *, by: Person) -> None:
    """Delete it, and the other words for it. Raises Conflict if it is gone, or if a thread carries it."""
    _hold(tag.id)
    if _is_used(tag):
        raise Conflict(_("Threads carry this tag meanwhile. Merge it into another one instead."))
    words = [row.name for row in synonyms_of([tag]).get(tag.id, [])]
    rows_changed(delete(TagSynonym).where(TagSynonym.tag_id == tag.id))
    _record(Action.TAG_DELETED, tag, by, before={"tag": tag.name, "words": words}, after=None)
    db.session.delete(tag)
    db.session.flush()


def _hold(*tag_ids: int) -> None:
    """These tags are there, and nobody gives them to a thread or changes them until the transaction ends."""
    pages.touch(SETTINGS)
    rows = select(Tag).where(Tag.id.in_(tag_ids)).order_by(Tag.id)
    held = db.session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()
    if len(held) < len(set(tag_ids)):
        raise Conflict(_("This tag is gone: somebody merged or deleted it meanwhile."))


def _is_used(tag: Tag) -> bool:
    return db.session.scalar(select(ThreadTag.thread_id).where(ThreadTag.tag_id == tag.id).limit(1)) is not None


def _stands_for_another(row: TagSynonym, field: str) -> Invalid:
    name = db.session.scalar(select(Tag.name).where(Tag.id == row.tag_id))
    return Invalid(_("“%(word)s” stands for the tag “%(tag)s”.", word=row.name, tag=name), field)


def _record(action: Action, tag: Tag, by: Person, *, before: Any, after: Any) -> Event:
    pages.touch(pages.SITE)  # last: whoever tags threads takes hold of the tags first, too
    return events.record(action, actor_id=by.id, tag=tag.id, name=tag.name, before=before, after=after)
