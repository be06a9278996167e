"""Posting: a new thread, a reply. Text comes in rendered (`Rendered`), because rendering must not wait inside a transaction.

With `grounds` (from `holding`, for the same reason) the post is stored and nothing else happens yet: nobody but its author and
staff see it, nothing counts it and nobody is told, until it is approved (`approving`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slugify import slugify
from sqlalchemy import select, update

from ..accounts.models import Person
from ..core import clock, events, pages
from ..core.errors import Conflict
from ..core.events import Action
from ..core.extensions import db
from ..core.text import RENDERER_VERSION, Rendered
from . import tagging
from .changing import hold, mark_changed
from .models import Category, Post, Revision, Thread
from .states import derive, note_reply

_SPELLED_OUT = [["ä", "ae"], ["ö", "oe"], ["ü", "ue"], ["Ä", "ae"], ["Ö", "oe"], ["Ü", "ue"], ["ß", "ss"]]


#: Why a post is held: the name of each ground, and what staff are shown of it (`ground`, `detail`).
Grounds = tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Words:
    """What somebody wrote: the source, what came out of rendering it, and the ids of the persons it mentions."""

    source: str
    rendered: Rendered
    mentioned: tuple[int, ...] = ()
    source_format: str = "markdown"


def slug_of(title: str) -> str:
    """The readable part of a thread's address, at most 80 characters; never empty."""
    return slugify(title, max_length=80, word_boundary=True, replacements=_SPELLED_OUT) or "thread"


def post_thread(
    *,
    by: Person,
    category: Category,
    title: str,
    words: Words,
    language: str,
    tags: list[str] | None = None,
    grounds: Grounds = (),
) -> Thread:
    """Open a thread. Returns it with its opening post stored. Raises Conflict if the category takes no threads."""
    if category.archived_at is not None:
        raise Conflict
    moment = clock.now()
    thread = Thread(
        category_id=category.id,
        author_id=by.id,
        title=title,
        slug=slug_of(title),
        language=language,
        visibility="held" if grounds else "published",
        created_at=moment,
        last_post_at=moment,
        last_post_by_id=by.id,
    )
    db.session.add(thread)
    db.session.flush()
    opening = _add_post(thread, by, words, language, grounds)
    _first_revision(opening, by, title)
    if grounds:
        _note_held(opening, words, grounds, tags=tags or [])
        return thread
    tagging.put_tags(thread, tags or [])
    derive(thread)
    count_in_category(category.id, 1)
    pages.touch(pages.LISTS)
    events.record(
        Action.THREAD_POSTED, actor_id=by.id, thread_id=thread.id, post_id=opening.id, mentioned=list(words.mentioned)
    )
    return thread


def reply(
    thread: Thread,
    *,
    by: Person,
    words: Words,
    language: str | None = None,
    reply_to: int | None = None,
    grounds: Grounds = (),
    reopens: bool = False,
) -> Post:
    """Add a reply; its cost does not depend on how many there are. `reopens`: if it is held, the thread is reopened with its
    approval. Raises Conflict if the thread was locked meanwhile."""
    hold(thread)
    if thread.locked_at is not None and not by.is_staff:
        raise Conflict
    post = _add_post(thread, by, words, language or thread.language, grounds, reply_to)
    if not grounds:
        note_reply(thread, post)
    mark_changed(thread)
    _first_revision(post, by, None)
    if grounds:
        _note_held(post, words, grounds, reopens=reopens)
        return post
    events.record(
        Action.POST_REPLIED, actor_id=by.id, thread_id=thread.id, post_id=post.id, mentioned=list(words.mentioned)
    )
    return post


def said_already(thread_id: int, *, by: Person, words: Words) -> int | None:
    """The number of the reply in which `by` said the same here within the last hour: whoever goes back and sends it again
    means that one."""
    return db.session.scalar(
        select(Post.number)
        .where(Post.author_id == by.id, Post.created_at > clock.ago(hours=1))
        .where(Post.thread_id == thread_id, Post.number > 1, Post.source == words.source)
        .order_by(Post.created_at.desc())
        .limit(1)
    )


def _add_post(
    thread: Thread, by: Person, words: Words, language: str, grounds: Grounds, reply_to: int | None = None
) -> Post:
    post = Post(
        thread_id=thread.id,
        number=thread.next_number,
        author_id=by.id,
        by_staff=by.is_staff,
        reply_to_number=reply_to,
        source=words.source,
        source_format=words.source_format,
        html=words.rendered.html,
        plain=words.rendered.plain,
        renderer_version=RENDERER_VERSION,
        language=language,
        visibility="held" if grounds else "published",
        created_at=clock.now(),
    )
    thread.next_number += 1  # nobody else counts meanwhile: the thread is held, or new
    db.session.add(post)
    return post


def _first_revision(post: Post, by: Person, title: str | None) -> None:
    db.session.flush()  # now it has an id
    db.session.add(
        Revision(post_id=post.id, number=1, title=title, source=post.source, at=post.created_at, by_id=by.id)
    )


def _note_held(post: Post, words: Words, grounds: Grounds, tags: Sequence[str] = (), *, reopens: bool = False) -> None:
    """The fact, with all that is to happen once the post is approved."""
    events.record(
        Action.POST_HELD,
        actor_id=post.author_id,
        thread_id=post.thread_id,
        post_id=post.id,
        grounds=list(grounds),
        tags=list(tags),
        mentioned=list(words.mentioned),
        reopens=reopens,
    )


def count_in_category(category_id: int, change: int) -> None:
    """The category has so many public threads more."""
    db.session.execute(
        update(Category)
        .where(Category.id == category_id)
        .values(thread_count=Category.thread_count + change)
        .execution_options(synchronize_session=False)
    )


def category_of_slug(slug: str) -> Category | None:
    """The category with this slug that takes threads."""
    return db.session.scalar(select(Category).where(Category.slug == slug, Category.archived_at.is_(None)))
