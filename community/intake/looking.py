"""Looking before asking: solved cases like this one, and threads that bear the same title. They are offered, never imposed.

Whoever has met them once goes on undisturbed. A title that is all but the same as another's is worth one stop more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..accounts.models import Person
from ..threads.models import Thread
from ..threads.posting import slug_of
from .models import Draft
from .queries import threads_titled
from .similar import SimilarCase, similar_cases

SAME_TITLE = 0.9


@dataclass(frozen=True)
class Found:
    """What there is already: `same`, threads of the same title that are not among the cases; `cases`, the same ones first."""

    same: Sequence[Thread]
    cases: Sequence[SimilarCase]
    #: Those of both that bear the same title: thread ids.
    same_ids: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.same or self.cases)

    @property
    def ids(self) -> list[int]:
        """All thread ids, in the order in which they are shown."""
        return [thread.id for thread in self.same] + [case.id for case in self.cases]


def look(title: str, body: str, language: str, viewer: Person | None) -> Found:
    """Look for what answers this already, as far as `viewer` may read it."""
    cases = similar_cases(title, body, language, viewer)
    like_this = {case.id for case in cases if is_same_title(title, case.title)}
    same = [thread for thread in threads_titled(title, viewer) if thread.id not in {case.id for case in cases}]
    return Found(
        same=same,
        cases=sorted(cases, key=lambda case: case.id not in like_this),
        same_ids=frozenset(like_this | {thread.id for thread in same}),
    )


def is_same_title(one: str, other: str) -> bool:
    """All but the same: they differ in case, signs, spelled-out umlauts or a slip of the keyboard."""
    one, other = slug_of(one), slug_of(other)
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= SAME_TITLE


def is_worth_a_stop(found: Found, draft: Draft) -> bool:
    """Is there anything its writer has not met: a case not shown yet, or the same title, not opened yet?"""
    return not set(draft.shown).issuperset(found.ids) or not found.same_ids.issubset(draft.opened)
