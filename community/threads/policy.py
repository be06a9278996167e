"""May this person do this to this thread or post? Routes ask, templates ask; nobody else decides."""

from __future__ import annotations

from datetime import timedelta

from ..accounts.models import Person
from ..accounts.permissions import Verb, may
from ..accounts.policy import is_free_to_act, is_on_staff, is_silenced
from ..core import clock
from .models import Post, Thread

REOPEN_WITHIN = timedelta(days=14)
NEW_ACCOUNT_FOR = timedelta(days=1)


def _writes(person: Person) -> bool:
    return is_free_to_act(person) and not is_silenced(person)


def _open_to(person: Person, thread: Thread) -> bool:
    return thread.locked_at is None or person.is_staff


def can_ask(person: Person) -> bool:
    """A signed-in person with a confirmed address who is not silenced."""
    return _writes(person)


def can_reply(person: Person, thread: Thread) -> bool:
    """Anyone signed in while the thread is open. A solved thread takes others' replies for 14 days, then a new thread.
    Staff who may answer in the category always: what they write counts as the company's answer."""
    if not _writes(person) or thread.visibility != "published":
        return False
    if person.is_staff:
        return may(person, Verb.ANSWER, thread.category_id)
    if thread.locked_at is not None or thread.closed_at is not None:
        return False
    if person.id == thread.author_id:
        return True
    return thread.solved_at is None or clock.now() - thread.solved_at < REOPEN_WITHIN


def can_reopen(person: Person, thread: Thread) -> bool:
    """Whoever may reply and asked, within 14 days of the solution; staff always."""
    if thread.solved_at is None or not can_reply(person, thread):
        return False
    recent = clock.now() - thread.solved_at < REOPEN_WITHIN
    return person.is_staff or (person.id == thread.author_id and recent)


def posting_rate(person: Person) -> str:
    """Which of the limits on posting is theirs: staff answer all day, an account of today is watched."""
    if person.is_staff:
        return "post-staff"
    return "post-new-account" if clock.now() - person.created_at < NEW_ACCOUNT_FOR else "post"


def can_edit(person: Person, post: Post) -> bool:
    """The author while the thread is open and the post is not hidden; staff who may edit in the category always."""
    if not _writes(person):
        return False
    if may(person, Verb.EDIT, post.thread.category_id):
        return True
    is_own = post.author_id == person.id and post.visibility in ("published", "held")
    return is_own and _open_to(person, post.thread)


def can_retitle(person: Person, thread: Thread) -> bool:
    """The asker while the thread is open; staff who may edit in the category always."""
    if not _writes(person):
        return False
    return may(person, Verb.EDIT, thread.category_id) or (person.id == thread.author_id and _open_to(person, thread))


def can_see_revisions(person: Person, post: Post) -> bool:
    """Whoever may read the post may see how it came about, except of hidden posts: staff and nobody else."""
    return post.visibility == "published" or bool(is_on_staff(person))


def can_mark_solution(person: Person, post: Post) -> bool:
    """The asker, or staff who may solve in the category, on a published reply."""
    if not is_free_to_act(person) or post.number == 1 or post.visibility != "published":
        return False
    is_asker = person.id == post.thread.author_id and _open_to(person, post.thread)
    return is_asker or may(person, Verb.SOLVE, post.thread.category_id)


def can_endorse(person: Person, post: Post) -> bool:
    """Staff who may in the category, on a published reply."""
    return post.number > 1 and post.visibility == "published" and may(person, Verb.ENDORSE, post.thread.category_id)


def can_redact(person: Person, post: Post) -> bool:
    """Staff who may in the category, on any post that they see."""
    return may(person, Verb.REDACT, post.thread.category_id)


def can_vote_helpful(person: Person, post: Post) -> bool:
    """Anyone signed in, on another's published reply."""
    return is_free_to_act(person) and post.number > 1 and post.author_id != person.id and post.visibility == "published"


def can_say_me_too(person: Person, thread: Thread) -> bool:
    """Anyone signed in but the asker, on a published thread."""
    return is_free_to_act(person) and thread.author_id != person.id and thread.visibility == "published"


def can_follow(person: Person, thread: Thread) -> bool:
    """Anyone signed in who can read the thread."""
    return bool(person.is_authenticated and person.is_active)


def can_moderate(person: Person) -> bool:
    """Staff who are not suspended come to the desk; what they may do there is asked verb by verb (`accounts.permissions`)."""
    return is_on_staff(person)
