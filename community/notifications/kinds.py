"""Kinds of notifications that rooms above this one add: what they say, where they lead, and whether only staff see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..accounts.models import Person
from .models import Notification


@dataclass(frozen=True)
class Kind:
    """One kind. `sentence` takes `who` and `title`; `leads_to` answers with an address, or None for the thread's own."""

    name: str
    sentence: Any
    leads_to: Callable[[Notification, Person], str | None]
    staff_only: bool = False


_added: dict[str, Kind] = {}


def add(kind: Kind) -> None:
    """A room above has a kind of its own. Idempotent."""
    _added[kind.name] = kind


def added(name: str) -> Kind | None:
    """The kind of this name, if a room added it."""
    return _added.get(name)


def for_staff_only() -> list[str]:
    """The names of the kinds that a customer never sees, not even one who was staff when it was written."""
    return sorted(kind.name for kind in _added.values() if kind.staff_only)
