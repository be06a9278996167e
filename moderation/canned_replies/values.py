"""What the variables of a canned reply stand for in a thread, as Markdown. Only a public thread is linked by its title."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from flask import Flask, current_app
from sqlalchemy import select

from community.accounts.models import Person
from community.accounts.names import shown_name
from community.core.extensions import db
from community.publishing.addresses import absolute
from community.threads.addresses import thread_address
from community.threads.models import Category, Thread
from community.threads.visibility import visible_threads

_MARKUP = re.compile(r"([\\`*\[\]<>])")
#: The named contact of a thread, if it has one.
ContactOf = Callable[[Thread], Person | None]


def contacts_come_from(app: Flask, contact_of: ContactOf) -> None:
    """`{contact}` is who `contact_of(thread)` says; without it, or if that is nobody, the member of staff who writes."""
    app.extensions["theke-contact-of"] = contact_of


def values_in(thread: Thread, staff: Person, cases: dict[str, int]) -> dict[str, str]:
    """A value for each variable in this thread, and for those of `cases` ('case:123' -> 123) that are public."""
    author, category = db.session.execute(
        select(Person, Category)
        .select_from(Thread)
        .join(Person, Person.id == Thread.author_id)
        .join(Category, Category.id == Thread.category_id)
        .where(Thread.id == thread.id)
    ).one()
    return {
        "customer": _plain(shown_name(author)),
        "contact": _plain((_contact(thread) or staff).display_name),
        "staff": _plain(staff.display_name),
        "category": _plain(category.name_in(thread.language)),
        "case": absolute(thread_address(thread)),
        **_links(cases),
    }


def _contact(thread: Thread) -> Person | None:
    contact_of: ContactOf | None = current_app.extensions.get("theke-contact-of")
    return contact_of(thread) if contact_of is not None else None


def _links(cases: dict[str, int]) -> dict[str, str]:
    public = public_threads(cases.values())
    return {name: _link(public[number]) for name, number in cases.items() if number in public}


def public_threads(numbers: Iterable[int]) -> dict[int, Thread]:
    """Those of these threads that everybody may read."""
    wanted = set(numbers)
    if not wanted:
        return {}
    return {thread.id: thread for thread in db.session.scalars(visible_threads(None).where(Thread.id.in_(wanted)))}


def _link(thread: Thread) -> str:
    return f"[{_plain(thread.title)}]({absolute(thread_address(thread))})"


def _plain(words: str) -> str:
    """Somebody else's words, so that they are no Markdown."""
    return _MARKUP.sub(r"\\\1", words)
