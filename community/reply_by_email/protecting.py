"""What is personal in an answer that will be public goes to its writer's private details first: a mail cannot ask back.

What finds it is none of this room's business: the site says so at its start. Without one nothing is posted by mail at
all; the mail waits and is tried again, and the log says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, current_app

from ..accounts.models import Person
from ..case_file import details
from ..core.text import normalise
from ..threads.models import Thread

#: The kinds that are moved. A postal address is only a hint, and a sentence without it may say nothing any more.
MOVED = ("iban", "card", "imei", "mail", "number", "phone")
MARKS = {"de": "[privates Detail]", "en": "[private detail]"}
_FINDER = "theke-mail-finder"
_ROUNDS = 4


class Finding(Protocol):
    """A piece of a text, from `start` up to `end`, and what it is: a kind of private detail."""

    @property
    def kind(self) -> str:
        """One of `case_file.kinds`."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it is over."""


Finder = Callable[[str], Sequence[Finding]]


class NobodyLooks(RuntimeError):
    """Nothing says what is personal in a text, so no answer can be made public by itself."""


@dataclass(frozen=True)
class Protected:
    """A text as it may be public, and what was taken out of it: kind and value."""

    text: str
    moved: tuple[tuple[str, str], ...] = ()


def found_by(app: Flask, finder: Finder) -> None:
    """This one finds what is personal in a text; its findings do not overlap."""
    app.extensions[_FINDER] = finder


def protect(text: str, *, thread: Thread) -> Protected:
    """The text with the mark in place of everything that was found, until nothing is. Raises NobodyLooks.

    Call it before `writing()`, and `keep` what was moved in it."""
    find: Finder | None = current_app.extensions.get(_FINDER)
    if find is None:
        raise NobodyLooks("no finder of personal data is registered: answers by mail wait")
    mark = MARKS["de" if thread.language == "de" else "en"]
    text, moved = normalise(text), list[tuple[str, str]]()
    for _round in range(_ROUNDS):
        found = sorted((one for one in find(text) if one.kind in MOVED), key=lambda one: one.start)
        if not found:
            break
        moved += [(str(one.kind), text[one.start : one.end]) for one in found]
        for one in reversed(found):
            text = f"{text[: one.start]}{mark}{text[one.end :]}"
    return Protected(text, tuple(dict.fromkeys(moved)))


def keep(moved: Sequence[tuple[str, str]], *, person: Person, thread: Thread) -> None:
    """What was taken out of a public text is a private detail of its writer. Call it inside `writing()`."""
    for kind, value in moved:
        details.add(person, thread, kind=kind, value=value, by=person, source="moved")


def add_private(text: str, *, person: Person, thread: Thread) -> None:
    """All of a mail is private: kept whole, in pieces where it is longer than one detail may be. Call it inside `writing()`.

    Raises Invalid or Conflict, with a sentence, if it does not fit."""
    for piece in pieces_of(text):
        details.add(person, thread, kind="other", value=piece, by=person, source="mail")


def pieces_of(text: str) -> list[str]:
    """The text in pieces that fit into a detail each, parted between lines if that can be."""
    pieces, rest = list[str](), text.strip()
    while len(rest) > details.LONGEST:
        place = rest.rfind("\n", details.LONGEST // 2, details.LONGEST)
        cut = place if place > 0 else details.LONGEST
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [piece for piece in [*pieces, rest] if piece]
