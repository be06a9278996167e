"""What was found. Findings never overlap: where two could stand, the surest kind is taken, and of one kind the longer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a finding is. ADDRESS is a hint only: nothing proves a postal address."""

    IBAN = "iban"
    CARD = "card"
    IMEI = "imei"
    MAIL = "mail"
    NUMBER = "number"
    PHONE = "phone"
    ADDRESS = "address"

    @property
    def is_hint(self) -> bool:
        """Is it worth a word to the writer, but too unsure to be counted on?"""
        return self is Kind.ADDRESS


#: The surest first.
_SUREST = {kind: rank for rank, kind in enumerate(Kind)}
#: Fewer characters than of a whole sum: it names a decision, it hides nothing.
_FINGERPRINT = 16


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of a text, from `start` up to `end`."""

    kind: Kind
    start: int
    end: int

    def of(self, text: str) -> str:
        """The piece, as it stands in the text it was found in."""
        return text[self.start : self.end]


def surest(candidates: Iterable[Finding], length: int) -> list[Finding]:
    """Those that remain when no two may overlap, in the order of the text of `length`."""
    taken = bytearray(length)
    kept = []
    for one in sorted(candidates, key=lambda each: (_SUREST[each.kind], each.start - each.end, each.start)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda each: each.start)


def replace(text: str, findings: Sequence[Finding], mark: str) -> str:
    """The text with the mark where each of these findings of it stands."""
    pieces, end = [], 0
    for one in sorted(findings, key=lambda each: each.start):
        pieces += [text[end : one.start], mark]
        end = one.end
    return "".join([*pieces, text[end:]])


def fingerprint(found: str) -> str:
    """A short name for what was found, however it is grouped: a writer's word that it is not personal holds for it.

    It is no secret: a short number can be guessed from it."""
    plain = "".join(char for char in found.casefold() if char.isalnum() or char in "@+")
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()[:_FINGERPRINT]
