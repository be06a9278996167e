"""What pages read of requests: a category's menu, and the facts of a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...core.extensions import db
from ...threads.models import Category, Thread
from .definition import UPLOADS, Field, Kind
from .filling import in_words
from .models import Answer, FormVersion, Request, ThreadForm


def menu(category_id: int) -> Sequence[Request]:
    """What can be asked for in this category, in order."""
    return db.session.scalars(
        select(Request)
        .where(Request.category_id == category_id, Request.archived_at.is_(None))
        .order_by(Request.position, Request.id)
    ).all()


def all_requests() -> Sequence[Request]:
    """All requests with their categories, in the order of the menus; archived ones last."""
    return db.session.scalars(
        select(Request)
        .join(Request.category)
        .order_by(Category.position, Request.archived_at.is_not(None), Request.position, Request.id)
        .options(joinedload(Request.category))
    ).all()


def request_of_slug(slug: str) -> Request | None:
    """The request at this address, archived or not, with its category."""
    return db.session.scalar(select(Request).where(Request.slug == slug).options(joinedload(Request.category)))


@dataclass(frozen=True)
class Fact:
    """One public answer of a thread: what was asked, the answer in words, and the address of its file if it is one."""

    field: Field
    words: str
    file: str = ""


@dataclass(frozen=True)
class Facts:
    """What was answered in public, and to which request."""

    request: Request
    facts: tuple[Fact, ...]


def facts_of(thread: Thread, language: str) -> Facts | None:
    """The facts panel of a thread's opening post; None for one that was asked freely. Two queries, or one."""
    asked = db.session.scalar(
        select(FormVersion)
        .join(ThreadForm, ThreadForm.form_version_id == FormVersion.id)
        .where(ThreadForm.thread_id == thread.id)
        .options(joinedload(FormVersion.request))
    )
    if asked is None:
        return None
    rows = db.session.scalars(select(Answer).where(Answer.thread_id == thread.id).order_by(Answer.key, Answer.number))
    given: dict[str, list[str]] = {}
    for row in rows:
        given.setdefault(row.key, []).append(row.long_value or row.value)
    found = [_fact(each, given[each.key], language) for each in asked.form().fields if each.key in given]
    return Facts(asked.request, tuple(found))


def _fact(each: Field, texts: list[str], language: str) -> Fact:
    if each.kind in UPLOADS:
        return Fact(each, "", texts[0])
    return Fact(each, in_words(each, texts if each.kind is Kind.SEVERAL else texts[0], language))
