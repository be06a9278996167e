"""Following a thread: whoever asks, replies or says "me too" follows, unless they said no; following is off with one click."""

from __future__ import annotations

from sqlalchemy import Integer, bindparam, select

from ..accounts.models import Person
from ..core import clock
from ..core.events import Action, Event
from ..core.extensions import Question, db, insert
from ..threads.models import Thread
from .models import Follow

#: Whoever does this takes part, and follows from then on.
TAKES_PART = (Action.THREAD_POSTED, Action.POST_REPLIED, Action.THREAD_ME_TOO, Action.CASE_CLAIMED)


def follow(thread: Thread, *, by: Person) -> None:
    """Hear of replies and of the solution."""
    _set(thread.id, by.id, "normal")


def unfollow(thread: Thread, *, by: Person) -> None:
    """Hear no more of this thread, not even after replying again."""
    _set(thread.id, by.id, "off")


def is_following(thread: Thread, person: Person) -> bool:
    """Does this person hear of this thread?"""
    return bool(_FOLLOWS(person_id=person.id, thread_id=thread.id))


_FOLLOWS = Question(
    select(Follow.person_id).where(
        Follow.person_id == bindparam("person_id", type_=Integer),
        Follow.thread_id == bindparam("thread_id", type_=Integer),
        Follow.level != "off",
    )
)


def followers(thread_id: int) -> list[int]:
    """The ids of all who want to hear of the thread."""
    wanting = select(Follow.person_id).where(Follow.thread_id == thread_id, Follow.level != "off")
    return list(db.session.scalars(wanting.order_by(Follow.person_id)))


def follow_by_taking_part(event: Event) -> None:
    """Witness: the actor follows the thread, unless they said anything about it before."""
    if event.actor_id is None or event.thread_id is None:
        return
    values = {"person_id": event.actor_id, "thread_id": event.thread_id, "level": "normal", "at": clock.now()}
    db.session.execute(insert(Follow).values(**values).on_conflict_do_nothing())


def _set(thread_id: int, person_id: int, level: str) -> None:
    values = {"level": level, "at": clock.now()}
    db.session.execute(
        insert(Follow)
        .values(person_id=person_id, thread_id=thread_id, **values)
        .on_conflict_do_update(index_elements=[Follow.person_id, Follow.thread_id], set_=values)
    )
