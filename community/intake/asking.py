"""Asking ends well in two ways: the draft becomes a thread, or a solved case spares it. Each happens once, however often sent."""

from __future__ import annotations

from ..accounts.models import Person
from ..core import limits
from ..core.errors import Conflict
from ..core.events import Action
from ..core.extensions import db
from ..threads import posting
from ..threads.holding import Verdict
from ..threads.models import Category, Thread
from ..threads.policy import posting_rate
from ..threads.posting import Words
from ..threads.tagging import read_tags
from .drafts import close, hold_open, note_opened
from .models import Draft
from .recognising import language_of
from .requests import answering


class DraftChanged(Conflict):
    """Another window has changed the text that was about to be posted."""


class Incomplete(Conflict):
    """The form asks for something that is not answered."""


class CategoryClosed(Conflict):
    """The category takes no threads, or takes none any more."""


def spoken_in(draft: Draft, otherwise: str) -> str:
    """The language of the draft: chosen by its writer, else recognised, else `otherwise`."""
    return draft.language or language_of(f"{draft.title}\n{draft.body}", otherwise)


def post_draft(
    draft: Draft, *, by: Person, words: Words, version: int, reads: str, verdict: Verdict | None = None
) -> Thread:
    """Make the draft a thread, and close it. `words` are its body as of `version`, `verdict` was found for them; `reads` is the
    language that `by` reads.

    The limit on posting is counted here, after the draft is held, so that a form sent twice counts once. Raises
    DraftClosed, DraftChanged, Incomplete, CategoryClosed, TooMany; then nothing has happened.
    """
    hold_open(draft)
    if draft.version != version or (verdict and verdict.category_id != draft.category_id):
        raise DraftChanged
    category = db.session.get(Category, draft.category_id) if draft.category_id else None
    if category is None or category.archived_at is not None:
        raise CategoryClosed
    if not answering.is_complete(draft):
        raise Incomplete
    limits.spend(posting_rate(by), by.id)
    thread = posting.post_thread(
        by=by,
        category=category,
        title=draft.title,
        words=words,
        language=spoken_in(draft, reads),
        tags=read_tags(draft.tags),
        grounds=verdict.grounds if verdict else (),
    )
    draft.person_id, draft.browser_hash = by.id, None
    answering.hand_on(draft, thread, by, bind=_bind)
    close(draft, Action.DRAFT_POSTED, thread=thread)
    return thread


def _bind(_attachment_id: int) -> str:
    raise NotImplementedError  # the attachments' room is not built yet


def spare_draft(draft: Draft, solved_by: Thread) -> None:
    """This solved case was the answer: the draft is closed, and nothing is posted. Raises DraftClosed."""
    note_opened(draft, solved_by.id)
    close(draft, Action.DRAFT_SOLVED, thread=solved_by)
