"""Photos and files of a draft: stored as soon as they are sent, shown to whoever writes the draft, held by the case once it is
posted. What is left alone is forgotten with the other attachments that nothing holds.

A public one is everyone's who may read the question; a private one is served here to the draft's writer alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from sqlalchemy import select

from ...accounts.models import Person
from ...attachments import inspection, keeping
from ...attachments.inspection import Inspected
from ...attachments.models import Attachment
from ...case_file.guarding import found_in
from ...core.errors import Conflict
from ...core.extensions import db
from ...threads.models import Post, Thread
from ...threads.visibility import post_is_readable_by, thread_is_visible_to
from ..models import Draft
from ..photo_reading import guessing
from ..photo_reading.kinds import Reads as Kind
from .answering import answers_of, store
from .definition import UPLOADS, Field, Form, Reads
from .definition import Kind as FieldKind
from .filling import Answer as Given
from .filling import Answers, judge
from .models import Answer


class FileLost(Conflict):
    """A photo or file of the draft is there no more."""


def sent_by_key(form: Form, answers: Answers) -> dict[str, Attachment]:
    """The photos and files among these answers, by the key of their field; without those that are there no more."""
    ids = {key: answer for key, answer in answers.items() if _is_upload(form, key) and isinstance(answer, int)}
    rows = {row.id: row for row in db.session.scalars(select(Attachment).where(Attachment.id.in_(ids.values())))}
    return {key: rows[id_] for key, id_ in ids.items() if id_ in rows}


def without_lost(form: Form, answers: Answers) -> dict[str, Given]:
    """The answers as far as their files are still there."""
    there = sent_by_key(form, answers)
    return {key: answer for key, answer in answers.items() if not _is_upload(form, key) or key in there}


def _is_upload(form: Form, key: str) -> bool:
    asked = form.field_of(key)
    return asked is not None and asked.kind in UPLOADS


def put(draft: Draft, form: Form, asked: Field, sent: Inspected, *, who: int | str) -> None:
    """This is the answer now; what was sent before goes. On a held draft. Raises TooMany, and Conflict for too many files."""
    others = [key for key in sent_by_key(form, answers_of(draft)) if key != asked.key]
    if len(others) >= inspection.PER_DRAFT:
        raise Conflict
    if not asked.is_private:
        sent = named_in_public(sent)
    attachment = keeping.keep(sent, by_id=draft.person_id, is_private=asked.is_private, who=who)
    take_away(draft, form, asked)
    store(draft, form, {asked.key: attachment.id})
    if asked.reads is not Reads.NOTHING and form.field_of(asked.reads_into) is not None:
        guessing.ask(attachment, Kind(asked.reads.value))


def named_in_public(sent: Inspected) -> Inspected:
    """A public file whose name holds what is personal is called by its kind alone."""
    if not any(not found.kind.is_hint for found in found_in(PurePosixPath(sent.name).stem.replace("_", " "))):
        return sent
    return replace(sent, name=f"{sent.kind}{PurePosixPath(sent.name).suffix}")


def take_over_guess(draft: Draft, form: Form, asked: Field) -> None:
    """Whoever sent the photo says that it says what was read. On a held draft; without a guess nothing happens."""
    for photo in _read_for(draft, form, asked):
        guess = guessing.guess_of(photo)
        if guess is not None:
            text = guess.text.replace(",", ".") if asked.kind is FieldKind.NUMBER else guess.text
            store(draft, form, {asked.key: judge(asked, [text]).answer})
    forget_guess(draft, form, asked)


def forget_guess(draft: Draft, form: Form, asked: Field) -> None:
    """What was read for this field was confirmed or rejected. On a held draft."""
    for photo in _read_for(draft, form, asked):
        guessing.forget(photo)


def _read_for(draft: Draft, form: Form, asked: Field) -> list[Attachment]:
    files = sent_by_key(form, answers_of(draft))
    return [files[each.key] for each in form.fields if each.reads_into == asked.key and each.key in files]


def take_away(draft: Draft, form: Form, asked: Field) -> None:
    """What was sent for this field goes. On a held draft."""
    before = sent_by_key(form, answers_of(draft)).get(asked.key)
    if before is not None:
        keeping.remove(before)
    store(draft, form, {asked.key: None})


def settle(draft: Draft, form: Form) -> None:
    """Another form may ask in private what was public, and the other way round: every answer goes where it belongs now."""
    answers = answers_of(draft)
    for key, attachment in sent_by_key(form, answers).items():
        asked = form.field_of(key)
        if asked is not None and asked.is_private != attachment.is_private:
            answers[key] = _kept_anew(attachment, is_private=asked.is_private).id
    store(draft, form, {key: answer for key, answer in answers.items() if form.field_of(key) is not None})


def _kept_anew(attachment: Attachment, *, is_private: bool) -> Attachment:
    same = Inspected(
        attachment.kind,
        attachment.media_type,
        keeping.name_of(attachment),
        keeping.content(attachment),
        attachment.width,
        attachment.height,
    )
    anew = keeping.keep(same, by_id=attachment.owner_id, is_private=is_private)
    keeping.remove(attachment)
    return anew


def bound_for(by: Person) -> Callable[[int], str]:
    """What `answering.hand_on` calls for each file: the case holds it from now on, and it is `by`'s. Raises FileLost."""

    def bind(attachment_id: int) -> str:
        attachment = db.session.get(Attachment, attachment_id)
        if attachment is None:
            raise FileLost
        attachment.owner_id = attachment.owner_id or by.id
        keeping.bind(attachment)
        return keeping.name_of(attachment) if attachment.is_private else attachment.secret

    return bind


# --- Who may fetch them


def is_in_one_of(drafts: Iterable[Draft], attachment: Attachment) -> bool:
    """Does one of these drafts hold it? Ids of files come into a draft by sending a file alone."""
    return any(attachment.id in _numbers_in(draft) for draft in drafts if draft.form_version_id is not None)


def _numbers_in(draft: Draft) -> set[int]:
    return {answer for answer in answers_of(draft).values() if isinstance(answer, int)}


def is_public_answer(attachment: Attachment, viewer: Person | None) -> bool:
    """Judge: a public answer is everyone's who may read the question that it belongs to."""
    if attachment.is_private or attachment.kept_at is None:
        return False
    found = (
        select(Answer.id)
        .join(Thread, Thread.id == Answer.thread_id)
        .join(Post, (Post.thread_id == Thread.id) & (Post.number == 1))
        .where(Thread.author_id.is_not_distinct_from(attachment.owner_id), Answer.value == attachment.secret)
        .where(thread_is_visible_to(viewer), post_is_readable_by(viewer))
    )
    return db.session.scalar(found.limit(1)) is not None
