"""What is written into an index, in which pieces, and which words count as known meanwhile: the same for every engine."""

from collections import Counter
from collections.abc import Iterable

from search_index.documents import SolvedCase
from search_index.engines.snapshot import Snapshot
from search_index.languages import Language, stems

CHUNK = 500
CHUNKS_PER_SEGMENT = 120
"""A new index is built in segments of so many chunks, which bounds the memory that it takes."""
PATIENCE = 10.0
"""Seconds that a change waits for another process that is writing (the end of a rebuild, say)."""


def changes(puts: Iterable[SolvedCase], removes: Iterable[int]) -> tuple[list[SolvedCase], set[int]]:
    """The last of each case to put, and the ids of all threads that are to be removed first."""
    cases = {case.thread_id: case for case in puts}
    return list(cases.values()), set(removes) | set(cases)


class GrowingLexicon:
    """The words of the index together with those of the cases being added."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._new: Counter[tuple[str, Language]] = Counter()

    def learn(self, case: SolvedCase) -> None:
        """Count the words of a case."""
        text = f"{case.title}\n{case.body}\n{case.solution}"
        self._new.update((stem, case.language) for stem in stems(text, case.language))

    def frequency(self, term: str, language: Language) -> int:
        """In how many cases the term stands."""
        return self._new[term, language] + self._snapshot.frequency(term, language)

    def is_word(self, term: str, language: Language) -> bool:
        """Whether the term stands in at least two cases."""
        return self._new[term, language] >= 2 or self.frequency(term, language) >= 2

    def continuations(self, prefix: str, language: Language, limit: int) -> list[str]:
        """Not asked of while writing."""
        return []

    def corrections(self, word: str, language: Language, errors: int) -> list[str]:
        """Not asked of while writing."""
        return []
