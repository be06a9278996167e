"""What somebody is about to publish is looked through for what is personal, before anything is stored or rendered.

Who looks and where it goes is none of this room's business: the case file says so at its start; without it every text passes.
Whoever writes decides: what was found moves to the private details with one press, and a mark stands in its place; or it is
said not to be personal, one by one. What was found after they decided (the text was changed) is asked about anew. Hints alone
stop nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from ..accounts.models import Person
from ..core.errors import Invalid
from ..core.extensions import db
from .models import Thread

#: What stands where something was, in the language of the text.
MARKS = {"de": "[privates Detail]", "en": "[private detail]"}
AROUND = 40  # characters that are shown on each side
_GUARD = "theke-personal-data"


@dataclass(frozen=True)
class Piece:
    """Something personal in one of the texts: where, what kind, and a short name by which it is decided about."""

    start: int
    end: int
    kind: str
    fingerprint: str
    is_hint: bool


@dataclass(frozen=True)
class Found:
    """A piece as its writer is shown it: with what stands around it, and whether they said that it is not personal."""

    field: str
    piece: Piece
    text: str
    before: str
    after: str
    is_fine: bool


class Guard(Protocol):
    """Finds what is personal, and keeps what is moved."""

    def pieces_of(self, text: str) -> list[Piece]:
        """What is personal in a Markdown text, in order, never overlapping."""

    def keep(self, person: Person, thread: Thread | None, moved: Iterable[tuple[str, str]], *, by: Person) -> None:
        """These (kind, value) are private details of the person on the case from now on. Within `writing()`."""


class Personal(Invalid):
    """Something personal stands in what was to be published; its writer is asked. Nothing was stored."""

    def __init__(self, found: tuple[Found, ...]) -> None:
        super().__init__(_l("This looks personal, and everyone could read it. Nothing is posted yet."), found[0].field)
        self.found = found


@dataclass(frozen=True)
class Protected:
    """The texts as they may be published, and what was taken out of them, as (kind, value)."""

    texts: Mapping[str, str]
    moved: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, field: str) -> str:
        return self.texts[field]


def guarded_by(app: Flask, guard: Guard) -> None:
    """This one looks, and keeps."""
    app.extensions[_GUARD] = guard


def protect(
    texts: Mapping[str, str], sent: MultiDict[str, str], *, language: str, public_already: str = ""
) -> Protected:
    """The texts by field, without what their writer wants moved. Raises Personal if they have to decide first.

    `sent`: the form, with what was decided: `personal_seen` (what they were asked about), `not_personal` (what is none), and
    `personal` = `move`. What stands in `public_already` is not asked about again: only redacting helps there.
    """
    guard: Guard | None = current_app.extensions.get(_GUARD)
    if guard is None:
        return Protected(texts)
    known = {piece.fingerprint for piece in guard.pieces_of(public_already)} if public_already else set()
    fine, seen = set(sent.getlist("not_personal")), set(sent.getlist("personal_seen"))
    pieces = {
        field: [piece for piece in guard.pieces_of(text) if piece.fingerprint not in known]
        for field, text in texts.items()
    }
    open_ones = [piece for each in pieces.values() for piece in each if piece.fingerprint not in fine]
    if not any(not piece.is_hint for piece in open_ones) and not seen:
        return Protected(texts)
    if not all(piece.is_hint or piece.fingerprint in seen for piece in open_ones) or (
        open_ones and sent.get("personal") != "move"
    ):
        raise Personal(tuple(_shown(texts, pieces, fine)))
    return _moved(texts, pieces, fine, MARKS[language])


def _shown(texts: Mapping[str, str], pieces: Mapping[str, list[Piece]], fine: set[str]) -> Iterable[Found]:
    for field, each in pieces.items():
        text = texts[field]
        for piece in each:
            before, after = text[max(0, piece.start - AROUND) : piece.start], text[piece.end : piece.end + AROUND]
            yield Found(field, piece, text[piece.start : piece.end], before, after, piece.fingerprint in fine)


def _moved(texts: Mapping[str, str], pieces: Mapping[str, list[Piece]], fine: set[str], mark: str) -> Protected:
    clean, moved = dict(texts), []
    for field, each in pieces.items():
        for piece in reversed(each):
            if piece.fingerprint not in fine:
                text = clean[field]
                moved.append((piece.kind, texts[field][piece.start : piece.end]))
                clean[field] = text[: piece.start] + mark + text[piece.end :]
    return Protected(clean, tuple(reversed(moved)))


def keep(protected: Protected, thread: Thread, *, by: Person, of: int | None = None) -> None:
    """What was taken out is a private detail of whoever wrote it (`of`, if another's text is changed); of what staff write, it
    is one of whoever asked. Within `writing()`."""
    if protected.moved:
        guard: Guard = current_app.extensions[_GUARD]
        whose = of or (thread.author_id if by.is_staff else by.id)
        guard.keep(db.session.get_one(Person, whose), thread, protected.moved, by=by)
