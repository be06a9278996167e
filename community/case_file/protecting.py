"""What is personal in a text that is about to be published, and where it goes instead."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import current_app

from ..accounts.models import Person
from ..core.personal_data import Finding, Kind, find, fingerprint
from ..threads.models import Thread
from ..threads.protecting import Piece
from . import details
from .kinds import KINDS


class CaseFileGuard:
    """The guard of `threads.protecting`: personal data go to the case file."""

    def pieces_of(self, text: str) -> list[Piece]:
        """What is personal in the text, but for the company's own mail addresses."""
        own = _own_domains()
        return [_piece(found, text) for found in find(text) if not _is_own(found, text, own)]

    def keep(self, person: Person, thread: Thread | None, moved: Iterable[tuple[str, str]], *, by: Person) -> None:
        """As private details, of the kind that was found."""
        for kind, value in moved:
            details.add(person, thread, kind=kind if kind in KINDS else "other", value=value, by=by, source="moved")


def _piece(found: Finding, text: str) -> Piece:
    return Piece(found.start, found.end, found.kind.value, fingerprint(found.of(text)), found.kind.is_hint)


def _own_domains() -> set[str]:
    address = current_app.config["MAIL_FROM"].rpartition("@")[2].casefold()
    return {address, (urlsplit(current_app.config["BASE_URL"]).hostname or "").removeprefix("www.")}


def _is_own(found: Finding, text: str, own: set[str]) -> bool:
    return found.kind is Kind.MAIL and found.of(text).rpartition("@")[2].casefold() in own
