"""Editing: every version is kept; an edit that started from an older version is a conflict, and nothing is overwritten."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from ..accounts.models import Person
from ..accounts.policy import is_on_staff
from ..core import clock, events, pages
from ..core.errors import Conflict
from ..core.events import Action
from ..core.extensions import db
from ..core.text import RENDERER_VERSION
from .changing import hold_thread_of, mark_changed
from .models import Endorsement, Post, Revision, Thread
from .posting import Grounds, Words, slug_of


class StaleEdit(Conflict):
    """Somebody else saved a newer revision while this one was being written."""


def edit_post(
    post: Post,
    *,
    by: Person,
    words: Words,
    started_from: int,
    title: str | None = None,
    reason: str = "",
    grounds: Grounds = (),
) -> Revision | None:
    """Store a new revision. `title` only for an opening post; `grounds` (further ones to hold it) only for one that is held.
    Returns None if nothing differs.

    Raises StaleEdit if the post's revision is no longer `started_from`; Conflict if a post is public that was held when it
    was judged.
    """
    thread = hold_thread_of(post)
    if grounds and post.visibility != "held":
        raise Conflict
    before = thread.title
    revision = write_revision(thread, post, by=by, words=words, started_from=started_from, title=title, reason=reason)
    if revision is None:
        return None
    mark_changed(thread)
    if thread.title != before:
        pages.touch(pages.SITE)  # other threads show this title as a related case
        events.record(Action.THREAD_RETITLED, actor_id=by.id, thread_id=thread.id, before=before, after=thread.title)
    is_held = post.visibility == "held"
    events.record(
        Action.POST_EDITED,
        actor_id=by.id,
        thread_id=thread.id,
        post_id=post.id,
        reason=reason or None,
        revision=post.revision,
        of_another=post.author_id != by.id,
        mentioned=[] if is_held else list(words.mentioned),
        held={"grounds": list(grounds), "mentioned": list(words.mentioned)} if is_held else None,
    )
    return revision


def write_revision(
    thread: Thread, post: Post, *, by: Person, words: Words, started_from: int, title: str | None, reason: str
) -> Revision | None:
    """The words into the post, without a fact. `thread` is its own, held. Returns None if nothing differs. Raises StaleEdit."""
    if post.revision != started_from:
        raise StaleEdit
    retitled = post.number == 1 and title is not None and title != thread.title
    if words.source == post.source and not retitled:
        return None
    if retitled and title is not None:
        thread.title, thread.slug = title, slug_of(title)
    post.source, post.source_format = words.source, words.source_format
    post.html, post.plain, post.renderer_version = words.rendered.html, words.rendered.plain, RENDERER_VERSION
    post.revision = started_from + 1
    post.edited_at, post.edited_by_id = clock.now(), by.id
    thread.edited_at = clock.now()
    revision = Revision(
        post_id=post.id,
        number=post.revision,
        title=thread.title if post.number == 1 else None,
        source=words.source,
        at=clock.now(),
        by_id=by.id,
        reason=reason,
    )
    db.session.add(revision)
    if not is_on_staff(by):  # the company stands by what it has read
        db.session.execute(delete(Endorsement).where(Endorsement.post_id == post.id))
    db.session.flush()
    return revision


def revisions_of(post: Post) -> list[Revision]:
    """All revisions, oldest first, with their writers."""
    return list(
        db.session.scalars(
            select(Revision)
            .where(Revision.post_id == post.id)
            .order_by(Revision.number)
            .options(joinedload(Revision.by))
        )
    )
