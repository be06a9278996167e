"""What a thread's page shows of its reader: what policy allows them, what they said there, and what other rooms add.

Two readers of whom all of this is alike see the same page, but for what `sharing.own` puts in.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from flask import Flask, current_app

from ..accounts.models import Person
from . import policy
from .models import Post, Thread
from .queries import ThreadPage

#: Says one thing that the page shows of the reader; None: nobody else sees such a page.
Facet = Callable[[Thread, Person], Hashable]


def shows(app: Flask, facet: Facet) -> None:
    """A room above this one shows something of the reader on a thread's page."""
    app.extensions.setdefault("theke-facets", []).append(facet)


def of(shown: ThreadPage, reader: Person) -> tuple[Hashable, ...] | None:
    """All that the page shows of the reader; None if it is a page like no other's."""
    thread = shown.thread
    added = [facet(thread, reader) for facet in current_app.extensions.get("theke-facets", [])]
    if None in added:
        return None
    about_thread = [
        may(reader, thread) for may in (policy.can_reply, policy.can_reopen, policy.can_say_me_too, policy.can_follow)
    ]
    about_posts = [
        (policy.can_edit(reader, post), policy.can_vote_helpful(reader, post), policy.can_mark_solution(reader, post))
        for post in shown.entries
        if isinstance(post, Post)
    ]
    asked_it = reader.id == thread.author_id
    return (asked_it, reader.is_verified, shown.said, *about_thread, *about_posts, *added)
