"""Who may flag what. Staff decide with the verb `flags` in the post's category (`accounts.permissions`)."""

from __future__ import annotations

from community.accounts.models import Person
from community.accounts.policy import is_free_to_act, is_silenced
from community.threads.models import Post, Thread


def can_flag(person: Person, post: Post) -> bool:
    """Whoever may write, on another's published post."""
    return _may_at_all(person) and post.author_id != person.id and post.visibility == "published"


def flags_here(_thread: Thread, person: Person) -> bool:
    """What a thread's page shows of a reader besides whose posts are theirs: a facet of the page."""
    return _may_at_all(person)


def _may_at_all(person: Person) -> bool:
    return is_free_to_act(person) and not is_silenced(person)
