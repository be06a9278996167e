"""Who hears of a notice: whoever gave it by mail (if they left an address), the author by notification and mail.

The author is never told who gave it. Each mail to whoever gave it holds a secret of its own, because only hashes are kept.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from community.accounts.models import Person
from community.core import jobs, mailer
from community.core.events import Action, Event
from community.core.extensions import db, insert, writing
from community.core.security import hash_token, new_token
from community.notifications.models import Notification

from . import queries
from .appealing import KIND
from .models import Notice, NoticeLink

TELL = "notices.tell"
UPHELD, DISMISSED = "notice_upheld", "notice_dismissed"
DECISIONS = (Action.NOTICE_UPHELD, Action.NOTICE_DISMISSED)
APPEALS = (Action.APPEAL_GRANTED, Action.APPEAL_DENIED)


@jobs.handler(TELL)
def tell(event_id: int, **_about: Any) -> None:
    """Tell both sides, or the one that does not know."""
    event = db.session.get(Event, event_id)
    notice = queries.notice(_notice_id(event)) if event else None
    if event is None or notice is None:
        return
    letters, links = _to_who_gave_it(event, notice)
    rows: list[dict[str, Any]] = []
    if _concerns_author(event, notice):
        rows, more = _to_author(event, notice)
        letters += more
    with writing():
        if rows:
            db.session.execute(insert(Notification).on_conflict_do_nothing(), rows)
        if mailer.post(letters):
            db.session.add_all(links)


def _notice_id(event: Event) -> int:
    """An appeal that is about anything else has none."""
    if event.action in APPEALS:
        return int(event.payload["subject_id"]) if event.payload["subject"] == KIND else 0
    return int(event.payload["notice"])


def _concerns_author(event: Event, notice: Notice) -> bool:
    """Decisions do; of appeals those that were made by the other side and changed something."""
    if event.action in DECISIONS:
        return True
    return event.action == Action.APPEAL_GRANTED and event.person_id is None


def _is_removed(event: Event, notice: Notice) -> bool:
    """As it was decided then: an appeal may have changed it before anybody was told."""
    return event.action == Action.NOTICE_UPHELD if event.action in DECISIONS else notice.is_removed


def _to_who_gave_it(event: Event, notice: Notice) -> tuple[list[mailer.Letter], list[NoticeLink]]:
    if not notice.email:
        return [], []
    secret = new_token()
    letter = mailer.written(
        "notice_received" if event.action == Action.NOTICE_RECEIVED else "notice_decided",
        notice.email,
        notice.language,
        f"event-{event.id}-notice-{notice.id}",
        notice=notice,
        reason=event.reason,
        is_appeal=event.action in APPEALS,
        is_removed=_is_removed(event, notice),
        link=f"{current_app.config['BASE_URL']}/notices/receipt/{secret}",
    )
    return [letter], [NoticeLink(secret_hash=hash_token(secret), notice_id=notice.id)]


def _to_author(event: Event, notice: Notice) -> tuple[list[dict[str, Any]], list[mailer.Letter]]:
    author = notice.post.author
    if not author.is_active or author.id == event.actor_id:
        return [], []
    row = {
        "person_id": author.id,
        "event_id": event.id,
        "kind": UPHELD if _is_removed(event, notice) else DISMISSED,
        "actor_id": event.actor_id,
        "at": event.at,
    }
    if not (author.email and author.is_verified):
        return [row], []
    letter = mailer.written(
        "notice_decided_author",
        author.email,
        author.language,
        f"event-{event.id}-person-{author.id}",
        person_id=author.id,
        person=author,
        notice=notice,
        reason=event.reason,
        is_appeal=event.action in APPEALS,
        is_removed=_is_removed(event, notice),
    )
    return [row], [letter]


def leads_to(row: Notification, reader: Person) -> str | None:
    """The reasons, and the way to appeal."""
    return url_for("notices.decision", notice_id=_notice_id(db.session.get_one(Event, row.event_id)))
