"""How an engine answers, whatever keeps its index: from a snapshot of the index as it is now."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from search_index.engines import scoring
from search_index.engines.contract import Filters, Hit, Hits
from search_index.engines.snapshot import Snapshot
from search_index.languages import Language
from search_index.parsing import Query
from search_index.spelling import Slip, slips

Answer = TypeVar("Answer")


class SnapshotEngine(ABC):
    """The half of an engine that reads. What keeps the index brings the snapshot."""

    @abstractmethod
    def _ask(self, question: Callable[[Snapshot], Answer]) -> Answer:
        """Put a question to the index as it is now. Raises ``IndexUnavailable`` whatever fails in it."""

    def search(
        self,
        query: Query,
        filters: Filters,
        *,
        language: Language,
        offset: int = 0,
        limit: int = 20,
        facets: bool = False,
    ) -> Hits:
        """Every thread that answers the query, best first; ``language`` is the reader's."""
        return self._ask(
            lambda snapshot: scoring.find(
                snapshot, query, filters, language=language, offset=offset, limit=limit, facets=facets
            )
        )

    def similar(
        self,
        title: str,
        body: str,
        language: Language,
        *,
        limit: int = 5,
        solved_only: bool = True,
        last_word_partial: bool = True,
        without: int | None = None,
    ) -> list[Hit]:
        """Cases like a question being typed, best first; none where none fits. ``without`` leaves one thread out."""
        return self._ask(
            lambda snapshot: scoring.find_similar(
                snapshot,
                title,
                body,
                language,
                limit=limit,
                solved_only=solved_only,
                last_word_partial=last_word_partial,
                without=without,
            )
        )

    def slips(self, text: str, language: Language) -> list[Slip]:
        """What of a text is likely mistyped: no case says it, and some say something near."""
        return self._ask(lambda snapshot: slips(text, language, snapshot))

    def count(self) -> int:
        """How many threads can be found."""
        return self._ask(lambda snapshot: int(np.count_nonzero(snapshot.live)))

    def thread_ids(self) -> frozenset[int]:
        """The ids of all threads that can be found."""
        return self._ask(lambda snapshot: frozenset(snapshot.facts["thread_id"][snapshot.live].tolist()))
