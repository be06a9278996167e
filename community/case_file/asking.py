"""Staff ask a customer for private details: of which kinds, and perhaps one question in words. Only these two sides read it.

A request is answered piece by piece, through whatever door the details come: a witness of new details ticks off what was
asked for. What is sent to the private address by mail answers all of it, as staff read it anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..accounts.models import Person
from ..core import clock, events, sealing
from ..core.errors import Conflict, Invalid
from ..core.events import Action, Event
from ..core.extensions import db
from ..core.text import normalise_line
from ..threads.changing import hold
from ..threads.models import Thread
from . import details
from .kinds import KINDS
from .models import DetailRequest

QUESTION = "question"
LONGEST_QUESTION = 120
#: So many requests may be open on one case.
MOST_OPEN = 5
#: What can be asked for by name; anything else is a question.
ASKABLE = tuple(kind for kind in KINDS if kind not in ("number", "photo", "other"))


def about(person_id: int) -> str:
    """What the seal of a question is bound to."""
    return f"question:{person_id}"


def ask(person: Person, thread: Thread, *, kinds: Sequence[str], question: str, by: Person) -> DetailRequest:
    """Ask `person` for details of these kinds, and this question. Raises Invalid if nothing is asked, Conflict if it is
    asked already, if too much is, or if the thread is gone."""
    hold(thread)
    wanted, question = _wanted(kinds, question)
    waiting = open_requests(person, [thread.id])
    if any((row.open_kinds, question_of(row)) == (wanted, question) for row in waiting):
        raise Conflict(_("This is asked already. %(name)s has not answered yet.", name=person.display_name))
    if len(waiting) >= MOST_OPEN:
        raise Conflict(_("Too much is asked already. Wait for an answer first."))
    row = DetailRequest(
        thread_id=thread.id,
        person_id=person.id,
        kinds=wanted,
        open_kinds=wanted,
        sealed_question=sealing.seal(question, about(person.id)) if question else "",
        by_id=by.id,
        at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    events.record(
        Action.DETAIL_ASKED, actor_id=by.id, thread_id=thread.id, person_id=person.id, request=row.id, kinds=wanted
    )
    return row


def _wanted(kinds: Sequence[str], question: str) -> tuple[list[str], str]:
    question = normalise_line(question)
    if len(question) > LONGEST_QUESTION:
        raise Invalid(_("Use at most %(count)d characters.", count=LONGEST_QUESTION), "question")
    wanted = [kind for kind in ASKABLE if kind in kinds] + ([QUESTION] if question else [])
    if not wanted:
        raise Invalid(_("Choose what you need, or write a question."), "kinds")
    return wanted, question


def open_requests(person: Person, thread_ids: Iterable[int]) -> list[DetailRequest]:
    """What staff wait for from `person` on these cases, the oldest first, with who asked."""
    return list(
        db.session.scalars(
            select(DetailRequest)
            .where(
                DetailRequest.person_id == person.id,
                DetailRequest.thread_id.in_(list(thread_ids)),
                DetailRequest.answered_at.is_(None),
            )
            .order_by(DetailRequest.id)
            .options(joinedload(DetailRequest.by))
        )
    )


def requests_of_case(thread_id: int) -> list[DetailRequest]:
    """All that staff asked for on the case, the last first, with whom and by whom."""
    rows = select(DetailRequest).where(DetailRequest.thread_id == thread_id).order_by(DetailRequest.id.desc()).limit(20)
    return list(db.session.scalars(rows.options(joinedload(DetailRequest.by), joinedload(DetailRequest.person))))


def request_of(request_id: int, person: Person) -> DetailRequest | None:
    """The request, if it was made to them."""
    return db.session.scalar(
        select(DetailRequest).where(DetailRequest.id == request_id, DetailRequest.person_id == person.id)
    )


def question_of(request: DetailRequest) -> str:
    """The question in words, for the two sides; empty if there is none (or no key opens it)."""
    with suppress(sealing.Unreadable):
        return sealing.unseal(request.sealed_question, about(request.person_id)) if request.sealed_question else ""
    return ""


def answer(request: DetailRequest, thread: Thread, *, by: Person, answers: dict[str, str]) -> None:
    """`by`, who was asked, tells something of what was asked for: kind (or QUESTION) -> value. What is left empty stays open.

    Raises Invalid if nothing is told, Conflict if it was answered meanwhile.
    """
    held = db.session.scalars(
        select(DetailRequest)
        .where(DetailRequest.id == request.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if held.answered_at is not None:
        raise Conflict(_("You have answered this already. Thank you."))
    told = {kind: answers[kind].strip() for kind in held.open_kinds if answers.get(kind, "").strip()}
    if not told:
        raise Invalid(_("Write at least one of them."), held.open_kinds[0])
    for kind, value in told.items():
        if kind == QUESTION:
            details.add(by, thread, kind="other", value=f"{question_of(held)}\n{value}", by=by, source="thread")
        else:
            details.add(by, thread, kind=kind, value=value, by=by, source="thread")
    _tick_off(held, set(told))


def note_answer(event: Event) -> None:
    """Witness of new details: what staff wait for is ticked off."""
    person = db.session.get(Person, event.person_id) if event.person_id else None
    if person is None or event.thread_id is None:
        return
    for row in open_requests(person, [event.thread_id]):
        is_all = event.payload.get("source") == "mail"
        _tick_off(row, set(row.open_kinds) if is_all else {event.payload.get("kind") or ""})


def _tick_off(row: DetailRequest, kinds: set[str]) -> None:
    row.open_kinds = [kind for kind in row.open_kinds if kind not in kinds]
    if not row.open_kinds and row.answered_at is None:
        row.answered_at = clock.now()
    db.session.flush()
