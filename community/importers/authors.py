"""Authors who came with an import: persons with a name and nothing else. They have no address and no password, so
nobody can log in as one; their display name stands beside what they wrote, as its licence asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..accounts import people
from ..core import limits
from ..core.text import excerpt, normalise_line
from . import ledger
from .models import Kind

MARK = " (import)"
"""Follows a display name that could be taken for staff's, so that it deceives nobody."""


@dataclass(frozen=True)
class Author:
    """Somebody of the source system; `foreign_id` is theirs there (at most 40 characters)."""

    foreign_id: str
    display_name: str
    joined_at: datetime | None = None


def persons_of(source: str, authors: Iterable[Author], language: str) -> dict[Author, int]:
    """The id of each author's person, made where there is none. Call it inside `writing()`."""
    wanted = list(dict.fromkeys(authors))
    ids = ledger.known(source, Kind.PERSON, (author.foreign_id for author in wanted))
    for author in wanted:
        if author.foreign_id not in ids:
            ids[author.foreign_id] = _make_person(source, author, language)
    return {author: ids[author.foreign_id] for author in wanted}


def _make_person(source: str, author: Author, language: str) -> int:
    person = people.create(
        name=people.free_name(author.display_name),
        display_name=_shown(author.display_name),
        language=language,
        created_at=author.joined_at,
    )
    ledger.enter(source, Kind.PERSON, author.foreign_id, person.id)
    return person.id


def _shown(display_name: str) -> str:
    shown = excerpt(normalise_line(display_name), limits.NAME_MAX)
    if not people.looks_like_staff(shown):
        return shown
    return excerpt(shown, limits.NAME_MAX - len(MARK)) + MARK
