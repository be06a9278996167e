"""From a photo that was sent to a guess that its sender may confirm. A guess never becomes an answer by itself: the page
shows it, and what the sender then sends is the answer. It is forgotten as soon as it was confirmed or rejected, and after a
day in any case.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from ...attachments import keeping
from ...attachments.models import Attachment
from ...core import clock, jobs
from ...core.extensions import db, insert, writing
from ...core.sealing import Unreadable, seal_json, unseal_json
from .kinds import Guess, Reads
from .models import PhotoGuess, State
from .reading import Failed, is_available, read_or_fail

KEPT_FOR = timedelta(days=1)


def ask(attachment: Attachment, kind: Reads) -> None:
    """Have the photo read by the worker, anew if it was before. Within `writing()`. Without Tesseract nothing happens."""
    if not is_available() or not attachment.is_picture:
        return
    values = {"kind": kind.value, "state": State.WAITING.value, "sealed_guess": None, "at": clock.now()}
    db.session.execute(
        insert(PhotoGuess)
        .values(id=attachment.id, **values)
        .on_conflict_do_update(index_elements=[PhotoGuess.id], set_=values)
    )
    jobs.enqueue("photos.read", key=f"photos.read:{attachment.id}", attachment_id=attachment.id, kind=kind.value)


def state_of(attachment: Attachment) -> State | None:
    """How far it is, or None if nobody asked (or it was forgotten)."""
    row = _row(attachment)
    return State(row.state) if row else None


def guess_of(attachment: Attachment) -> Guess | None:
    """What was read, if anything was."""
    row = _row(attachment)
    if row is None or row.state != State.GUESSED or row.sealed_guess is None:
        return None
    try:
        return Guess(*unseal_json(row.sealed_guess, _about(attachment)))
    except Unreadable:
        return None


def forget(attachment: Attachment) -> None:
    """It was confirmed or rejected. Within `writing()`."""
    db.session.execute(delete(PhotoGuess).where(PhotoGuess.id == attachment.id))


def _row(attachment: Attachment) -> PhotoGuess | None:
    row = db.session.get(PhotoGuess, attachment.id)
    return row if row and row.at > clock.now() - KEPT_FOR else None


def _about(attachment: Attachment) -> str:
    return f"photo-guess:{attachment.secret}"


@jobs.handler("photos.read", slow=True)
def read_photo(attachment_id: int, kind: str) -> None:
    """The worker's part. Twice does no harm; whoever was asked to forget meanwhile has forgotten."""
    attachment = db.session.get(Attachment, attachment_id)
    if attachment is None or _row(attachment) is None:
        return
    content = keeping.content(attachment)
    db.session.rollback()  # no transaction is open while it is read
    try:
        guess = read_or_fail(content, Reads(kind))
        state = State.GUESSED if guess else State.NOTHING
    except Failed:
        guess, state = None, State.FAILED
    with writing():
        _store(attachment_id, kind, guess, state)


def _store(attachment_id: int, kind: str, guess: Guess | None, state: State) -> None:
    attachment = db.session.get(Attachment, attachment_id)
    row = db.session.get(PhotoGuess, attachment_id)
    if attachment is None or row is None or row.kind != kind:
        return
    row.state = state
    row.sealed_guess = seal_json([guess.text, guess.confidence], _about(attachment)) if guess else None


def sweep() -> None:
    """Forget guesses of more than a day ago."""
    with writing():
        db.session.execute(delete(PhotoGuess).where(PhotoGuess.at < clock.now() - KEPT_FOR))
