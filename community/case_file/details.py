"""Private details are added and removed here, and their values leave their seal here and in `reading` alone.

Whose they are reads them as they like. Staff read them through `reading`, which writes down that they did. No event, mail,
page of others or log holds a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..accounts.models import Person
from ..core import clock, events, jobs, sealing
from ..core.errors import Conflict, Invalid, require
from ..core.events import Action
from ..core.extensions import db, writing
from ..threads.models import Thread
from .kinds import FIELD, KINDS, LONGEST_DAYS, Label
from .models import Detail

LONGEST = 2_000
#: So many private details may stand on one case.
MOST = 60
_AT_ONCE = 100


def about(person_id: int) -> str:
    """What the seal of a person's details is bound to."""
    return f"detail:{person_id}"


def add(
    person: Person,
    thread: Thread | None,
    *,
    kind: str,
    value: str,
    by: Person | None,
    source: str,
    label: Label | None = None,
    known_as: str = "",
    attachment_id: int | None = None,
) -> Detail:
    """Keep `value` as a private detail of `person` on the case. The same value of the same kind there is kept once.

    `label` is needed for a form's field (kind `field`); other kinds have theirs. Raises Invalid for an empty or too long
    value, Conflict if there are too many.
    """
    value = value.strip()
    if not value or len(value) > LONGEST:
        raise Invalid(_("Between 1 and %(count)s characters fit into a private detail.", count=LONGEST), "value")
    called = label or KINDS[kind]
    there = of_case(thread.id if thread else None, person.id)
    for detail in there if attachment_id is None else ():  # two photos may have the same name
        if (detail.kind, detail.label_de) == (kind, called.de) and _readable([detail]) == {detail.id: value}:
            return detail
    if len(there) >= MOST:
        raise Conflict(_("No more private details fit on this case. Remove some that are not needed."))
    detail = Detail(
        person_id=person.id,
        thread_id=thread.id if thread else None,
        kind=kind,
        label_de=called.de,
        label_en=called.en,
        sealed=sealing.seal(value, about(person.id)),
        attachment_id=attachment_id,
        known_as=known_as or (kind if kind in KINDS and kind != "other" else ""),
        source=source,
        by_id=by.id if by else None,
        created_at=clock.now(),
        keep_days=min(called.keep_days, LONGEST_DAYS),
    )
    db.session.add(detail)
    db.session.flush()
    events.record(
        Action.DETAIL_ADDED,
        actor_id=by.id if by else None,
        thread_id=detail.thread_id,
        person_id=person.id,
        kind=kind if kind != FIELD else None,
        source=source,
    )
    return detail


def of_case(thread_id: int | None, person_id: int | None = None) -> list[Detail]:
    """The details on a case (None: on none), of one person or of all, oldest first, with whose they are; sealed as they are."""
    rows = select(Detail).where(Detail.thread_id == thread_id).order_by(Detail.id).options(joinedload(Detail.person))
    if person_id is not None:
        rows = rows.where(Detail.person_id == person_id)
    return list(db.session.scalars(rows))


def of_person(person: Person) -> list[Detail]:
    """All details of somebody, with their cases, the newest first."""
    rows = select(Detail).where(Detail.person_id == person.id).order_by(Detail.id.desc())
    return list(db.session.scalars(rows.options(joinedload(Detail.thread))))


def detail_of(detail_id: int, person: Person) -> Detail | None:
    """The detail, if it is theirs."""
    return db.session.scalar(select(Detail).where(Detail.id == detail_id, Detail.person_id == person.id))


def own_values(person: Person, details: Iterable[Detail]) -> dict[int, str]:
    """What these details of `person`, who asks for them, say: by id. One that no key opens is left out. Raises NotAllowed if
    one is another's."""
    found = list(details)
    require(all(detail.person_id == person.id for detail in found))
    return _readable(found)


def known_values(person: Person, known_as: str) -> list[str]:
    """What `person`, who asks, has told of this before, the latest first, each value once."""
    rows = (
        select(Detail)
        .where(Detail.person_id == person.id, Detail.known_as == known_as, Detail.attachment_id.is_(None))
        .order_by(Detail.id.desc())
    )
    return list(dict.fromkeys(_readable(db.session.scalars(rows)).values()))


def values_for_staff(details: Sequence[Detail]) -> dict[int, str]:
    """For `reading` alone, which has written down who reads them."""
    return _readable(details)


def _readable(details: Iterable[Detail]) -> dict[int, str]:
    found = {}
    for detail in details:
        with suppress(sealing.Unreadable):  # its key is lost: the page stands, and `flask doctor` says so
            found[detail.id] = _value(detail)
    return found


def _value(detail: Detail) -> str:
    return sealing.unseal(detail.sealed, about(detail.person_id))


def hand_over(from_id: int, person: Person) -> None:
    """What was told for a caller is this person's: sealed for them from now on."""
    for detail in db.session.scalars(select(Detail).where(Detail.person_id == from_id)):
        value = _value(detail)
        detail.person_id = person.id
        detail.sealed = sealing.seal(value, about(person.id))


def remove(detail: Detail, *, by: Person, ground: str = "") -> None:
    """It is deleted, for good; `ground` says why if staff do it (`grounds.REMOVED`). Twice is once."""
    held = db.session.scalar(select(Detail).where(Detail.id == detail.id).with_for_update())
    if held is None:
        return
    delete_silently(held)
    events.record(
        Action.DETAIL_REMOVED,
        actor_id=by.id,
        thread_id=held.thread_id,
        person_id=held.person_id,
        kind=held.kind if held.kind != FIELD else None,
        ground=ground,
    )


def delete_silently(detail: Detail) -> None:
    """It goes with its file, and no event tells of it: its time is over, or the person is erased."""
    for gone in _gone_with:
        gone(detail)
    db.session.delete(detail)
    db.session.flush()


_gone_with: dict[Callable[[Detail], None], None] = {}


def takes_along(function: Callable[[Detail], None]) -> None:
    """`function(detail)` removes what hangs on a detail that is being deleted (its file). Idempotent."""
    _gone_with[function] = None


def ends_at(detail: Detail, thread: Thread | None) -> datetime | None:
    """When it is deleted by itself; None while its case is still open."""
    if thread is None:
        return detail.created_at + timedelta(days=detail.keep_days)
    over = max(
        (moment for moment in (thread.solved_at, thread.closed_at, thread.locked_at) if moment is not None),
        default=None,
    )
    return max(over, detail.created_at) + timedelta(days=detail.keep_days) if over else None


@jobs.handler("details.forget")
def forget_old() -> int:
    """Delete the details whose time is over, a hundred in a transaction; how many they were."""
    done, last = 0, 0
    while True:
        with writing():
            rows = db.session.scalars(
                select(Detail)
                .where(Detail.id > last, Detail.created_at < clock.ago(days=1))
                .order_by(Detail.id)
                .limit(_AT_ONCE)
                .options(joinedload(Detail.thread))
            ).all()
            for detail in rows:
                last = detail.id
                end = ends_at(detail, detail.thread)
                if end is not None and end <= clock.now():
                    delete_silently(detail)
                    done += 1
        if len(rows) < _AT_ONCE:
            return done
