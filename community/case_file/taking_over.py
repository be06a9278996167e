"""When somebody takes a caller's place, each room puts them where the caller stood. Rooms say so here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..accounts.models import Person

TakeOver = Callable[[int, Person], None]
_functions: dict[TakeOver, None] = {}


def takes_over(function: TakeOver) -> None:
    """`function(caller_id, person)` makes the person's what was the caller's. Idempotent."""
    _functions[function] = None


def functions() -> Iterable[TakeOver]:
    """All of them."""
    return tuple(_functions)
