"""The door to similar solved cases. The forum does not know the search: whoever can find cases registers here.

Searching is an offer. With nobody registered, or when the finder fails, there are no similar cases, and asking goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy.exc import SQLAlchemyError

from ..accounts.models import Person

log = logging.getLogger("theke.intake")


class Author(NamedTuple):
    """Who solved a thread."""

    name: str
    display_name: str
    is_staff: bool
    erased_at: datetime | None = None


class Place(NamedTuple):
    """The category that a thread stands in."""

    id: int
    slug: str
    name_de: str
    name_en: str
    archived_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SimilarCase:
    """A solved case as it is offered to somebody who is about to ask. `solution_html` is safe to show as it is."""

    thread_id: int
    title: str
    url: str
    language: str
    solution_html: str
    solution_url: str
    solved_at: datetime | None = None
    solved_by: Author | None = None
    category: Place | None = None

    @property
    def id(self) -> int:
        """The thread's id, under the name that templates read."""
        return self.thread_id


class Finder(Protocol):
    """Finds the solved cases most like a question, best first, a handful at most, and only what `viewer` may read.

    `language` is 'de' or 'en'; `viewer` is None for a stranger. It only reads.
    """

    def __call__(self, title: str, body: str, language: str, viewer: Person | None) -> Sequence[SimilarCase]: ...


_finder: Finder | None = None


def provide(finder: Finder | None) -> None:
    """Let `finder` answer `similar_cases` from now on; None: nobody does."""
    global _finder
    _finder = finder


def similar_cases(title: str, body: str, language: str, viewer: Person | None) -> list[SimilarCase]:
    """The solved cases most like this question, best first. Empty when there are none or they cannot be looked up."""
    if _finder is None or not title.strip():
        return []
    try:
        return list(_finder(title, body, language, viewer))
    except SQLAlchemyError:
        raise  # the database itself is in trouble: that has its own page
    except Exception:
        log.exception("similar cases could not be looked up; asking goes on without them")
        return []
