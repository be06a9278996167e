"""Erasing a person: what this site keeps of them goes; what they wrote in public stays, by a former customer.

Each room says what it keeps of a person and how that goes, once, in its wiring: `erases(function)`.
"""

from __future__ import annotations

from collections.abc import Callable

from .models import Person

Erase = Callable[[Person], None]
_erases: dict[Erase, None] = {}


def erases(function: Erase) -> None:
    """`function(person)` removes or blanks what a room keeps of the person, inside the transaction that erases them; it reads
    the name and address that the person still has then. Idempotent."""
    _erases[function] = None
