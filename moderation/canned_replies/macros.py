"""A macro is one act: the reply, its tags and what becomes of the thread are stored together, or none of it is.

It does nothing of its own: each part is the verb that staff would use by hand, with that verb's events and audit rows.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import update

from community.accounts.models import Person
from community.core import clock, limits
from community.core.errors import Conflict
from community.core.extensions import db
from community.threads import moderating, posting, solving, tagging
from community.threads.changing import hold
from community.threads.models import Post, Thread
from community.threads.posting import Words

from .models import Afterwards, CannedReply


def apply_macro(thread: Thread, macro: CannedReply, *, by: Person, text: Words, reply_to: int | None = None) -> Post:
    """Post `text` (the macro's, as it was edited), add the macro's tags, settle the thread. Call it inside `writing()`.

    Raises Conflict, saying why, if any part does not fit: the macro was archived, the thread is locked already or
    would have too many tags.
    """
    hold(thread)
    _check(thread, macro)
    post = posting.reply(thread, by=by, words=text, reply_to=reply_to)
    if macro.tags:
        tagging.set_tags(thread, _with_tags(thread, macro), by=by)
    if macro.afterwards == Afterwards.SOLVED:
        solving.mark_solution(post, by=by)
    if macro.afterwards == Afterwards.LOCKED:
        moderating.lock_thread(thread, by=by, reason=macro.reason)
    note_use(macro.id)
    return post


def note_use(reply_id: int) -> None:
    """A reply was made from this canned reply."""
    db.session.execute(
        update(CannedReply)
        .where(CannedReply.id == reply_id)
        .values(used_count=CannedReply.used_count + 1, last_used_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _check(thread: Thread, macro: CannedReply) -> None:
    if macro.archived_at is not None:
        raise Conflict(_("This macro was archived meanwhile."))
    if macro.afterwards == Afterwards.LOCKED and thread.locked_at is not None:
        raise Conflict(_("The macro locks the thread, and it is locked already."))
    if len(_with_tags(thread, macro)) > limits.TAGS_PER_THREAD:
        most = limits.TAGS_PER_THREAD
        raise Conflict(_("With the macro's tags the thread would have more than %(most)s.", most=most))


def _with_tags(thread: Thread, macro: CannedReply) -> list[str]:
    return list(dict.fromkeys([*tagging.names_of(thread), *macro.tags]))
