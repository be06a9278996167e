"""What pages read of requests: a category's menu, and the facts of a thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...attachments.models import Attachment
from ...core.extensions import db
from ...threads.models import Category, Thread
from .definition import UPLOADS, Field, Form, Kind
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
    """One public answer of a thread: what was asked, the answer in words, and its file (address and itself) if it is one."""

    field: Field
    words: str
    file: str = ""
    attachment: Attachment | None = None


@dataclass(frozen=True)
class Facts:
    """What was answered in public, and to which request."""

    request: Request
    facts: tuple[Fact, ...]


def facts_of(thread: Thread, language: str) -> Facts | None:
    """The facts panel of a thread's opening post; None for one that was asked freely. One query, or up to three."""
    return facts_of_threads([thread.id], language).get(thread.id)


def facts_of_threads(thread_ids: Sequence[int], language: str | Mapping[int, str]) -> dict[int, Facts]:
    """The facts of those threads that were asked with a form, in one language or in each thread's own."""
    rows = db.session.execute(
        select(ThreadForm.thread_id, FormVersion)
        .join(FormVersion, ThreadForm.form_version_id == FormVersion.id)
        .where(ThreadForm.thread_id.in_(thread_ids))
        .options(joinedload(FormVersion.request))
    )
    versions: dict[int, FormVersion] = {row.thread_id: row.FormVersion for row in rows}
    if not versions:
        return {}
    given, forms = _answers(list(versions)), {thread_id: version.form() for thread_id, version in versions.items()}
    files = _files([(forms[thread_id], answers) for thread_id, answers in given.items()])
    return {
        thread_id: Facts(
            version.request,
            _facts(
                forms[thread_id],
                given.get(thread_id, {}),
                files,
                language if isinstance(language, str) else language[thread_id],
            ),
        )
        for thread_id, version in versions.items()
    }


def _answers(thread_ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    rows = db.session.scalars(
        select(Answer).where(Answer.thread_id.in_(thread_ids)).order_by(Answer.thread_id, Answer.key, Answer.number)
    )
    given: dict[int, dict[str, list[str]]] = {}
    for row in rows:
        given.setdefault(row.thread_id, {}).setdefault(row.key, []).append(row.long_value or row.value)
    return given


def _files(answered: Iterable[tuple[Form, Mapping[str, list[str]]]]) -> dict[str, Attachment]:
    """The attachments that were answered in public, by their secrets."""
    secrets = {
        answers[each.key][0]
        for form, answers in answered
        for each in form.fields
        if each.kind in UPLOADS and each.key in answers
    }
    if not secrets:
        return {}
    rows = db.session.scalars(
        select(Attachment).where(Attachment.secret.in_(secrets), Attachment.is_private.is_(False))
    )
    return {row.secret: row for row in rows}


def _facts(
    form: Form, given: Mapping[str, list[str]], files: Mapping[str, Attachment], language: str
) -> tuple[Fact, ...]:
    found = [_fact(each, given[each.key], files, language) for each in form.fields if each.key in given]
    return tuple(fact for fact in found if fact is not None)


def _fact(each: Field, texts: list[str], files: Mapping[str, Attachment], language: str) -> Fact | None:
    if each.kind in UPLOADS:
        return Fact(each, "", texts[0], files[texts[0]]) if texts[0] in files else None
    return Fact(each, in_words(each, texts if each.kind is Kind.SEVERAL else texts[0], language))


def lines_of(facts: Facts, language: str) -> list[str]:
    """The request and the facts as lines of text: what search and other machines read."""
    said = [f"{fact.field.label.in_language(language)}: {fact.words}" for fact in facts.facts if fact.words]
    return [facts.request.name_in(language), *said]
