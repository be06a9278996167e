"""Writing, changing and archiving canned replies. Every change is a fact with before and after; none is ever deleted,
so that what was used can be looked up.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from community.accounts.models import Person
from community.core import clock, events
from community.core.errors import Conflict, Invalid
from community.core.events import Action
from community.core.extensions import db
from community.threads.models import Category

from .models import Afterwards, CannedReply


@dataclass(frozen=True)
class Written:
    """A canned reply as somebody wrote it, checked by the form. `category`: a slug, or nothing for all categories."""

    name: str
    text_de: str = ""
    text_en: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    afterwards: str = Afterwards.WAITING.value
    reason: str = ""


def add(written: Written, *, by: Person) -> CannedReply:
    """A new canned reply. Raises Invalid if its name is taken."""
    reply = CannedReply(version=0)
    _store(reply, written, by)
    _record(Action.CANNED_ADDED, reply, by, before=None, after=_as_fact(written))
    return reply


def change(reply: CannedReply, written: Written, *, by: Person, started_from: int) -> None:
    """Other words, or other acts. Raises Conflict if it changed since version `started_from`, Invalid if its name is taken."""
    _hold(reply)
    if reply.version != started_from:
        raise Conflict
    before = _as_fact(written_in(reply))
    if before == _as_fact(written):
        return
    _store(reply, written, by)
    _record(Action.CANNED_CHANGED, reply, by, before=before, after=_as_fact(written))


def archive(reply: CannedReply, *, by: Person) -> None:
    """Offer it to nobody any more. Raises Conflict if it is archived."""
    _hold(reply)
    if reply.archived_at is not None:
        raise Conflict
    reply.archived_at = clock.now()
    _record(Action.CANNED_ARCHIVED, reply, by, before=False, after=True)


def unarchive(reply: CannedReply, *, by: Person) -> None:
    """Offer it again. Raises Conflict if it is not archived."""
    _hold(reply)
    if reply.archived_at is None:
        raise Conflict
    reply.archived_at = None
    _record(Action.CANNED_UNARCHIVED, reply, by, before=True, after=False)


def written_in(reply: CannedReply) -> Written:
    """What is stored, as somebody would have written it."""
    slug = db.session.scalar(select(Category.slug).where(Category.id == reply.category_id))
    return Written(
        name=reply.name,
        text_de=reply.text_de,
        text_en=reply.text_en,
        category=slug or "",
        tags=tuple(reply.tags),
        afterwards=reply.afterwards,
        reason=reply.reason,
    )


def _hold(reply: CannedReply) -> None:
    db.session.refresh(reply, [column.key for column in CannedReply.__table__.columns], with_for_update=True)


def _store(reply: CannedReply, written: Written, by: Person) -> None:
    """The database decides whose name it is."""
    try:
        with db.session.begin_nested():
            _put(reply, written, by)
            db.session.add(reply)
    except IntegrityError as error:
        raise Invalid(_("Another canned reply has this name."), "name") from error


def _put(reply: CannedReply, written: Written, by: Person) -> None:
    reply.category_id = db.session.scalar(select(Category.id).where(Category.slug == written.category))
    reply.name, reply.name_key = written.name, written.name.casefold()
    reply.text_de, reply.text_en = written.text_de, written.text_en
    reply.tags, reply.afterwards, reply.reason = list(written.tags), written.afterwards, written.reason
    reply.changed_at, reply.changed_by_id = clock.now(), by.id
    reply.version += 1


def _as_fact(written: Written) -> dict[str, Any]:
    return asdict(written) | {"tags": list(written.tags)}


def _record(action: Action, reply: CannedReply, by: Person, *, before: Any, after: Any) -> None:
    events.record(action, actor_id=by.id, canned_reply=reply.id, name=reply.name, before=before, after=after)
