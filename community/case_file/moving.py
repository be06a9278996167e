"""What was found to be personal in a text moves to the private details, before anybody else reads it."""

from __future__ import annotations

from collections.abc import Iterable

from ..accounts.models import Person
from ..threads.models import Thread
from . import details
from .kinds import KINDS
from .models import Detail


def kind_of(found: str) -> str:
    """The kind of private detail that a kind of finding becomes."""
    return found if found in KINDS else "other"


def move(
    person: Person,
    thread: Thread | None,
    findings: Iterable[tuple[str, str]],
    *,
    by: Person | None,
    source: str = "moved",
) -> list[Detail]:
    """Keep these findings (kind and value) as private details of `person` on the case; what stands there already stays once.

    Call it inside `writing()`. Raises Conflict if there are too many, Invalid if one is too long: then none is kept, and the
    text must not be changed either.
    """
    return [
        details.add(person, thread, kind=kind_of(kind), value=value, by=by, source=source) for kind, value in findings
    ]
