"""What the index knows of a thread. Only what every visitor may read ever becomes a document."""

from dataclasses import dataclass
from typing import Literal

from search_index.languages import Language

Status = Literal["solved", "needs_staff", "waiting", "closed"]
STATUSES: tuple[Status, ...] = ("solved", "needs_staff", "waiting", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedCase:
    """A public thread as readers find it: solved, or on its way there.

    Texts are plain (no Markdown, no HTML). Times are seconds since 1970 (UTC). ``duplicate_of`` is the thread that
    readers are led to instead.
    """

    thread_id: int
    language: Language
    title: str
    body: str
    solutions: tuple[str, ...] = ()
    replies: str = ""
    tags: tuple[str, ...] = ()
    category_id: int = 0
    status: Status = "needs_staff"
    author: str = ""
    created_at: int = 0
    last_post_at: int = 0
    helpful: int = 0
    me_too: int = 0
    duplicate_of: int | None = None

    @property
    def solution(self) -> str:
        """All of its solutions as one text."""
        return "\n".join(self.solutions)
