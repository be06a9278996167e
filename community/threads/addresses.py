"""Where threads and posts are found: a thread by number and readable words, a post by the page its number falls on.

Numbers are never given twice and pages are cut by number, so a post stays on its page whatever is hidden before it.
"""

from __future__ import annotations

from typing import Protocol

from flask import url_for

from ..core.limits import PAGE_ROWS
from .models import Post, Thread


def page_of(number: int) -> int:
    """The page on which the post of this number stands."""
    return (number - 1) // PAGE_ROWS + 1


def numbers_on(page: int) -> tuple[int, int]:
    """First and last post number of a page."""
    return (page - 1) * PAGE_ROWS + 1, page * PAGE_ROWS


def last_page(thread: Thread) -> int:
    """The thread's last page; at least 1."""
    return page_of(max(thread.next_number - 1, 1))


class Addressed(Protocol):
    """What an address is made of."""

    @property
    def id(self) -> int:
        """The thread's number."""

    @property
    def slug(self) -> str:
        """Its readable words."""


def thread_address(thread: Addressed, page: int = 1) -> str:
    """The thread's page."""
    return url_for("threads.show", thread_id=thread.id, slug=thread.slug, page=page if page > 1 else None)


def post_address(thread: Thread, number: int) -> str:
    """The post of this number, where it stands in its thread."""
    page = page_of(number)
    return url_for(
        "threads.show",
        thread_id=thread.id,
        slug=thread.slug,
        page=page if page > 1 else None,
        _anchor=f"post-{number}",
    )


def permalink(post: Post) -> str:
    """The address of a post that stays when its thread gets another title."""
    return permalink_of(post.id)


def permalink_of(post_id: int) -> str:
    """The same, of a post by its id."""
    return url_for("threads.post", post_id=post_id)
