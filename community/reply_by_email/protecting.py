"""What is personal in an answer that will be public goes to its writer's private details: a mail cannot ask back. And an answer
that is private as a whole is kept there.
"""

from __future__ import annotations

from ..accounts.models import Person
from ..case_file import details
from ..threads.models import Thread
from ..threads.protecting import Protected, protect_unasked

_FIELD = "body"
#: What is taken away may bring two ends together.
_ROUNDS = 4


def protect(text: str, *, thread: Thread) -> Protected:
    """The text with a mark in place of everything that was found, and what that was, for `threads.protecting.keep`.

    Raises NobodyLooks if nothing finds: then nothing is posted by mail; the mail waits and is tried again.
    """
    moved: tuple[tuple[str, str], ...] = ()
    for _round in range(_ROUNDS):
        protected = protect_unasked({_FIELD: text}, language=thread.language)
        text, moved = protected[_FIELD], moved + protected.moved
        if not protected.moved:
            break
    return Protected({_FIELD: text}, moved)


def text_of(protected: Protected) -> str:
    """As it may be published."""
    return protected[_FIELD]


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
