"""What a thread's page asks of this room for its reply box: the reader's draft, and a word if the thread is old."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from ..accounts.models import Person
from ..core import clock
from ..core.sharing import own
from ..threads.models import Thread
from .drafts import has_reply_draft, new_sitting, reply_draft_of
from .nudges import is_old
from .saying import saved_line


@dataclass(frozen=True)
class ReplyDraft:
    """The kept text (may be empty), 'saved 14:03' (or nothing), and where the box saves itself."""

    body: str
    saved: str
    url: str


def reply_draft(thread: Thread) -> ReplyDraft | None:
    """The reader's draft of a reply to this thread; None for somebody signed out, whose replies are not kept."""
    if not current_user.is_authenticated:
        return None
    if not has_reply_draft(thread, current_user):
        return ReplyDraft("", "", _where_to_save(thread, own("new-window"), 0))
    draft = reply_draft_of(thread.id, current_user.id)
    sitting = new_sitting(draft)
    return ReplyDraft(
        body=draft.body if draft else "",
        saved=saved_line(draft.saved_at) if draft else "",
        url=_where_to_save(thread, sitting.window, sitting.version),
    )


def _where_to_save(thread: Thread, window: str, version: int | None) -> str:
    return url_for("intake.save_reply", thread_id=thread.id, window=window, version=version)


def no_draft(thread: Thread, reader: Person) -> bool | None:
    """Facet: True while nothing is kept for the reader; a page with a draft is nobody else's."""
    return None if has_reply_draft(thread, reader) else True


def reply_nudge(thread: Thread) -> Any | None:
    """Advice for whoever is about to reply to a thread in which nobody has written for half a year."""
    if not is_old(thread.last_post_at, clock.now()):
        return None
    return _l("Nobody has written here for a long time. A new question is answered sooner.")
