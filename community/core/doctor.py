"""What `flask doctor` asks: each room adds its own checks, and a way to repair what can be repaired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """`problems` yields one sentence for everything that is wrong; `repair` puts it right and returns how many rows changed.
    Without what is optional the site is well all the same."""

    problems: Callable[[], Iterator[str]]
    repair: Callable[[], int] | None = None
    is_optional: bool = False


_checks: dict[str, Check] = {}


def add_check(
    name: str,
    problems: Callable[[], Iterator[str]],
    repair: Callable[[], int] | None = None,
    *,
    is_optional: bool = False,
) -> None:
    """Let `flask doctor` ask this too. Idempotent by name."""
    _checks[name] = Check(problems, repair, is_optional)


def checks() -> dict[str, Check]:
    """All checks by name."""
    return dict(_checks)
