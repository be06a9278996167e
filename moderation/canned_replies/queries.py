"""Canned replies as lists: all of them for those who write them, and those that a thread is offered, filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.core.errors import Invalid
from community.core.extensions import db
from community.threads.models import Thread

from . import filling
from .models import CannedReply
from .values import values_in


def canned_replies(*, archived: bool = False) -> Sequence[CannedReply]:
    """All that are in use (or archived), by name, with their categories."""
    is_archived = CannedReply.archived_at.is_not(None) if archived else CannedReply.archived_at.is_(None)
    return db.session.scalars(
        select(CannedReply).where(is_archived).order_by(CannedReply.name_key).options(joinedload(CannedReply.category))
    ).all()


def canned_reply(reply_id: int) -> CannedReply | None:
    """One of them, with its category."""
    return db.session.scalar(
        select(CannedReply).where(CannedReply.id == reply_id).options(joinedload(CannedReply.category))
    )


def offered_in(thread: Thread) -> Sequence[CannedReply]:
    """Those that this thread is offered, the most used first."""
    return db.session.scalars(
        select(CannedReply)
        .where(
            CannedReply.archived_at.is_(None),
            or_(CannedReply.category_id.is_(None), CannedReply.category_id == thread.category_id),
        )
        .order_by(CannedReply.used_count.desc(), CannedReply.name_key)
    ).all()


@dataclass(frozen=True)
class Filled:
    """A canned reply as it reads in one thread; or, without a text, why it cannot be used there."""

    reply: CannedReply
    text: str
    problem: str = ""


def filled_for(thread: Thread, staff: Person, replies: Sequence[CannedReply]) -> list[Filled]:
    """These canned replies with this thread's values, in its language; with as many queries for a hundred as for one."""
    texts = [reply.text_in(thread.language) for reply in replies]
    values = values_in(thread, staff, filling.cases_in(*texts))
    return [_filled(reply, text, values) for reply, text in zip(replies, texts, strict=True)]


def _filled(reply: CannedReply, text: str, values: dict[str, str]) -> Filled:
    try:
        return Filled(reply, filling.fill(text, values))
    except Invalid as error:
        return Filled(reply, "", str(error))
