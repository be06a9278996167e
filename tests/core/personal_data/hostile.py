"""Texts that are made to be dear: each a piece that is written again and again."""

from __future__ import annotations

HOSTILE = {
    "digits": "1",
    "zeros": "0",
    "at signs": "@",
    "half mail addresses": "a@b.",
    "spoken mail addresses": "a (at) ",
    "country codes": "+49",
    "area codes": "012 ",
    "telephone numbers": "030 23125123 ",
    "mobiles without a break": "017612345 ",
    "half accounts": "DE89 ",
    "accounts": "DE89 3704 0044 0532 0130 00 ",
    "card groups": "4111 ",
    "names of numbers": "Kundennummer ist ",
    "named numbers": "Kundennr. 4711 ",
    "streets": "Aa-",
    "ways": "straße",
    "postcodes": "10000 Ab ",
    "ends of lines": "\n> ",
    "dots": "1.2.",
    "words": "lorem ipsum dolor sit amet ",
}


def repeated(name: str, size: int) -> str:
    """The hostile text of this name and size."""
    piece = HOSTILE[name]
    return (piece * (size // len(piece) + 1))[:size]
