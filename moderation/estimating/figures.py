"""Shares, worked out from counts: how many askers of solved threads say "yes", and how many of the staff's estimates do.

"Partly" counts as an answer and not as a yes. Of fewer than five answers no share is said: it would tell what single
persons said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from community.threads.rating.words import PERSONAL, WELL, YES

FEW = 5


@dataclass(frozen=True)
class Counted:
    """So many threads of a category (its id) have these answers."""

    category_id: int
    well: str | None
    personal: str | None
    count: int


@dataclass
class Share:
    """How many answered a question, and how many of them with yes."""

    answered: int = 0
    yes: int = 0

    @property
    def percent(self) -> int | None:
        """None: too few answered for it to be said."""
        return round(100 * self.yes / self.answered) if self.answered >= FEW else None

    def add(self, answer: str | None, count: int) -> None:
        """So many gave this answer, or none."""
        if answer is not None:
            self.answered += count
            self.yes += count if answer == YES else 0


def _shares() -> dict[str, Share]:
    return {WELL: Share(), PERSONAL: Share()}


@dataclass
class Sums:
    """Of one category, or of all: how many threads were solved and rated, and the shares of both sides by question."""

    solved: int = 0
    rated: int = 0
    estimated: int = 0
    customers: dict[str, Share] = field(default_factory=_shares)
    staff: dict[str, Share] = field(default_factory=_shares)


def sums_of(
    solved: Iterable[Counted], ratings: Iterable[Counted], estimates: Iterable[Counted]
) -> dict[int | None, Sums]:
    """The sums by category, and under None those of all categories together."""
    found: dict[int | None, Sums] = defaultdict(Sums)
    found[None] = Sums()
    for row in solved:
        for sums in (found[row.category_id], found[None]):
            sums.solved += row.count
    for row in ratings:
        for sums in (found[row.category_id], found[None]):
            sums.rated += row.count
            _add(sums.customers, row)
    for row in estimates:
        for sums in (found[row.category_id], found[None]):
            sums.estimated += row.count
            _add(sums.staff, row)
    return dict(found)


def _add(shares: dict[str, Share], row: Counted) -> None:
    shares[WELL].add(row.well, row.count)
    shares[PERSONAL].add(row.personal, row.count)
