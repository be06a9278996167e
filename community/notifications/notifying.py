"""From a fact to the persons who hear of it: a notification each, and a mail to those who have a confirmed address.

The job may run twice for one fact; unique keys see to it that nobody hears twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Integer, Select, bindparam, or_, select, update
from sqlalchemy.orm import contains_eager, joinedload

from ..accounts.models import Person
from ..accounts.policy import is_on_staff
from ..core import clock, jobs, mailer
from ..core.events import Event
from ..core.extensions import Question, db, insert, writing
from ..core.text import excerpt
from ..threads.grounds import why_hidden
from ..threads.models import Post, Thread
from ..threads.visibility import post_is_readable_by, thread_is_visible_to
from . import asking_for_rating, kinds
from .models import Notification
from .recipients import FOR_COLLEAGUES, recipients, those_who_may_hear, thread_of

JOB = "notifications.notify"
EXCERPT = 600


@jobs.handler(JOB, batch=True)
def notify(asked: list[dict[str, int]]) -> dict[int, BaseException]:
    """Tell everyone concerned of these events. Returns the errors of those that could not be told, by place."""
    news, failed = _News(), dict[int, BaseException]()
    for place, one in enumerate(asked):
        if one["post_id"] in news.post_ids:  # what was told of a post decides what is told of it next
            news = news.told()
        try:
            if (event := db.session.get(Event, one["event_id"])) is not None:
                news.add(event)
        except Exception as error:
            db.session.rollback()
            failed[place] = error
    news.told()
    return failed


class _News:
    """What is to be told: found out and written first, then stored in one transaction."""

    def __init__(self) -> None:
        self._notifications: list[dict[str, Any]] = []
        self._letters: list[mailer.Letter] = []
        self.post_ids: set[int | None] = set()

    def add(self, event: Event) -> None:
        """An event."""
        told = recipients(event)
        thread_id = thread_of(event) if told else None
        mailed = [(person, kind) for person, kind in told if person.is_verified and person.email]
        letters = _letters(event, thread_id, mailed)
        self._notifications += [_notification(event, thread_id, person, kind) for person, kind in told]
        self._letters += letters
        if event.post_id is not None:
            self.post_ids.add(event.post_id)

    def told(self) -> _News:
        """Store it all; returns empty news to go on with."""
        if self._notifications:
            with writing():
                db.session.execute(insert(Notification).on_conflict_do_nothing(), self._notifications)
                mailer.post(self._letters)
        return _News()


def _notification(event: Event, thread_id: int | None, person: Person, kind: str) -> dict[str, Any]:
    return {
        "person_id": person.id,
        "event_id": event.id,
        "kind": kind,
        "thread_id": thread_id,
        "post_id": event.post_id,
        "actor_id": event.actor_id,
        "at": event.at,
    }


def tell_on_page(event: Event, persons: Iterable[Person], kind: str) -> None:
    """Tell them of it on their page and by no mail. Call it inside `writing()`; told twice of one event they hear once."""
    rows = [_notification(event, thread_of(event), person, kind) for person in persons]
    if rows:
        db.session.execute(insert(Notification).on_conflict_do_nothing(), rows)


def _letters(event: Event, thread_id: int | None, told: list[tuple[Person, str]]) -> list[mailer.Letter]:
    thread = db.session.get(Thread, thread_id) if thread_id and told else None
    if thread is None:
        return []
    post = db.session.get(Post, event.post_id) if event.post_id else None
    actor = db.session.get(Person, event.actor_id) if event.actor_id else None
    said = excerpt(post.plain, EXCERPT) if post and post.visibility == "published" else ""
    return [
        mailer.written(
            "notification",
            person.email or "",
            person.language,
            f"event-{event.id}-person-{person.id}",
            person_id=person.id,
            guard="notification",
            guard_arguments={"person_id": person.id, "thread_id": thread_id, "post_id": event.post_id},
            kind=kind,
            person=person,
            actor=actor,
            thread=thread,
            post=post,
            reason=None if kind in FOR_COLLEAGUES.values() else why_hidden(event.reason, event.payload.get("ground")),
            excerpt=said,
        )
        for person, kind in told
        if not asking_for_rating.tells(person, kind, thread)
    ]


@mailer.guard("notification")
def may_still_hear(person_id: int, thread_id: int | None, post_id: int | None) -> bool:
    """Asked again when the mail leaves: the post may have been hidden, the person gone."""
    return bool(those_who_may_hear([person_id], thread_id, post_id))


def notifications_of(person: Person, most: int = 50) -> list[Notification]:
    """The newest notifications that the person may still see, with thread, post and actor."""
    rows = _readable_by(person).order_by(Notification.id.desc()).limit(most)
    return list(
        db.session.scalars(
            rows.options(
                contains_eager(Notification.thread), contains_eager(Notification.post), joinedload(Notification.actor)
            )
        )
    )


_ANY_UNREAD = Question(
    select(Notification.id)
    .where(Notification.person_id == bindparam("person_id", type_=Integer), Notification.read_at.is_(None))
    .limit(1)
)


def unread_count(person: Person) -> int:
    """How many of them the person has not looked at (counted up to 99)."""
    if not _ANY_UNREAD(person_id=person.id):
        return 0  # as on most pages, and found out without building a longer question
    unread = _readable_by(person).where(Notification.read_at.is_(None)).with_only_columns(Notification.id).limit(99)
    return len(db.session.scalars(unread).all())


def _readable_by(person: Person) -> Select[Notification]:
    """The same answer as `those_who_may_hear`, for all notifications of a person at once."""
    readable = (
        select(Notification)
        .outerjoin(Notification.thread)
        .outerjoin(Notification.post)
        .where(
            Notification.person_id == person.id,
            or_(Notification.thread_id.is_(None), thread_is_visible_to(person)),
            or_(Notification.post_id.is_(None), post_is_readable_by(person)),
        )
    )
    return readable if is_on_staff(person) else readable.where(Notification.kind.not_in(kinds.for_staff_only()))


def mark_read(person: Person, notification_id: int | None = None) -> None:
    """One notification, or all, have been seen."""
    condition = (Notification.person_id == person.id) & Notification.read_at.is_(None)
    if notification_id is not None:
        condition = condition & (Notification.id == notification_id)
    db.session.execute(update(Notification).where(condition).values(read_at=clock.now()))
