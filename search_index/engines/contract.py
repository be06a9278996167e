"""What every engine does, whatever keeps the index. Pages and subscribers are written against this alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from search_index.documents import SolvedCase, Status
from search_index.languages import Language
from search_index.parsing import Query
from search_index.spelling import Slip


class IndexUnavailable(Exception):
    """The index is missing, damaged, of another version or being written by somebody else. Pages go on without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a hit must be. Empty means anything; any value of a field will do, but all of the tags are needed."""

    statuses: frozenset[Status] = frozenset()
    category_ids: frozenset[int] = frozenset()
    tags: tuple[str, ...] = ()
    author: str | None = None
    languages: frozenset[Language] = frozenset()
    created_from: int | None = None
    created_before: int | None = None


class Hit(NamedTuple):
    """A found thread. ``score`` is the share (0 to 1 and a little) of what a perfect match would have scored."""

    thread_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of the found threads have each value, the most frequent first."""

    statuses: Mapping[Status, int] = field(default_factory=dict)
    category_ids: Mapping[int, int] = field(default_factory=dict)
    languages: Mapping[Language, int] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of found threads, and how many there are in all."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Facets = field(default_factory=Facets)


CatchUp = Callable[[], tuple[Iterable[SolvedCase], Iterable[int]]]


def nothing_changed() -> tuple[Iterable[SolvedCase], Iterable[int]]:
    """The answer to ``catch_up`` where nobody else writes."""
    return (), ()


class Engine(Protocol):
    """An index of solved cases. Every method but ``check`` raises ``IndexUnavailable`` and nothing else of its own."""

    def apply(self, puts: Iterable[SolvedCase], removes: Iterable[int] = ()) -> None:
        """Put cases (each replaces the one of its id) and remove threads by id, in one commit."""

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

    def slips(self, text: str, language: Language) -> list[Slip]:
        """What of a text is likely mistyped: no case says it, and some say something near."""

    def generation(self) -> str:
        """A value that changes with every commit and rebuild: what was found before may be reused while it stays."""

    def count(self) -> int:
        """How many threads can be found."""

    def thread_ids(self) -> frozenset[int]:
        """The ids of all threads that can be found."""

    def check(self) -> list[str]:
        """What is wrong with the index, a sentence each, in English for the operator. Never raises."""

    def tidy(self) -> bool:
        """Do what keeps the index quick and may take a moment; returns whether there was anything to do. Call it after
        ``apply``, which leaves it undone so that changes can be found at once. Changes nothing that can be found.
        """

    def recreate(self, cases: Iterable[SolvedCase], catch_up: CatchUp = nothing_changed) -> int:
        """Build a new index beside the old one, swap them, and return how many cases it holds.

        ``apply`` goes on changing the old index meanwhile. Just before the swap, with writing held, ``catch_up`` is
        asked what has changed since the cases were read, as (puts, removes), and that is applied to the new one.
        Raises ``IndexUnavailable`` if another rebuild is running.
        """
