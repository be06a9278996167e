"""A category's threads by what was asked for and what was answered in public: `?request=...&answer-<field>=<option>`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from ...core.extensions import db
from ...threads.models import Category, Thread
from ...threads.narrowing import ANSWER, REQUEST
from ...threads.visibility import visible_threads
from .definition import WITH_OPTIONS, Field, Option
from .keeping import latest_version
from .models import Answer, FormVersion, Request, ThreadForm


@dataclass(frozen=True)
class Choice:
    """An answer that threads can be narrowed to: its name in the address, how many threads gave it, and whether it is chosen."""

    field: Field
    option: Option
    name: str
    count: int
    is_chosen: bool


def asked_request(category: Category, asked: Mapping[str, str]) -> Request | None:
    """The request of this category that the address names."""
    slug = asked.get(REQUEST)
    if not slug:
        return None
    return db.session.scalar(select(Request).where(Request.slug == slug, Request.category_id == category.id))


def by_answers(category: Category, asked: Mapping[str, str]) -> list[ColumnElement[bool]]:
    """The conditions on Thread that the address asks for."""
    request = asked_request(category, asked)
    if request is None:
        return []
    found: list[ColumnElement[bool]] = [Thread.id.in_(_asked_with(request))]
    for each in _fields(request):
        option = each.option_of(asked.get(ANSWER + each.key, ""))
        if option is not None:
            given = select(Answer.thread_id).where(Answer.key == each.key, Answer.value == option.key)
            found.append(Thread.id.in_(given))
    return found


def choices(category: Category, asked: Mapping[str, str]) -> list[Choice]:
    """What the request's threads can be narrowed to: options that were given, in the order of the form."""
    request = asked_request(category, asked)
    if request is None:
        return []
    rows = db.session.execute(
        select(Answer.key, Answer.value, func.count())
        .where(Answer.thread_id.in_(_asked_with(request)), Answer.thread_id.in_(_public()))
        .where(Answer.key.in_([each.key for each in _fields(request)]))
        .group_by(Answer.key, Answer.value)
    )
    counts = {(key, value): number for key, value, number in rows}
    return [
        Choice(
            each, option, ANSWER + each.key, counts[each.key, option.key], asked.get(ANSWER + each.key) == option.key
        )
        for each in _fields(request)
        for option in each.options
        if (each.key, option.key) in counts
    ]


def _public() -> Select[Any]:
    return visible_threads(None).with_only_columns(Thread.id)


def _asked_with(request: Request) -> Select[Any]:
    return (
        select(ThreadForm.thread_id)
        .join(FormVersion, FormVersion.id == ThreadForm.form_version_id)
        .where(FormVersion.request_id == request.id)
    )


def _fields(request: Request) -> list[Field]:
    form = latest_version(request).form()
    return [each for each in form.fields if each.kind in WITH_OPTIONS and not each.is_private]
