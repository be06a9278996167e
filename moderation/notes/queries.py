"""Which notes stand where: between the posts, by time. Who is not staff gets none, whoever asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ScalarSelect, Select, or_, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.core.extensions import db
from community.threads.addresses import numbers_on, page_of, thread_address
from community.threads.models import Post, Thread
from community.threads.queries import ThreadPage
from community.threads.visibility import post_is_readable_by, visible_threads

from .models import StaffNote
from .policy import can_read_notes

#: The number of a post -> the notes that stand behind it.
Placed = dict[int, list[StaffNote]]
MOST_IN_CASE = 50


def visible_note(note_id: int, viewer: Person) -> StaffNote | None:
    """The note with author and thread, if it exists for `viewer`."""
    if not can_read_notes(viewer):
        return None
    return db.session.scalar(
        select(StaffNote)
        .where(StaffNote.id == note_id, StaffNote.thread_id.in_(visible_threads(viewer).with_only_columns(Thread.id)))
        .options(joinedload(StaffNote.author), joinedload(StaffNote.thread))
    )


def notes_on(shown: ThreadPage, viewer: Person) -> Placed:
    """The notes of a page of a thread: from its first post (the beginning, on the first page) to the next page's first."""
    posts = [entry for entry in shown.entries if isinstance(entry, Post)]
    if not posts or not can_read_notes(viewer):
        return {}
    rows = _standing(shown.thread)
    if shown.number > 1:
        rows = rows.where(StaffNote.created_at >= posts[0].created_at)
    next_page = _first_after(shown, viewer)
    rows = rows.where(or_(next_page.is_(None), StaffNote.created_at < next_page))
    return _placed(db.session.scalars(rows.order_by(StaffNote.created_at, StaffNote.id)), posts)


def _first_after(shown: ThreadPage, viewer: Person) -> ScalarSelect[datetime]:
    """When the first post behind this page was written."""
    return (
        select(Post.created_at)
        .where(
            Post.thread_id == shown.thread.id,
            Post.number > numbers_on(shown.number)[1],
            post_is_readable_by(viewer),
        )
        .order_by(Post.number)
        .limit(1)
        .scalar_subquery()
    )


def notes_in_case(thread: Thread, posts: Sequence[Post], viewer: Person) -> tuple[Placed, bool]:
    """The newest notes of the case on the desk, among the posts that are shown of it; and whether there are earlier ones."""
    if not posts or not can_read_notes(viewer):
        return {}, False
    newest = _standing(thread).order_by(StaffNote.created_at.desc(), StaffNote.id.desc()).limit(MOST_IN_CASE + 1)
    found = db.session.scalars(newest).all()
    return _placed(reversed(found[:MOST_IN_CASE]), posts), len(found) > MOST_IN_CASE


def _standing(thread: Thread) -> Select[StaffNote]:
    return (
        select(StaffNote)
        .where(StaffNote.thread_id == thread.id, StaffNote.deleted_at.is_(None))
        .options(joinedload(StaffNote.author))
    )


def _placed(notes: Iterable[StaffNote], posts: Sequence[Post]) -> Placed:
    """Each note behind the last of the posts that was there when it was written."""
    placed: Placed = {}
    for note in notes:
        earlier = [post.number for post in posts if post.created_at <= note.created_at]
        placed.setdefault(max(earlier, default=posts[0].number), []).append(note)
    return placed


def note_address(note: StaffNote, thread: Thread, viewer: Person) -> str:
    """Where the note stands in its thread."""
    before = db.session.scalar(
        select(Post.number)
        .where(Post.thread_id == thread.id, Post.created_at <= note.created_at, post_is_readable_by(viewer))
        .order_by(Post.number.desc())
        .limit(1)
    )
    return f"{thread_address(thread, page_of(before or 1))}#note-{note.id}"
