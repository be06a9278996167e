"""Which post an address leads to, as somebody copied it from their browser."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.core.extensions import db
from community.core.incoming import LARGEST_ID
from community.threads.models import Post
from community.threads.visibility import visible_post

_POST = re.compile(r"(?:.*/posts/)?([1-9][0-9]{0,9})(?:[/?#].*)?", re.ASCII)
_THREAD = re.compile(r".*/threads/([1-9][0-9]{0,9})(?:[^#]*)(?:#post-([1-9][0-9]{0,9}))?", re.ASCII)


def post_at(address: str, reader: Person | None) -> Post | None:
    """The post with its thread, if this reader may read it: from its permalink, its number, or a place in a thread."""
    text = address.strip()
    if (match := _THREAD.fullmatch(text)) is not None:
        post_id = _in_thread(int(match[1]), int(match[2] or 1))
    else:
        match = _POST.fullmatch(text)
        post_id = int(match[1]) if match else None
    if post_id is None or post_id > LARGEST_ID:
        return None
    return visible_post(post_id, reader, joinedload(Post.thread), joinedload(Post.author))


def _in_thread(thread_id: int, number: int) -> int | None:
    if max(thread_id, number) > LARGEST_ID:
        return None
    return db.session.scalar(select(Post.id).where(Post.thread_id == thread_id, Post.number == number))
