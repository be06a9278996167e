"""Answers while a draft is written, and what becomes of them when it is posted.

Public answers stand in the draft as they are. Private ones are sealed from the first keystroke, together with the private
details that somebody tells beside the form or takes out of a text; when the draft is posted they become details of the case
file, and the public ones answers of the thread. Answers to fields that are not asked (any more) go no further than the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...accounts.models import Person
from ...case_file import details
from ...case_file.kinds import FIELD, KINDS, Label
from ...core import clock, sealing
from ...core.errors import Conflict
from ...core.extensions import db
from ...threads.models import Thread
from ..models import Draft
from . import filling
from .definition import UPLOADS, Field, Form
from .filling import Answer as Given
from .filling import counted
from .keeping import latest_version
from .models import Answer, FormVersion, Request, ThreadForm

MOST_TOLD = 20
VALUE_MAX = 300


@dataclass(frozen=True)
class Told:
    """A private detail that was told beside the form: its kind (`case_file.kinds`) and value, and a file if it is one."""

    kind: str
    value: str
    attachment_id: int | None = None


@dataclass(frozen=True)
class Private:
    """All that is private of a draft."""

    answers: dict[str, Given] = field(default_factory=dict)
    told: tuple[Told, ...] = ()


def _about(draft: Draft) -> str:
    return f"draft:{draft.secret}"


def private_of(draft: Draft) -> Private:
    """What is private of the draft, for whoever writes it."""
    if not draft.sealed:
        return Private()
    read = sealing.unseal_json(draft.sealed, _about(draft))
    return Private(read["answers"], tuple(Told(**each) for each in read["told"]))


def put_private(draft: Draft, private: Private) -> None:
    """This is private of the draft from now on. Its texts' version grows. Call it on a held, open draft."""
    if private == private_of(draft):
        return
    draft.sealed = sealing.seal_json(asdict(private), _about(draft)) if private != Private() else ""
    _note_change(draft)


def _note_change(draft: Draft) -> None:
    draft.version += 1
    draft.saved_at = clock.now()


def tell(draft: Draft, told: Told) -> None:
    """One more private detail, which the case gets with the rest; the same is told once. Raises Conflict for too many."""
    private = private_of(draft)
    if told in private.told:
        return
    if len(private.told) >= MOST_TOLD:
        raise Conflict
    put_private(draft, Private(private.answers, (*private.told, told)))


def untell(draft: Draft, number: int) -> None:
    """Without the private detail of this number (from 0). One that is not there is gone already."""
    private = private_of(draft)
    put_private(draft, Private(private.answers, (*private.told[:number], *private.told[number + 1 :])))


def choose_request(draft: Draft, request: Request | None) -> None:
    """It is about this request, with the form as it is now; what was answered stays. None: about none. On a held, open draft."""
    version = latest_version(request) if request else None
    draft.request_id = request.id if request else None
    draft.form_version_id = version.id if version else None
    db.session.flush()
    db.session.expire(draft, ["form_version"])
    _note_change(draft)


def form_of(draft: Draft) -> Form | None:
    """The form that the draft is filled with; None without a request."""
    version = version_of(draft)
    return version.form() if version else None


def version_of(draft: Draft) -> FormVersion | None:
    """That form's version, with its request."""
    if draft.form_version_id is None:
        return None
    return db.session.scalars(
        select(FormVersion).where(FormVersion.id == draft.form_version_id).options(joinedload(FormVersion.request))
    ).one()


def answers_of(draft: Draft) -> dict[str, Given]:
    """All that was answered, public and private, for whoever writes the draft."""
    return {**draft.answers, **private_of(draft).answers}


def store(draft: Draft, form: Form, given: dict[str, Given | None]) -> None:
    """Keep these answers beside those that are there; None takes one away. Each goes where its field says. On a held draft."""
    public, private = dict(draft.answers), private_of(draft)
    secret = dict(private.answers)
    for key, answer in given.items():
        asked = form.field_of(key)
        for kept in (public, secret):
            kept.pop(key, None)
        if asked is not None and answer not in (None, "", []):
            (secret if asked.is_private else public)[key] = answer
    if public != draft.answers:
        draft.answers = public
        _note_change(draft)
    put_private(draft, Private(secret, private.told))


def is_complete(draft: Draft) -> bool:
    """Is everything answered that is asked and required? Without a request: yes."""
    form = form_of(draft)
    return form is None or not filling.missing(form, answers_of(draft))


def is_outdated(draft: Draft) -> bool:
    """Has staff changed the form since it was chosen? It may be finished as it is."""
    version = version_of(draft)
    return version is not None and version.number != version.request.version


# --- When it is posted


Bind = Callable[[int], str]


def hand_on(draft: Draft, thread: Thread, by: Person, *, bind: Bind) -> None:
    """What counts of the answers goes where it belongs: to the thread in public, to the case file in private.

    `bind(attachment_id)` says that a file is held from now on, and returns its address (public) or name (private).
    """
    private, form = private_of(draft), form_of(draft)
    if form is not None:
        assert draft.form_version_id is not None
        db.session.add(ThreadForm(thread_id=thread.id, form_version_id=draft.form_version_id))
        for key, answer in counted(form, answers_of(draft)).items():
            asked = form.field_of(key)
            assert asked is not None
            (_keep_private if asked.is_private else _keep_public)(asked, answer, thread, by, bind)
    for told in private.told:
        value = bind(told.attachment_id) if told.attachment_id else told.value
        details.add(by, thread, kind=told.kind, value=value, by=by, source="asked", attachment_id=told.attachment_id)
    db.session.flush()


def _keep_public(asked: Field, answer: Given, thread: Thread, _by: Person, bind: Bind) -> None:
    texts = _texts(asked, answer, bind)
    db.session.add_all(
        Answer(
            thread_id=thread.id,
            key=asked.key,
            number=number,
            value=text[:VALUE_MAX],
            long_value=text if len(text) > VALUE_MAX else "",
        )
        for number, text in enumerate(texts)
    )


def _texts(asked: Field, answer: Given, bind: Bind) -> Iterator[str]:
    if asked.kind in UPLOADS:
        yield bind(int(str(answer)))
    elif isinstance(answer, list):
        yield from answer
    else:
        yield str(answer)


def _keep_private(asked: Field, answer: Given, thread: Thread, by: Person, bind: Bind) -> None:
    is_file = asked.kind in UPLOADS
    attachment_id = int(str(answer)) if is_file else None
    details.add(
        by,
        thread,
        kind=asked.known_as if asked.known_as in KINDS else FIELD,
        label=Label(asked.label.de, asked.label.en, asked.keep_days),
        value=bind(attachment_id) if attachment_id is not None else filling.in_words(asked, answer, thread.language),
        known_as=asked.known_as,
        by=by,
        source="asked",
        attachment_id=attachment_id,
    )


def known(person: Person, asked: Field) -> list[Any]:
    """What this person has told of this before in other cases, to be confirmed: the latest first."""
    return list(details.known_values(person, asked.known_as)) if asked.known_as else []
