"""No index: nothing is found and nothing breaks. For installations and tests that want no search."""

from collections.abc import Iterable

from search_index.documents import SolvedCase
from search_index.engines.contract import CatchUp, Filters, Hit, Hits, nothing_changed
from search_index.languages import Language
from search_index.parsing import Query
from search_index.spelling import Slip


class NoEngine:
    """The engine that knows no thread."""

    def apply(self, puts: Iterable[SolvedCase], removes: Iterable[int] = ()) -> None:
        """Forget everything at once."""

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
        """Nothing."""
        return Hits()

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
        """Nothing."""
        return []

    def slips(self, text: str, language: Language) -> list[Slip]:
        """Nothing."""
        return []

    def generation(self) -> str:
        """Always the same."""
        return "none"

    def count(self) -> int:
        """None."""
        return 0

    def thread_ids(self) -> frozenset[int]:
        """None."""
        return frozenset()

    def check(self) -> list[str]:
        """Nothing can be wrong."""
        return []

    def tidy(self) -> bool:
        """Nothing."""
        return False

    def recreate(self, cases: Iterable[SolvedCase], catch_up: CatchUp = nothing_changed) -> int:
        """Nothing to build."""
        return 0
