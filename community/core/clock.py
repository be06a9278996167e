"""There is one clock. Everything that asks for the time asks here, so that a test can stop it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_frozen_at: datetime | None = None


def now() -> datetime:
    """The present moment, timezone-aware, in UTC, without fractions below a microsecond."""
    return _frozen_at or datetime.now(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment` (aware) for the length of a `with` block. For tests and seeds."""
    global _frozen_at
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    before, _frozen_at = _frozen_at, moment
    try:
        yield
    finally:
        _frozen_at = before


def ago(**parts: float) -> datetime:
    """The moment `timedelta(**parts)` before now."""
    return now() - timedelta(**parts)
